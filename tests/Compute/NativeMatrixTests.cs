using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public unsafe class NativeMatrixTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(1, 1)]
    [InlineData(17, 33)]
    [InlineData(5, 512)]
    [InlineData(300, 1024)]
    public void Constructor_Clearing_GivesAlignedZeros(int rows, int columns)
    {
        using NativeMatrix<double> matrix = new(rows, columns);
        Assert.Equal(0, (nint)matrix.View.Data % 64);
        for (int i = 0; i < rows; i++)
            Assert.Equal(-1, matrix.Row(i).IndexOfAnyExcept(0.0));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(4096)]
    public void Stride_OfWideRows_IsWholeCacheLinesAndNoMultipleOfTwoKibibytes(int columns)
    {
        using NativeMatrix<double> matrix = new(2, columns);
        Assert.Equal(0, matrix.Stride * sizeof(double) % 64);
        Assert.NotEqual(0, matrix.Stride * sizeof(double) % 2048);
        Assert.InRange(matrix.Stride, columns, columns + 15);
    }

    [Fact]
    public void Stride_OfNarrowRows_IsTheirWidth()
    {
        using NativeMatrix<double> matrix = new(1000, 3);
        Assert.Equal(3, matrix.Stride);
    }

    [Fact]
    public void Indexer_ReadsWhatRowAndViewWrote()
    {
        using NativeMatrix<int> matrix = new(4, 100);
        matrix.Row(2)[7] = 5;
        matrix.View[3, 99] = 6;
        Assert.Equal(5, matrix[2, 7]);
        Assert.Equal(6, matrix[3, 99]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[4, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 100]);
    }

    [Fact]
    public void Indexer_PastTwoToTheThirtyFirstEntries_ReachesTheRightByte()
    {
        const nint Rows = 70_000, Columns = 40_000;
        if (AvailableMemory.Bytes < 4L << 30)
            Assert.Skip("needs 4 GiB of free memory");

        // Only the pages that are written become real.
        using NativeMatrix<byte> matrix = new(Rows, Columns);
        matrix[Rows - 1, Columns - 1] = 1;
        matrix[60_000, 3] = 2;
        Assert.Equal(1, matrix.View.Data[(Rows - 1) * matrix.Stride + Columns - 1]);
        Assert.Equal(2, matrix.Row(60_000)[3]);
        Assert.True(60_000 * matrix.Stride > int.MaxValue);
    }

    [Fact]
    public void Constructor_OfMoreThanTheMachineHas_SaysHowMuchIsNeededAndAvailable()
    {
        InsufficientMemoryException exception = Assert.Throws<InsufficientMemoryException>(() => new NativeMatrix<double>(1_000_000, 1_000_000));
        Assert.Contains("1000000 x 1000000", exception.Message, StringComparison.Ordinal);
        Assert.Contains("needs 74", exception.Message, StringComparison.Ordinal);
        Assert.Contains("GiB are available", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InsufficientMemoryException>(() => new NativeMatrix<double>(nint.MaxValue / 16, nint.MaxValue / 16));
    }

    [Fact]
    public void Constructor_OfNegativeSizes_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeMatrix<double>(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeMatrix<double>(1, -1));
    }

    [Fact]
    public void View_AfterDispose_Throws()
    {
        NativeMatrix<double> matrix = new(2, 2);
        matrix.Dispose();
        matrix.Dispose();
        Assert.Throws<ObjectDisposedException>(() => matrix.View);
        Assert.Throws<ObjectDisposedException>(() => matrix[0, 0]);
    }
}
