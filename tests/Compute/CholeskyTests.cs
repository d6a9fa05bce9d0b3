using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class CholeskyTests
{
    private static readonly JitterPolicy s_jitter = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(97)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(530)]
    public void Factor_OfAPositiveDefiniteMatrix_HasAResidualWithinTheBound(int n)
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(n, n + 1, 0.01, 1), saved = Reference.Copy(a.View);
        using Cholesky factor = Cholesky.Factor(a);
        AssertResidual(factor.Lower, saved.View, 0);
        Assert.Equal(0, factor.JitterUsed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Factor_InEveryWidthAndPrecision_HasAResidualWithinTheBound(int width)
    {
        const int N = 290;
        using NativeMatrix<double> a = Reference.PositiveDefinite(N, N, 0.1, 2), saved = Reference.Copy(a.View);
        using NativeMatrix<float> single = new(N, N), savedSingle = new(N, N);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
                single[i, j] = savedSingle[i, j] = (float)a[i, j];
        }

        Assert.Null(CholeskyFactorization.Run(a.View, 2, (VectorWidth)width, null, CancellationToken.None));
        Assert.Null(CholeskyFactorization.Run(single.View, 2, (VectorWidth)width, null, CancellationToken.None));
        AssertResidual(a.View, saved.View, 0);
        AssertResidual(single.View, savedSingle.View, 0);
    }

    [Fact]
    public void FactorInPlace_OfFloats_HasAResidualWithinTheBoundOrSaysWhyNot()
    {
        using NativeMatrix<float> a = Reference.Random<float>(270, 270, 1);
        for (int i = 0; i < 270; i++)
            a[i, i] += 270;
        using NativeMatrix<float> saved = Reference.Copy(a.View);
        Cholesky.FactorInPlace(a.View);
        AssertResidual(a.View, saved.View, 0);
        saved[260, 260] = -1;
        Assert.Equal(260, Assert.Throws<NotPositiveDefiniteException>(() => Cholesky.FactorInPlace(saved.View)).PivotIndex);
        a[7, 3] = float.NaN;
        Assert.Contains("(7, 3)", Assert.Throws<NotFiniteNumberException>(() => Cholesky.FactorInPlace(a.View)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factor_WithoutJitter_DoesNotReadTheUpperTriangle()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(40, 40, 0.1, 1), saved = Reference.Copy(a.View);
        for (int i = 0; i < 40; i++)
            a.Row(i)[(i + 1)..].Fill(double.NaN);
        using Cholesky factor = Cholesky.Factor(a);
        AssertResidual(factor.Lower, saved.View, 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(70)]
    public void Solve_OfFewOrManyRightHandSides_HasASmallResidual(int columns)
    {
        const int N = 300;
        using NativeMatrix<double> a = Reference.PositiveDefinite(N, N, 0.5, 3), saved = Reference.Copy(a.View);
        using NativeMatrix<double> b = Reference.Random<double>(N, columns, 4), x = Reference.Copy(b.View);
        using Cholesky factor = Cholesky.Factor(a);
        factor.Solve(x.View);

        // Higham (2002), theorem 10.4: |A x - b| <= gamma_(3n+1) |L| |L^T| |x|, and |L| |L^T| <= n max diag(A) entrywise here.
        double largest = Enumerable.Range(0, N).Max(i => saved[i, i]);
        for (nint j = 0; j < columns; j++)
        {
            double norm = 0;
            for (nint i = 0; i < N; i++)
                norm += Math.Abs(x[i, j]);
            for (nint i = 0; i < N; i++)
            {
                double value = Reference.Entry(1, saved.View, false, x.View, false, 0, 0, i, j).Value;
                Assert.InRange(value - b[i, j], -Reference.Gamma<double>(4 * N) * largest * norm, Reference.Gamma<double>(4 * N) * largest * norm);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void SolveLower_GivesVectorsWhoseSquareIsTheQuadraticForm(int columns)
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(60, 60, 0.5, 3), b = Reference.Random<double>(60, columns, 4), x = Reference.Copy(b.View), w = Reference.Copy(b.View);
        using Cholesky factor = Cholesky.Factor(a);
        factor.Solve(x.View);
        factor.SolveLower(w.View);
        double form = Reference.Entry(1, b.View, true, x.View, false, 0, 0, 1, 1).Value;
        Assert.Equal(form, Reference.Entry(1, w.View, true, w.View, false, 0, 0, 1, 1).Value, 1e-11 * form);
    }

    [Fact]
    public void LogDeterminant_OfADiagonalMatrix_IsTheSumOfLogarithms()
    {
        NativeMatrix<double> a = new(3, 3);
        (a[0, 0], a[1, 1], a[2, 2]) = (2, 3, 1e-200);
        using Cholesky factor = Cholesky.Factor(a);
        Assert.Equal(Math.Log(6) - 200 * Math.Log(10), factor.LogDeterminant, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(300)]
    public void InverseDiagonal_IsTheDiagonalOfTheSolvedIdentity(int n)
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(n, n, 1, 5), inverse = new(n, n);
        using Cholesky factor = Cholesky.Factor(a);
        for (int i = 0; i < n; i++)
            inverse[i, i] = 1;
        factor.Solve(inverse.View);
        double[] diagonal = new double[n];
        factor.InverseDiagonal(diagonal);
        for (int i = 0; i < n; i++)
            Assert.Equal(inverse[i, i], diagonal[i], 1e-12 * inverse[i, i]);
    }

    [Fact]
    public void ConditionEstimate_OfADiagonalMatrix_IsExact()
    {
        NativeMatrix<double> a = new(50, 50);
        for (int i = 0; i < 50; i++)
            a[i, i] = i == 33 ? 1e-9 : 1 + i;
        using Cholesky factor = Cholesky.Factor(a);
        Assert.InRange(factor.ConditionEstimate(), 50e9 * (1 - 1e-9), 50e9 * (1 + 1e-9));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(80)]
    public void ConditionEstimate_IsBetweenATenthOfTheConditionAndTheCondition(int n)
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(n, n, 1e-3, 6), saved = Reference.Copy(a.View), inverse = new(n, n);
        using Cholesky factor = Cholesky.Factor(a);
        for (int i = 0; i < n; i++)
            inverse[i, i] = 1;
        factor.Solve(inverse.View);
        double condition = Norm(saved.View) * Norm(inverse.View);
        Assert.InRange(factor.ConditionEstimate(), condition / 10, condition * (1 + 1e-9));
    }

    [Fact]
    public void Factor_OfASingularMatrix_NamesThePivotAndSuggestsARidge()
    {
        using NativeMatrix<double> a = new(300, 300);
        for (int i = 0; i < 300; i++)
            a[i, i] = i == 270 ? -0.5 : 1;
        NotPositiveDefiniteException exception = Assert.Throws<NotPositiveDefiniteException>(() => Cholesky.Factor(a));
        Assert.Equal(270, exception.PivotIndex);
        Assert.Equal(-0.5, exception.PivotValue);
        Assert.Contains("pivot 270", exception.Message, StringComparison.Ordinal);
        Assert.Contains("ridge", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factor_WithJitter_FactorsASingularMatrixPlusExactlyTheJitterReported()
    {
        // Two equal examples: a zero row after elimination, and rounding decides the sign of the pivot.
        using NativeMatrix<double> a = Gaussian(300, 3), saved = Reference.Copy(a.View);
        using Cholesky factor = Cholesky.Factor(a, new CholeskyOptions { Jitter = s_jitter });
        Assert.InRange(factor.JitterUsed, s_jitter.RelativeStart * 0.99, 1e-10);
        AssertResidual(factor.Lower, saved.View, factor.JitterUsed);
    }

    [Fact]
    public void Factor_WithTooFewAttempts_SaysHowMuchJitterWasTried()
    {
        using NativeMatrix<double> a = new(2, 2);
        (a[0, 0], a[1, 1], a[0, 1], a[1, 0]) = (1, 1, 2, 2);
        var policy = new JitterPolicy { RelativeStart = 1e-3, Factor = 10, MaxAttempts = 2 };
        NotPositiveDefiniteException exception = Assert.Throws<NotPositiveDefiniteException>(() => Cholesky.Factor(a, new CholeskyOptions { Jitter = policy }));
        Assert.Contains("even with 0.01 added", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, a[0, 1]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Factor_OfAMatrixWithAnEntryThatIsNotFinite_NamesTheEntry(double value)
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(130, 130, 1, 1);
        a[101, 7] = value;
        Assert.Contains("(101, 7)", Assert.Throws<NotFiniteNumberException>(() => Cholesky.Factor(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factor_CancelledOnTheWay_StopsBetweenBlocks()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(800, 800, 1, 1);
        using var source = new CancellationTokenSource();
        var progress = new Recorder(_ => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => Cholesky.Factor(a, null, source.Token, progress));
        Assert.Single(progress.Values);
    }

    [Fact]
    public void Factor_ReportsProgressUpToOne()
    {
        using NativeMatrix<double> a = Reference.PositiveDefinite(600, 600, 1, 1);
        var progress = new Recorder(_ => { });
        using Cholesky factor = Cholesky.Factor(a, null, CancellationToken.None, progress);
        Assert.Equal(progress.Values.Order(), progress.Values);
        Assert.Equal(1, progress.Values[^1]);
    }

    [Fact]
    public void Factor_OfARectangle_Throws()
    {
        using NativeMatrix<double> a = new(3, 4);
        Assert.Contains("3 x 4", Assert.Throws<ArgumentException>(() => Cholesky.Factor(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfAFactor_DisposesTheMatrix()
    {
        NativeMatrix<double> a = Reference.PositiveDefinite(3, 3, 1, 1);
        Cholesky factor = Cholesky.Factor(a);
        factor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => a.View);
        Assert.Throws<ObjectDisposedException>(() => factor.LogDeterminant);
    }

    [Fact]
    public void JitterPolicy_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new JitterPolicy { RelativeStart = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JitterPolicy { Factor = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JitterPolicy { MaxAttempts = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CholeskyOptions { Threads = -1 });
    }

    // A smooth kernel on a line, numerically of low rank.
    private static NativeMatrix<double> Gaussian(int n, double width)
    {
        var matrix = new NativeMatrix<double>(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                matrix[i, j] = Math.Exp(-Math.Pow((double)(i - j) / n * width, 2));
        }

        return matrix;
    }

    private static double Norm(MatrixView<double> a)
    {
        double norm = 0;
        for (nint j = 0; j < a.Columns; j++)
        {
            double sum = 0;
            for (nint i = 0; i < a.Rows; i++)
                sum += Math.Abs(a[i, j]);
            norm = Math.Max(norm, sum);
        }

        return norm;
    }

    // Higham (2002), theorem 10.3: |A - L L^T| <= gamma_(n+1) |L| |L^T|; twice that, for the error of this check itself.
    private static void AssertResidual<T>(MatrixView<T> l, MatrixView<T> a, double jitter)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint n = a.Rows;
        double gamma = 2 * Reference.Gamma<T>(n + 1);
        for (nint i = 0; i < n; i++)
        {
            for (nint j = 0; j <= i; j++)
            {
                double sum = 0, magnitude = 0;
                for (nint k = 0; k <= j; k++)
                {
                    double term = double.CreateChecked(l[i, k]) * double.CreateChecked(l[j, k]);
                    sum += term;
                    magnitude += Math.Abs(term);
                }

                double error = Math.Abs(sum - double.CreateChecked(a[i, j]) - (i == j ? jitter : 0));
                Assert.True(error <= gamma * magnitude, $"Residual ({i}, {j}) is {error}, bound {gamma * magnitude}.");
            }
        }
    }

    private sealed class Recorder(Action<double> action) : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value)
        {
            Values.Add(value);
            action(value);
        }
    }
}
