using NeuralKernels.Abstractions;
using NeuralKernels.Gram;

namespace NeuralKernels.Tests.Gram;

/// <summary>Gram and cross matrices of a fake kernel whose entries are known.</summary>
public sealed class GramEngineTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(2, 2, 1)]
    [InlineData(50, 1, 7)]
    [InlineData(513, 2, 128)]
    [InlineData(513, 3, null)]
    public void Gram_OfAnySizeThreadsAndTile_HoldsTheSameEntries(int count, int threads, int? tile)
    {
        FakeKernel kernel = new();
        using KernelMatrices<double> result = GramEngine.Gram<double>(
            kernel, new FakeKernel.Numbered(count), Both, new GramOptions { Threads = threads, TileSize = tile }, default);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double expected = i == j ? 7 + i : FakeKernel.Value(Math.Min(i, j), Math.Max(i, j));
                Assert.Equal(expected, result.Nngp!.Entries[i, j]);
                Assert.Equal(2 * expected, result.Ntk!.Entries[i, j]);
            }
        }

        if (tile is { } side)
        {
            // Tiles above the diagonal, and the strips of those on it; those of few rows go row by row.
            int blocks = (count + side - 1) / side;
            int[] sizes = [.. Enumerable.Range(0, blocks).Select(b => Math.Min(side, count - b * side))];
            int above = sizes.Select((size, b) => (blocks - 1 - b) * Calls(size)).Sum();
            int onDiagonal = sizes.Sum(size => Strips(size).Sum(Calls));
            Assert.Equal(above + onDiagonal, kernel.Evaluations);
        }

        double[] diagonal = new double[count];
        result[KernelOutputs.Ntk].Diagonal(diagonal);
        Assert.Equal(2.0 * (6 + count), diagonal[^1]);
        Assert.True(result.Nngp!.IsSymmetric);
        Assert.Equal(Precision.Float64, result.Nngp.Precision);
    }

    private static int Calls(int rows) => rows <= 16 ? rows : 1;

    private static IEnumerable<int> Strips(int size)
    {
        int height = Math.Max(size / 5, 1);
        for (int start = 0; start < size; start += height)
            yield return Math.Min(height, size - start);
    }

    [Fact]
    public void Cross_OfRaggedSizes_HoldsTheKernelOfEachPair()
    {
        using KernelMatrices<float> result = GramEngine.Cross<float>(
            new FakeKernel(), new FakeKernel.Numbered(70), new FakeKernel.Numbered(33), KernelOutputs.Nngp, new GramOptions { TileSize = 32 }, default);
        for (int i = 0; i < 70; i++)
        {
            for (int j = 0; j < 33; j++)
                Assert.Equal((float)FakeKernel.Value(i, j), result.Nngp!.Entries[i, j]);
        }

        Assert.Null(result.Ntk);
        Assert.Throws<InvalidOperationException>(() => result[KernelOutputs.Ntk]);
        Assert.Throws<InvalidOperationException>(() => result.Nngp!.Diagonal(new double[70]));
    }

    [Fact]
    public void Gram_WhenCancelled_EndsWithTheTilesInHand()
    {
        using CancellationTokenSource source = new();
        FakeKernel kernel = new() { Delay = TimeSpan.FromMilliseconds(20) };
        source.CancelAfter(100);
        Assert.ThrowsAny<OperationCanceledException>(() => GramEngine.Gram<float>(
            kernel, new FakeKernel.Numbered(500), Both, new GramOptions { TileSize = 4, Threads = 2 }, source.Token));
        Assert.InRange(kernel.Evaluations, 1, 2000); // of 7875
    }

    [Fact]
    public void Gram_WithANaN_NamesThePair()
    {
        FakeKernel kernel = new() { NaNAt = (3, 41) };
        UserErrorException error = Assert.Throws<UserErrorException>(() => GramEngine.Gram<double>(
            kernel, new FakeKernel.Numbered(50), KernelOutputs.Nngp, new GramOptions { TileSize = 16 }, default));
        Assert.Equal("The NNGP of the examples 3 and 41 is NaN.", error.Message);
        Assert.Contains("float64", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Progress_OfAGram_EndsAtAllPairsOfTheTriangle(int count)
    {
        Recorder recorder = new();
        using KernelMatrices<double> result = GramEngine.Gram<double>(
            new FakeKernel(), new FakeKernel.Numbered(count), KernelOutputs.Nngp, new GramOptions { TileSize = 16, Progress = recorder }, default);
        Assert.Equal(count * (count + 1L) / 2, recorder.Seen.Max(p => p.PairsDone));
        Assert.All(recorder.Seen, p => Assert.Equal(count * (count + 1L) / 2, p.PairsTotal));
    }

    [Fact]
    public void Gram_ThatDoesNotFit_SaysWhatToDo()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => GramEngine.Gram<double>(
            new FakeKernel(), new FakeKernel.Numbered(50_000_000), KernelOutputs.Nngp, new GramOptions(), default));
        Assert.StartsWith("The 50,000,000 x 50,000,000 kernel matrix (float64) does not fit: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("precision: float32", error.Remedy, StringComparison.Ordinal);
    }

    private sealed class Recorder : IProgress<GramProgress>
    {
        public System.Collections.Concurrent.ConcurrentBag<GramProgress> Seen { get; } = [];

        public void Report(GramProgress value) => Seen.Add(value);
    }
}
