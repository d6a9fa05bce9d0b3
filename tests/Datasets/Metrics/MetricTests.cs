using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class AccuracyConformance() : BuiltInMetricConformance("accuracy");

public sealed class MeanSquaredErrorConformance() : BuiltInMetricConformance("mse");

public sealed class MeanAbsoluteErrorConformance() : BuiltInMetricConformance("mae");

public sealed class RSquaredConformance() : BuiltInMetricConformance("r2");

public sealed class NegativeLogLikelihoodConformance() : BuiltInMetricConformance("nll");

public sealed class CrossEntropyConformance() : BuiltInMetricConformance("cross_entropy");

public sealed class AurocConformance() : BuiltInMetricConformance("auroc");

public sealed class AveragePrecisionConformance() : BuiltInMetricConformance("average_precision");

public sealed class SpearmanConformance() : BuiltInMetricConformance("spearman");

public sealed class ExpectedCalibrationErrorConformance() : BuiltInMetricConformance("expected_calibration_error");

public abstract class BuiltInMetricConformance(string name) : MetricConformance
{
    protected override IMetric Create() => MetricTests.Create(name);

    [Fact]
    public void Name_IsTheNameInExperimentFiles() => Assert.Equal(name, Create().Name);
}

public sealed class MetricTests
{
    /// <summary>A built-in metric by name.</summary>
    internal static IMetric Create(string name, int bins = 15) => name == "expected_calibration_error"
        ? Make.Metric(name, new ExpectedCalibrationErrorOptions { Bins = bins })
        : Make.Metric(name, Activator.CreateInstance(Components.All<DatasetsPlugin>().Single(c => c.Component == typeof(IMetric) && c.Name == name).Options)!);

    private static double Real(string name, double[] mean, double[] target, int outputs = 1, double[]? variance = null) =>
        Create(name).Evaluate(new Predictions(mean.Length / outputs, outputs, mean, null, variance),
            new RealTargets(target, [.. Enumerable.Range(0, outputs).Select(output => $"{output}")]));

    private static double Binary(string name, double[] second, params int[] labels) =>
        Create(name).Evaluate(new Predictions(labels.Length, 2, [.. second.SelectMany(score => (double[])[0.5, score])]), new ClassTargets(labels, ["no", "yes"]));

    [Fact]
    public void Auroc_OfTies_CountsThemHalf()
    {
        Assert.Equal(0.5, Binary("auroc", [1, 1, 1, 1], 0, 1, 0, 1));
        Assert.Equal(0.875, Binary("auroc", [0.1, 0.4, 0.4, 0.8], 0, 0, 1, 1));
        Assert.Equal(0.75, Binary("auroc", [0.1, 0.4, 0.35, 0.8], 0, 0, 1, 1));
    }

    [Fact]
    public void AveragePrecision_OfTies_TakesThemTogether()
    {
        Assert.Equal(0.5, Binary("average_precision", [1, 1, 1, 1], 0, 1, 0, 1));
        Assert.Equal(0.5 * 1 + 0.5 * 2 / 3, Binary("average_precision", [0.1, 0.4, 0.35, 0.8], 0, 0, 1, 1), 1e-15);
    }

    [Theory]
    [InlineData("auroc")]
    [InlineData("average_precision")]
    public void Ranking_OfOneClassOnly_IsUndefined(string name)
    {
        Assert.Equal(double.NaN, Binary(name, [1, 2], 1, 1));
        Assert.Equal(double.NaN, Binary(name, [1, 2], 0, 0));
        // Of two outputs the defined one counts alone.
        Assert.Equal(1, Real(name, [1, 5, 2, 5], [0, 1, 1, 1], 2));
    }

