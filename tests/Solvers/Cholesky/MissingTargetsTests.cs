using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class MissingTargetsTests
{
    private const int N = 150;

    [Theory]
    [InlineData(FactorMethod.Cholesky, true, 1)]
    [InlineData(FactorMethod.Cholesky, true, 3)]
    [InlineData(FactorMethod.Cholesky, false, 3)]
    [InlineData(FactorMethod.Eigen, true, 3)]
    [InlineData(FactorMethod.Eigen, false, 1)]
    public void Fit_WithMissingTargets_EqualsDroppingTheirRows(FactorMethod method, bool variance, int ridges)
    {
        using Problem problem = WithGaps();
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = new double[] { 0.1, 0.01, 1 }[..ridges], Method = method, Variance = variance });
        double[,] found = problem.Coefficients(model);
        for (int output = 0; output < 4; output++)
        {
            int[] rows = Observed(problem, output);
            double[,] expected = Reference.Solve(
                Reference.Shift(Reference.Pick(problem.K, rows, rows), model.Diagnostics.Ridge), Reference.Pick(problem.Y, rows, [output])).X;
            Problem.AssertEqual(expected, Reference.Pick(found, rows, [output]), 1e-9);
            Assert.All(Enumerable.Range(0, N).Except(rows), i => Assert.Equal(0, found[i, output]));
        }

        Assert.InRange(model.Diagnostics.RelativeResidual!.Value, 0, 1e-12);
        Assert.Equal(variance, model.ProvidesVariance);
    }

    [Fact]
    public void Diagnostics_WithMissingTargets_SumOverOutputs()
    {
        using Problem problem = WithGaps();
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.1] });
        double likelihood = 0, freedom = 0;
        double ridge = 0.1 * problem.MeanDiagonal;
        for (int output = 0; output < 4; output++)
        {
            int[] rows = Observed(problem, output);
            double[,] k = Reference.Pick(problem.K, rows, rows), inverse = Reference.Inverse(Reference.Shift(k, ridge));
            likelihood += Reference.LogMarginalLikelihood(k, Reference.Pick(problem.Y, rows, [output]), ridge);
            freedom += (rows.Length - ridge * Enumerable.Range(0, rows.Length).Sum(i => inverse[i, i])) / 4;
        }

        Assert.Equal(likelihood, model.Diagnostics.LogMarginalLikelihood!.Value, 1e-8);
        Assert.Equal(freedom, model.Diagnostics.EffectiveDegreesOfFreedom!.Value, 1e-8);
    }

    [Fact]
    public void LeaveOneOut_WithMissingTargets_AveragesOverTheObservedOnes()
    {
        using Problem random = Problem.Random(14, 2);
        random.Y[3, 1] = random.Y[9, 1] = random.Y[0, 1] = double.NaN;
        using var problem = new Problem(random.K, random.Y);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.1, 0.2] });
        double expected = 0;
        for (int output = 0; output < 2; output++)
        {
            int[] rows = Observed(problem, output);
            expected += rows.Length / 25.0
                * Reference.LeaveOneOut(Reference.Pick(problem.K, rows, rows), Reference.Pick(problem.Y, rows, [output]), 0.2 * problem.MeanDiagonal);
        }

        Assert.Equal(expected, model.Diagnostics.RidgePath[1].Score, 1e-10);
    }

    [Fact]
    public void PredictVariance_WithMissingTargets_KnowsWhichExamplesAnOutputSaw()
    {
        using Problem problem = WithGaps();
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0.1] });
        double[] prior = [5, 5, 5, 5, 5];
        double[,] found = problem.Variance(model, prior);
        for (int output = 0; output < 4; output++)
        {
            int[] rows = Observed(problem, output);
            double[,] cross = Reference.Pick(problem.Cross, [0, 1, 2, 3, 4], rows);
            double[,] inverse = Reference.Inverse(Reference.Shift(Reference.Pick(problem.K, rows, rows), model.Diagnostics.Ridge));
            for (int t = 0; t < 5; t++)
            {
                double explained = 0;
                for (int i = 0; i < rows.Length; i++)
                {
                    for (int j = 0; j < rows.Length; j++)
                        explained += cross[t, i] * inverse[i, j] * cross[t, j];
                }

                Assert.Equal(5 - explained, found[t, output], 1e-9);
            }
        }
    }

    [Fact]
    public void Fit_OfAnOutputWithoutTargets_NamesIt()
    {
        using Problem random = Problem.Random(5, 2);
        for (int i = 0; i < 5; i++)
            random.Y[i, 1] = double.NaN;
        using var problem = new Problem(random.K, random.Y);
        UserErrorException error = Assert.Throws<UserErrorException>(() => problem.Fit(new CholeskySolverOptions()).Dispose());
        Assert.Contains("Output 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Group_Always_PutsOutputsWithEqualGapsTogether()
    {
        const double X = double.NaN;
        double[,] y =
        {
            { X, 1, 1, X, 1, 1 },
            { 1, 1, X, 1, 1, 1 },
            { X, 1, 1, X, X, 1 },
        };
        using var targets = Problem.Dense(y);
        IReadOnlyList<ObservationPattern> patterns = ObservationPattern.Group(targets.View);
        Assert.Null(patterns[0].Rows);
        Assert.Equal([1, 5], patterns[0].Outputs);
        Assert.Equal(["0,3:1", "2:0,2", "4:0,1"],
            patterns.Skip(1).Select(p => $"{string.Join(',', p.Outputs)}:{string.Join(',', p.Rows!)}").Order());
    }

    private static int[] Observed(Problem problem, int output) =>
        [.. Enumerable.Range(0, problem.Examples).Where(i => !double.IsNaN(problem.Y[i, output]))];

    // Outputs 0 and 2 have gaps of their own, 1 and 3 are complete.
    private static Problem WithGaps()
    {
        Problem problem = Problem.Random(N, 4, rank: 20);
        for (int i = 0; i < N; i++)
        {
            if (i % 3 == 1)
                problem.Y[i, 0] = double.NaN;
            if (i is > 2 and < 140)
                problem.Y[i, 2] = double.NaN;
        }

        return new Problem(problem.K, problem.Y, problem.Cross);
    }
}
