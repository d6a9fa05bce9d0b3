using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

public sealed class CholeskySolverTests
{
    private static readonly FactorMethod[] s_methods = [FactorMethod.Cholesky, FactorMethod.Eigen];

    [Fact]
    public void Fit_OfRandomProblems_AgreesWithGaussianElimination() => Prop.ForAll(
        Gen.Choose(1, 40).ToArbitrary(), Gen.Choose(1, 7).ToArbitrary(), Gen.Choose(0, 1 << 20).ToArbitrary(), (n, outputs, seed) =>
        {
            using Problem problem = Problem.Random(n, outputs, seed);
            foreach (FactorMethod method in s_methods)
            {
                using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.01], Method = method });
                double[,] expected = Reference.Solve(Reference.Shift(problem.K, 0.01 * problem.MeanDiagonal), problem.Y).X;
                Problem.AssertEqual(expected, problem.Coefficients(model), 1e-8);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fit_OfMoreRowsThanABlock_AgreesWithGaussianElimination()
    {
        using Problem problem = Problem.Random(300, rank: 20);
        double[,] expected = Reference.Solve(Reference.Shift(problem.K, 0.5), problem.Y).X;
        foreach (FactorMethod method in s_methods)
        {
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.5], RidgeScale = RidgeScale.Absolute, Method = method });
            Problem.AssertEqual(expected, problem.Coefficients(model), 1e-10);
        }
    }

    [Theory]
    [InlineData(FactorMethod.Cholesky)]
    [InlineData(FactorMethod.Eigen)]
    public void Diagnostics_Full_AgreeWithTheirDefinitions(FactorMethod method)
    {
        using Problem problem = Problem.Random(30);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.1], Method = method, Diagnostics = DiagnosticsLevel.Full });
        SolverDiagnostics found = model.Diagnostics;
        double ridge = 0.1 * problem.MeanDiagonal;
        double[,] a = Reference.Shift(problem.K, ridge), inverse = Reference.Inverse(a);
        Assert.Equal(ridge, found.Ridge, 1e-14);
        Assert.Equal(0.1, found.RidgeOption);
        Assert.Equal(0, found.Jitter);
        Assert.InRange(found.RelativeResidual!.Value, 0, 1e-13);
        Assert.InRange(found.Condition!.Value, Norm(a) * Norm(inverse) / 3, 1.000001 * Norm(a) * Norm(inverse));
        Assert.Equal(30 - ridge * Enumerable.Range(0, 30).Sum(i => inverse[i, i]), found.EffectiveDegreesOfFreedom!.Value, 1e-9);
        Assert.Equal(Reference.LogMarginalLikelihood(problem.K, problem.Y, ridge), found.LogMarginalLikelihood!.Value, 1e-9);
        Assert.StartsWith(method == FactorMethod.Eigen ? "eigendecomposition (" : "Cholesky", found.Method, StringComparison.Ordinal);
        Assert.Empty(found.RidgePath);
        Assert.Null(found.Selection);
        Assert.Null(found.Iterations);
    }

    [Fact]
    public void Diagnostics_OfAnEigendecomposition_HaveTheEigenvalues()
    {
        using Problem problem = Problem.Random(12);
        using IModel eigen = problem.Fit(new CholeskySolverOptions { Method = FactorMethod.Eigen }), cholesky = problem.Fit(new CholeskySolverOptions());
        double[] values = eigen.Diagnostics.Eigenvalues!;
        Assert.Equal(12, values.Length);
        Assert.Equal(values.Order(), values);
        Assert.Equal(12 * problem.MeanDiagonal, values.Sum(), 1e-12);
        Assert.Null(cholesky.Diagnostics.Eigenvalues);
    }

    [Fact]
    public void Diagnostics_Basic_LeaveOutTheDegreesOfFreedom()
    {
        using Problem problem = Problem.Random(10);
        using IModel model = problem.Fit(new CholeskySolverOptions { Diagnostics = DiagnosticsLevel.Basic });
        Assert.Null(model.Diagnostics.EffectiveDegreesOfFreedom);
        Assert.NotNull(model.Diagnostics.RelativeResidual);
        Assert.NotNull(model.Diagnostics.Condition);
    }

    [Fact]
    public void Fit_OfTargetsThatAreZero_HasNoResidual()
    {
        using Problem random = Problem.Random(8), problem = new(random.K, new double[8, 1]);
        using IModel model = problem.Fit(new CholeskySolverOptions());
        Assert.Equal(0, model.Diagnostics.RelativeResidual);
        Problem.AssertEqual(new double[8, 1], problem.Coefficients(model), 0);
    }

    [Fact]
    public void Fit_OfAnIllConditionedMatrix_HasASmallTrueResidual()
    {
        const int N = 60;
        double[,] k = new double[N, N], y = new double[N, 1];
        for (int i = 0; i < N; i++)
        {
            y[i, 0] = Math.Sin(i);
            for (int j = 0; j < N; j++)
                k[i, j] = Math.Exp(-0.5 * Math.Pow((i - j) / 4.0, 2));
        }

        using var problem = new Problem(k, y);
        foreach (FactorMethod method in s_methods)
        {
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [1e-10], Method = method });
            Assert.InRange(model.Diagnostics.Condition!.Value, 1e9, 1e13);
            Assert.InRange(model.Diagnostics.RelativeResidual!.Value, 0, 1e-5);
            double[,] alpha = problem.Coefficients(model);
            double residual = 0, norm = 0;
            for (int i = 0; i < N; i++)
            {
                residual += Math.Pow(y[i, 0] - 1e-10 * alpha[i, 0] - Enumerable.Range(0, N).Sum(j => k[i, j] * alpha[j, 0]), 2);
                norm += y[i, 0] * y[i, 0];
            }

            Assert.Equal(Math.Sqrt(residual / norm), model.Diagnostics.RelativeResidual.Value, 1e-6);
        }
    }

    [Fact]
    public void Fit_WithJitter_ReportsWhatItAddedAndWhatThatDoes()
    {
        using Problem problem = Duplicates();
        foreach (FactorMethod method in s_methods)
        {
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0], Jitter = JitterMode.Auto, Method = method });
            Assert.InRange(model.Diagnostics.Jitter, 1e-14 * problem.MeanDiagonal, 1e-6 * problem.MeanDiagonal);
            Assert.Equal(0, model.Diagnostics.Ridge);

            // Two equal examples with different targets: no function fits both, and the residual says so.
            Assert.InRange(model.Diagnostics.RelativeResidual!.Value, 0.01, 1);
        }
    }

    [Fact]
    public void Fit_WithJitterThatIsNotNeeded_AddsNone()
    {
        using Problem problem = Problem.Random(10);
        using IModel model = problem.Fit(new CholeskySolverOptions { Jitter = JitterMode.Auto });
        Assert.Equal(0, model.Diagnostics.Jitter);
    }

    [Fact]
    public void Fit_OfFlippedSymmetricData_EqualsHalfTheData()
    {
        // Regression on n points and their mirror images with k equals regression on n points with k(x, z) + k(x, -z).
        double[] x = [0.3, 0.9, 1.4, 2.2];
        static double Kernel(double a, double b) => Math.Exp(-(a - b) * (a - b));
        double[] all = [.. x, .. x.Select(value => -value)];
        double[,] y = new double[8, 1], half = new double[4, 1], full = new double[8, 8], sum = new double[4, 4];
        for (int i = 0; i < 8; i++)
        {
            y[i, 0] = half[i % 4, 0] = Math.Cos(3 * (i % 4));
            for (int j = 0; j < 8; j++)
                full[i, j] = Kernel(all[i], all[j]);
        }

        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
                sum[i, j] = Kernel(x[i], x[j]) + Kernel(x[i], -x[j]);
        }

        var options = new CholeskySolverOptions { Ridge = [0.05], RidgeScale = RidgeScale.Absolute };
        using Problem large = new(full, y), small = new(sum, half);
        using IModel one = large.Fit(options), other = small.Fit(options);
        double[,] expected = small.Coefficients(other), found = large.Coefficients(one);
        for (int i = 0; i < 8; i++)
            Assert.Equal(expected[i % 4, 0], found[i, 0], 1e-10);
    }

    internal static Problem Duplicates()
    {
        using Problem random = Problem.Random(6, 1);
        int[] twice = [0, 1, 2, 3, 4, 5, 2];
        return new Problem(Reference.Pick(random.K, twice, twice), new double[,] { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 }, { 7 } });
    }

    private static double Norm(double[,] a) =>
        Enumerable.Range(0, a.GetLength(1)).Max(j => Enumerable.Range(0, a.GetLength(0)).Sum(i => Math.Abs(a[i, j])));
}