    [Fact]
    public void Auroc_OfAnyScores_IsUnchangedByAnIncreasingFunction_AndFlipsWithTheSign() => Prop.ForAll(
        ArbMap.Default.ArbFor<(sbyte Score, bool Label)[]>().Filter(pairs => pairs.Any(p => p.Label) && pairs.Any(p => !p.Label)),
        pairs =>
        {
            int[] labels = [.. pairs.Select(p => p.Label ? 1 : 0)];
            double plain = Binary("auroc", [.. pairs.Select(p => (double)p.Score)], labels);
            double exponential = Binary("auroc", [.. pairs.Select(p => Math.Exp(p.Score / 16.0))], labels);
            double negated = Binary("auroc", [.. pairs.Select(p => -(double)p.Score)], labels);
            return Math.Abs(plain - exponential) < 1e-12 && Math.Abs(plain + negated - 1) < 1e-12;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Auroc_OfAnyScores_IsTheFractionOfPairsInOrder() => Prop.ForAll(
        ArbMap.Default.ArbFor<(sbyte Score, bool Label)[]>().Filter(pairs => pairs.Any(p => p.Label) && pairs.Any(p => !p.Label)),
        pairs =>
        {
            double[] orders = [.. from p in pairs from n in pairs where p.Label && !n.Label select (Math.Sign(p.Score - n.Score) + 1) / 2.0];
            return Math.Abs(Binary("auroc", [.. pairs.Select(p => (double)p.Score)], [.. pairs.Select(p => p.Label ? 1 : 0)]) - orders.Average()) < 1e-12;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Spearman_OfAnyNumbers_IsSymmetricAndBounded() => Prop.ForAll(
        ArbMap.Default.ArbFor<(sbyte X, sbyte Y)[]>(),
        pairs =>
        {
            double[] x = [.. pairs.Select(p => (double)p.X)], y = [.. pairs.Select(p => (double)p.Y)];
            double forward = Real("spearman", x, y), backward = Real("spearman", y, x);
            return forward.Equals(backward) || (Math.Abs(forward - backward) < 1e-12 && Math.Abs(forward) < 1 + 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Spearman_OfMonotonePredictions_IsOne()
    {
        Assert.Equal(1, Real("spearman", [1, 10, 100], [0.1, 0.2, 0.3]), 1e-15);
        Assert.Equal(-1, Real("spearman", [5, 4, 3], [0.1, 0.2, 0.3]), 1e-15);
        Assert.Equal(double.NaN, Real("spearman", [5, 5, 5], [0.1, 0.2, 0.3]));
    }

    [Fact]
    public void RSquared_OfTheMean_IsZero_AndOfConstantTargetsUndefined()
    {
        Assert.Equal(0, Real("r2", [2, 2, 2], [1, 2, 3]));
        Assert.Equal(double.NaN, Real("r2", [1, 2, 3], [0.1, 0.1, 0.1]));
        Assert.Equal(1, Real("r2", [1, 7, 2, 8], [1, 5, 2, 5], 2));
    }

    [Fact]
    public void Likelihood_OfImpossibleEvents_IsFiniteByTheFloor()
    {
        var targets = new ClassTargets([1], ["a", "b"]);
        var certain = new Predictions(1, 2, [1, 0], [1, 0]);
        Assert.Equal(-Math.Log(1e-12), Create("cross_entropy").Evaluate(certain, targets), 1e-12);
        Assert.Equal(-Math.Log(1e-12), Create("nll").Evaluate(certain, targets), 1e-12);
        Assert.Equal(Math.Log(2 * Math.PI * 1e-12) / 2, Real("nll", [1], [1], 1, [0]), 1e-12);
    }

    [Fact]
    public void Needs_AreWhatIsUsed()
    {
        Assert.Equal(MetricNeeds.Probabilities, Create("nll").Needs(TargetKinds.Classes));
        Assert.Equal(MetricNeeds.Variance, Create("nll").Needs(TargetKinds.Real));
        Assert.Throws<ArgumentException>(() => Real("nll", [1], [1]));
        Assert.Throws<ArgumentException>(() => Create("cross_entropy").Evaluate(new Predictions(1, 2, [0, 1]), new ClassTargets([1], ["a", "b"])));
    }

    [Fact]
    public void CalibrationError_OfConfidentAndRight_IsZero_AndOfConfidentAndWrong_IsOne()
    {
        var predictions = new Predictions(2, 2, [1, 0, 0, 1], [1, 0, 0, 1]);
        Assert.Equal(0, Create("expected_calibration_error").Evaluate(predictions, new ClassTargets([0, 1], ["a", "b"])));
        Assert.Equal(1, Create("expected_calibration_error").Evaluate(predictions, new ClassTargets([1, 0], ["a", "b"])));
    }

    [Fact]
    public void CalibrationError_OfManyBins_SeparatesWhatFewJoin()
    {
        var predictions = new Predictions(2, 2, [1, 0, 1, 0], [0.9, 0.1, 0.6, 0.4]);
        var targets = new ClassTargets([0, 1], ["a", "b"]);
        Assert.Equal(0.25, Create("expected_calibration_error", 1).Evaluate(predictions, targets), 1e-15);
        Assert.Equal(0.35, Create("expected_calibration_error", 10).Evaluate(predictions, targets), 1e-15);
    }

    [Fact]
    public void Evaluate_OfTargetsItDoesNotTake_Throws() => Assert.Throws<ArgumentException>(() => Real("accuracy", [1], [1]));
}
