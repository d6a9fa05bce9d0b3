using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public sealed class NativeArenaTests
{
    [Fact]
    public unsafe void Take_OfManyBuffers_GivesZeroedAlignedMemoryThatDoesNotOverlap()
    {
        using NativeArena arena = new();
        nint end = 0;
        foreach (int count in new[] { 1, 100, 3_000_000, 7, 0, 5 })
        {
            double* buffer = arena.Take<double>(count);
            Assert.Equal(0, (nint)buffer % 64);
            Assert.True(new ReadOnlySpan<double>(buffer, count).IndexOfAnyExcept(0.0) < 0);
            new Span<double>(buffer, count).Fill(1);
            end += (nint)count * sizeof(double);
        }

        Assert.True(arena.Bytes >= end);
    }

    [Fact]
    public unsafe void Bytes_OfAnArenaThatOnlyCounts_AreThoseOfOneThatHoldsThem()
    {
        using NativeArena arena = new();
        using NativeArena counting = new(countsOnly: true);
        foreach (long count in new long[] { 1, 100, 3_000_000, 0, 260_000, 7 })
        {
            arena.Take<double>(count);
            counting.Take<double>(count);
            Assert.Equal(arena.Bytes, counting.Bytes);
        }

        // More than any machine has.
        counting.Take<double>(1L << 50);
        Assert.True(counting.Bytes > 1L << 53);
    }
}
