using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class PredictionTests
{
    // Computed independently in float64: means and variances on two test points from three training points.
    [Theory]
    [InlineData(0, RidgeScale.Relative, 0.7254331297, -1.404386694)]
    [InlineData(0.01, RidgeScale.Relative, 0.7144322082, -1.389309078)]
    [InlineData(0.01, RidgeScale.Absolute, 0.7229651228, -1.401043252)]
    public void Predict_WithTheNtk_MatchesTheReference(double ridge, RidgeScale scale, double first, double second)
    {
        using Problem problem = ReluNetwork.Problem(ntk: true);
        foreach (FactorMethod method in (FactorMethod[])[FactorMethod.Cholesky, FactorMethod.Eigen])
        {
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [ridge], RidgeScale = scale, Method = method });
            Problem.AssertEqual(new double[,] { { first }, { second } }, problem.Predict(model), 1e-8);
        }
    }

    [Theory]
    [InlineData(0, RidgeScale.Relative, 0.9617969343, -1.609403896, 0.891274259, 0.4837207737)]
    [InlineData(0.01, RidgeScale.Relative, 0.9278646361, -1.584706684, 0.9360495924, 0.5226824494)]
    [InlineData(0.01, RidgeScale.Absolute, 0.9390939008, -1.593115364, 0.9211768266, 0.5093584763)]
    public void PredictVariance_WithTheNngp_MatchesTheReference(
        double ridge, RidgeScale scale, double first, double second, double firstVariance, double secondVariance)
    {
        using Problem problem = ReluNetwork.Problem(ntk: false);
        foreach (FactorMethod method in (FactorMethod[])[FactorMethod.Cholesky, FactorMethod.Eigen])
        {
            using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [ridge], RidgeScale = scale, Method = method });
            Problem.AssertEqual(new double[,] { { first }, { second } }, problem.Predict(model), 1e-8);
            Problem.AssertEqual(new double[,] { { firstVariance }, { secondVariance } }, problem.Variance(model, ReluNetwork.TestVariances()), 1e-8);
        }
    }

    [Fact]
    public void ReluNetwork_Always_MatchesItsReference()
    {
        using Problem nngp = ReluNetwork.Problem(ntk: false), ntk = ReluNetwork.Problem(ntk: true);
        double[] found = [nngp.K[0, 0], nngp.K[0, 1], nngp.K[0, 2], ntk.K[0, 0], ntk.K[0, 1], ntk.K[0, 2], nngp.Cross[0, 0], ntk.Cross[0, 0]];
        double[] expected = [1.625073488, 0.5194127133, 1.2906108, 4.843970465, 0.4448403421, 3.075264708, 1.748168521, 3.891334434];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-8);
    }

    [Fact]
    public void PredictVariance_OfMoreRowsThanABlock_IsThatOfEachRow()
    {
        using Problem problem = Problem.Random(20, 1, tests: 1100, rank: 5);
        double[] prior = [.. Enumerable.Range(0, 1100).Select(i => 2.0 + i)];
        using IModel cholesky = problem.Fit(new CholeskySolverOptions { Ridge = [0.1] });
        using IModel eigen = problem.Fit(new CholeskySolverOptions { Ridge = [0.1], Method = FactorMethod.Eigen });
        double[,] inverse = Reference.Inverse(Reference.Shift(problem.K, cholesky.Diagnostics.Ridge)), found = problem.Variance(cholesky, prior);
        Problem.AssertEqual(found, problem.Variance(eigen, prior), 1e-10);
        foreach (int t in (int[])[0, 700, 1023, 1024, 1099])
        {
            double explained = 0;
            for (int i = 0; i < 20; i++)
            {
                for (int j = 0; j < 20; j++)
                    explained += problem.Cross[t, i] * inverse[i, j] * problem.Cross[t, j];
            }

            Assert.Equal(prior[t] - explained, found[t, 0], 1e-10);
        }
    }

    [Fact]
    public void PredictVariance_AtATrainingExampleWithoutRidge_IsZeroAndNotNegative()
    {
        using Problem random = Problem.Random(12, 1);
        using var problem = new Problem(random.K, random.Y, random.K);
        using IModel model = problem.Fit(new CholeskySolverOptions { Ridge = [0] });
        double[,] variance = problem.Variance(model, [.. Enumerable.Range(0, 12).Select(i => random.K[i, i])]);
        Assert.All(variance.Cast<double>(), value => Assert.InRange(value, 0, 1e-10));
    }

    [Fact]
    public void PredictVariance_WithoutFactors_SaysWhichOptionKeepsThem()
    {
        using Problem problem = Problem.Random(5);
        using IModel model = problem.Fit(new CholeskySolverOptions { Variance = false });
        Assert.False(model.ProvidesVariance);
        Assert.Contains("variance: true", Assert.Throws<NotSupportedException>(() => problem.Variance(model, new double[5])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_FromANotFiniteKernel_NamesTheExample()
    {
        using Problem problem = Problem.Random(5);
        using IModel model = problem.Fit(new CholeskySolverOptions());
        problem.Cross[3, 2] = double.NaN;
        UserErrorException mean = Assert.Throws<UserErrorException>(() => problem.Predict(model));
        UserErrorException variance = Assert.Throws<UserErrorException>(() => problem.Variance(model, [1, 1, 1, 1, 1]));
        Assert.Contains("Row 3", mean.Message, StringComparison.Ordinal);
        Assert.Contains("Row 3", variance.Message, StringComparison.Ordinal);
        Assert.Contains("training example 2", variance.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_FromManyThreads_GivesTheSameNumbers()
    {
        using Problem problem = Problem.Random(60, 3);
        using IModel model = problem.Fit(new CholeskySolverOptions());
        double[] prior = [9, 9, 9, 9, 9];
        double[,] mean = problem.Predict(model), variance = problem.Variance(model, prior);
        Parallel.For(0, 8, _ =>
        {
            Problem.AssertEqual(mean, problem.Predict(model), 0);
            Problem.AssertEqual(variance, problem.Variance(model, prior), 0);
        });
    }

    [Fact]
    public void Predict_OfAnotherShape_IsRefused()
    {
        using Problem problem = Problem.Random(5), larger = Problem.Random(6);
        using IModel model = problem.Fit(new CholeskySolverOptions());
        Assert.Throws<ArgumentException>(() => larger.Predict(model));
        Assert.Throws<ArgumentException>(() => larger.Variance(model, new double[5]));
        Assert.Throws<ArgumentException>(() => problem.Variance(model, new double[4]));
    }
}
