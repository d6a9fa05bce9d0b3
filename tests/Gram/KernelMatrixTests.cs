using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Gram;

namespace NeuralKernels.Tests.Gram;

/// <summary>Stored and lazy kernel matrices as operators, against plain loops.</summary>
public sealed class KernelMatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(130, 2, 3)]
    [InlineData(70, 1100, 2)]
    public void Multiply_OfBothKinds_IsThePlainSum(int rows, int columns, int vectors)
    {
        Check<double>(rows, columns, vectors, v => v);
        Check<float>(rows, columns, vectors, v => (float)v);
    }

    [Fact]
    public void Multiply_OfALazyMatrix_DependsOnNeitherThreadsNorTiles()
    {
        double[,]? first = null;
        foreach ((int threads, int? tile) in new[] { (1, (int?)null), (2, null), (1, 7), (2, 64), (1, 600) })
        {
            LazyKernelMatrix<float> matrix = new(
                new FakeKernel(), new FakeKernel.Numbered(150), new FakeKernel.Numbered(1100), KernelOutputs.Ntk, new GramOptions { Threads = threads, TileSize = tile });
            double[,] result = Product(matrix, 2);
            first ??= result;
            Assert.Equal(first, result);
        }
    }

    [Fact]
    public void Multiply_OfWrongShapes_SaysWhich()
    {
        LazyKernelMatrix<double> matrix = new(new FakeKernel(), new FakeKernel.Numbered(4), new FakeKernel.Numbered(5), KernelOutputs.Nngp, new GramOptions());
        using NativeMatrix<double> vectors = new(4, 1), result = new(4, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => matrix.Multiply(vectors.View, result.View, default));
        Assert.Contains("A 4 x 5 matrix cannot take 4 x 1 vectors", error.Message, StringComparison.Ordinal);
        Assert.False(matrix.IsSymmetric);
        Assert.Throws<InvalidOperationException>(() => matrix.Diagonal(new double[4]));
    }

    private static void Check<T>(int rows, int columns, int vectors, Func<double, double> round)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FakeKernel kernel = new();
        using FakeKernel.Numbered x = new(rows), y = new(columns);
        using KernelMatrices<T> stored = GramEngine.Cross<T>(kernel, x, y, KernelOutputs.Nngp, new GramOptions { Threads = 2 }, default);
        LazyKernelMatrix<T> lazy = new(kernel, x, y, KernelOutputs.Nngp, new GramOptions { Threads = 2 });
        foreach (IKernelMatrix matrix in new IKernelMatrix[] { stored.Nngp!, lazy })
        {
            double[,] result = Product(matrix, vectors);
            for (int i = 0; i < rows; i++)
            {
                for (int v = 0; v < vectors; v++)
                    Assert.Equal(Enumerable.Range(0, columns).Sum(j => round(FakeKernel.Value(i, j)) * Vector(j, v)), result[i, v], 1e-15 * columns);
            }

            using NativeMatrix<double> block = new(Math.Min(rows, 9), 1);
            matrix.CopyBlock(rows - block.Rows, columns - 1, block.View);
            for (int i = 0; i < block.Rows; i++)
                Assert.Equal(round(FakeKernel.Value(rows - block.Rows + i, columns - 1)), block[i, 0]);
        }
    }

    private static double[,] Product(IKernelMatrix matrix, int vectors)
    {
        using NativeMatrix<double> x = new((nint)matrix.Columns, vectors), y = new((nint)matrix.Rows, vectors);
        for (int j = 0; j < matrix.Columns; j++)
        {
            for (int v = 0; v < vectors; v++)
                x[j, v] = Vector(j, v);
        }

        y.View.Fill(double.NaN);
        matrix.Multiply(x.View, y.View, default);
        double[,] result = new double[matrix.Rows, vectors];
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int v = 0; v < vectors; v++)
                result[i, v] = y[i, v];
        }

        return result;
    }

    private static double Vector(int j, int v) => Math.Sin(0.37 * j + v);
}
