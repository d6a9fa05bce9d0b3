using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class SymmetricEigenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(131)]
    [InlineData(400)]
    public void Decompose_OfARandomMatrix_IsBackwardStable(int n)
    {
        using NativeMatrix<double> a = Reference.Random<double>(n, n, 1);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                a[j, i] = a[i, j];
        }

        Check(a);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(150)]
    public void Decompose_OfMatricesWithRepeatedEigenvalues_IsBackwardStable(int n)
    {
        Check(WithSpectrum(n, _ => 0));
        Check(WithSpectrum(n, _ => 3));
        Check(WithSpectrum(n, i => i == 0 ? 1 : 0));
        Check(WithSpectrum(n, i => i % 3));
        Check(WithSpectrum(n, i => 1 + i % 4 * 1e-15));
        Check(WithSpectrum(n, i => i % 2 == 0 ? 1 : -1));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    public void Decompose_OfAGradedSpectrumAtAnyScale_IsBackwardStable(double scale) =>
        Check(WithSpectrum(120, i => scale * Math.Pow(10, -18.0 * i / 120)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Decompose_OfTheSecondDifference_GivesItsKnownEigenvalues(int provider)
    {
        const int N = 90;
        using NativeMatrix<double> a = new(N, N);
        for (int i = 0; i < N; i++)
        {
            a[i, i] = 2;
            if (i > 0)
                a[i, i - 1] = -1;
        }

        using EigenDecomposition eigen = Decompose(a, (EigenProvider)(1 + provider), 0);
        for (int k = 0; k < N; k++)
            Assert.Equal(2 - 2 * Math.Cos((k + 1) * Math.PI / (N + 1)), eigen.Values[k], 1e-13);
    }

    [Fact]
    public void Decompose_OnOneOrThreeThreads_GivesTheSameBits()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(350, 350, 0, 1), copy = Reference.Copy(a.View);
        using EigenDecomposition one = Decompose(a, EigenProvider.Managed, 1), three = Decompose(copy, EigenProvider.Managed, 3);
        Assert.Equal(one.Values, three.Values);
        for (nint i = 0; i < 350; i++)
            Assert.True(one.Vectors.Row(i).SequenceEqual(three.Vectors.Row(i)), $"Vector {i} differs.");
    }

    [Fact]
    public void Decompose_SaysWhatComputedIt()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(5, 5, 0, 1);
        using EigenDecomposition eigen = SymmetricEigen.Decompose(a);
        Assert.Equal(Lapack.Find()?.Name ?? "managed", eigen.Provider);
    }

    [Fact]
    public void Decompose_OfAMatrixWithNaN_NamesTheEntry()
    {
        using NativeMatrix<double> a = new(5, 5);
        a[4, 2] = double.NaN;
        Assert.Contains("(4, 2)", Assert.Throws<NotFiniteNumberException>(() => SymmetricEigen.Decompose(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decompose_OfARectangle_Throws()
    {
        using NativeMatrix<double> a = new(5, 4);
        Assert.Contains("5 x 4", Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reduce_Cancelled_Stops()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(50, 50, 0, 1);
        double[] d = new double[50], e = new double[50], tau = new double[50];
        Assert.Throws<OperationCanceledException>(() => Tridiagonalization.Reduce(a.View, d, e, tau, 1, new CancellationToken(true)));
    }

    [Fact]
    public void Run_OfTheQlIterationCancelled_Stops()
    {
        using var rotations = new RotatedIdentity(3, 1, InstructionSet.Widest);
        Assert.Throws<OperationCanceledException>(() => TridiagonalQl.Run([1, 2, 3], [1, 1, 0], rotations, new CancellationToken(true)));
    }

    private static EigenDecomposition Decompose(NativeMatrix<double> a, EigenProvider provider, int threads)
    {
        if (provider == EigenProvider.Native && Lapack.Find() is null)
            Assert.Skip("needs a native LAPACK library: install OpenBLAS");
        return SymmetricEigen.Decompose(a, provider, threads, InstructionSet.Widest, CancellationToken.None);
    }

    // Q diag(values) Q^T with Q a product of three random reflections.
    private static NativeMatrix<double> WithSpectrum(int n, Func<int, double> value)
    {
        var matrix = new NativeMatrix<double>(n, n);
        for (int i = 0; i < n; i++)
            matrix[i, i] = value(i);
        for (ulong seed = 0; seed < 3; seed++)
        {
            using NativeMatrix<double> v = Reference.Random<double>(n, 1, seed), product = new(n, 1), left = new(1, n);
            double norm = Reference.Entry(1, v.View, true, v.View, false, 0, 0, 0, 0).Value;
            Gemm.Multiply(1.0, matrix.View, false, v.View, false, 0.0, product.View);
            Gemm.Multiply(-2 / norm, product.View, false, v.View, true, 1.0, matrix.View);
            Gemm.Multiply(1.0, v.View, true, matrix.View, false, 0.0, left.View);
            Gemm.Multiply(-2 / norm, v.View, false, left.View, false, 1.0, matrix.View);
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                matrix[j, i] = matrix[i, j];
        }

        return matrix;
    }

    private static void Check(NativeMatrix<double> a)
    {
        foreach (VectorWidth width in new[] { VectorWidth.Bits128, VectorWidth.Bits512 })
        {
            using NativeMatrix<double> copy = Reference.Copy(a.View);
            using EigenDecomposition eigen = SymmetricEigen.Decompose(copy, EigenProvider.Managed, 2, width, CancellationToken.None);
            AssertBackwardStable(a.View, eigen);
        }

        if (Lapack.Find() is not null)
        {
            using NativeMatrix<double> copy = Reference.Copy(a.View);
            using EigenDecomposition eigen = Decompose(copy, EigenProvider.Native, 0);
            AssertBackwardStable(a.View, eigen);
        }
    }

    // Residual and loss of orthogonality are bounded by p(n) u |A| and p(n) u (Parlett 1980); in practice p(n) is a small multiple of n.
    private static void AssertBackwardStable(MatrixView<double> a, EigenDecomposition eigen)
    {
        int n = (int)a.Rows;
        double norm = 0;
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            foreach (double value in a.Row(i))
                sum += Math.Abs(value);
            norm = Math.Max(norm, sum);
        }

        double u = 4 * (n + 4) * Reference.UnitRoundoff<double>();
        MatrixView<double> v = eigen.Vectors.View;
        using NativeMatrix<double> gram = new(n, n), product = new(n, n);
        Gemm.Multiply(1.0, v, false, v, true, 0.0, gram.View);
        Gemm.Multiply(1.0, v, false, a, false, 0.0, product.View);
        Assert.Equal(eigen.Values.Order(), eigen.Values);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Assert.InRange(gram[i, j] - (i == j ? 1 : 0), -u, u);
                Assert.InRange(product[i, j] - eigen.Values[i] * v[i, j], -u * norm, u * norm);
            }
        }
    }
}
