using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

namespace NeuralKernels.Tests.Solvers;

public sealed class InvarianceTests
{
    private static readonly CholeskySolverOptions s_options = new() { Ridge = [0.03, 0.3], Diagnostics = DiagnosticsLevel.Full };

    [Fact]
    public void Predict_WithARelativeRidge_DoesNotDependOnTheScaleOfTheKernel() => Prop.ForAll(
        Gen.Choose(2, 30).ToArbitrary(), Gen.Choose(-30, 30).ToArbitrary(), Gen.Choose(0, 1 << 20).ToArbitrary(), (n, exponent, seed) =>
        {
            using Problem problem = Problem.Random(n, 2, seed);
            double scale = Math.Pow(10, exponent);
            using Problem scaled = new(Map(problem.K, value => scale * value), problem.Y, Map(problem.Cross, value => scale * value));
            AssertSamePredictions(problem, scaled);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Predict_Always_DoesNotDependOnTheOrderOfTheExamples() => Prop.ForAll(
        Gen.Choose(2, 30).ToArbitrary(), Gen.Choose(0, 1 << 20).ToArbitrary(), (n, seed) =>
        {
            using Problem problem = Problem.Random(n, 2, seed);
            problem.Y[n / 2, 1] = double.NaN;
            int[] order = [.. Enumerable.Range(0, n)];
            new Random(seed).Shuffle(order);
            using Problem original = new(problem.K, problem.Y, problem.Cross);
            using Problem shuffled = new(
                Reference.Pick(problem.K, order, order), Reference.Pick(problem.Y, order, [0, 1]), Reference.Pick(problem.Cross, [0, 1, 2, 3, 4], order));
            AssertSamePredictions(original, shuffled);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void EffectiveDegreesOfFreedom_Always_FallWithTheRidge() => Prop.ForAll(
        Gen.Choose(1, 30).ToArbitrary(), Gen.Choose(0, 1 << 20).ToArbitrary(), (n, seed) =>
        {
            using Problem problem = Problem.Random(n, 1, seed);
            double last = n;
            foreach (double ridge in (double[])[1e-3, 0.1, 1, 100])
            {
                using IModel model = problem.Fit(s_options with { Ridge = [ridge] });
                Assert.InRange(model.Diagnostics.EffectiveDegreesOfFreedom!.Value, 0, last + 1e-9);
                last = model.Diagnostics.EffectiveDegreesOfFreedom.Value;
            }
        }).QuickCheckThrowOnFailure();

    private static void AssertSamePredictions(Problem problem, Problem other)
    {
        using IModel one = problem.Fit(s_options), two = other.Fit(s_options);
        Assert.Equal(one.Diagnostics.RidgeOption, two.Diagnostics.RidgeOption);
        Problem.AssertEqual(problem.Predict(one), other.Predict(two), 1e-9);
        Assert.Equal(one.Diagnostics.EffectiveDegreesOfFreedom!.Value, two.Diagnostics.EffectiveDegreesOfFreedom!.Value, 1e-8);
    }

    private static double[,] Map(double[,] a, Func<double, double> map)
    {
        double[,] mapped = (double[,])a.Clone();
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
                mapped[i, j] = map(a[i, j]);
        }

        return mapped;
    }
}
