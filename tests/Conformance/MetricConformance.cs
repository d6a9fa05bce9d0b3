using System.Text.RegularExpressions;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every metric owes. Subclass it and say how to make yours.</summary>
public abstract partial class MetricConformance
{
    private const int Count = 60, Classes = 3, Outputs = 2;

    /// <summary>Makes the metric.</summary>
    protected abstract IMetric Create();

    /// <summary>How far a sum in another order may be off.</summary>
    protected virtual double Tolerance => 1e-10;

    [Fact]
    public void Name_Always_CanBeLogged() => Assert.Matches(Loggable(), Create().Name);

    [Fact]
    public void Accepts_Always_IsNotEmpty() => Assert.NotEqual(TargetKinds.None, Create().Accepts);

    [Fact]
    public void Evaluate_Always_PrefersGoodPredictions() => ForEachKind((metric, targets) =>
    {
        double good = metric.Evaluate(Predictions(metric, targets, good: true), targets), bad = metric.Evaluate(Predictions(metric, targets, good: false), targets);
        Assert.True(metric.HigherIsBetter ? good > bad : good < bad, $"good {good}, bad {bad}");
    });

    [Fact]
    public void Evaluate_InAnotherOrder_IsTheSame() => ForEachKind((metric, targets) =>
    {
        Predictions predictions = Predictions(metric, targets, good: false);
        long[] order = [.. Enumerable.Range(0, Count).Select(i => (long)(i * 7 % Count))];
        Assert.Equal(metric.Evaluate(predictions, targets), metric.Evaluate(Reorder(predictions, order), targets.Select(order)), Tolerance);
    });

    [Fact]
    public void Evaluate_OfMissingTargets_IgnoresTheirPredictions()
    {
        IMetric metric = Create();
        if (!metric.Accepts.HasFlag(TargetKinds.Real))
            Assert.Skip("The metric is for classes, none of which can be missing.");
        var targets = (RealTargets)RealSample();
        Predictions predictions = Predictions(metric, targets, good: false), changed = Predictions(metric, targets, good: false);
        for (int i = 0; i < targets.Values.Length; i++)
            changed.Mean[i] += double.IsNaN(targets.Values[i]) ? 1000 + i : 0;
        Assert.Equal(metric.Evaluate(predictions, targets), metric.Evaluate(changed, targets));
        Assert.True(double.IsFinite(metric.Evaluate(predictions, targets)));
    }

    [Fact]
    public void Evaluate_WhereAllTargetsAreMissing_IsUndefined()
    {
        IMetric metric = Create();
        if (!metric.Accepts.HasFlag(TargetKinds.Real))
            Assert.Skip("The metric is for classes, none of which can be missing.");
        var targets = new RealTargets([.. Enumerable.Repeat(double.NaN, Count * Outputs)], ["a", "b"]);
        Assert.Equal(double.NaN, metric.Evaluate(Predictions(metric, targets, good: true), targets));
    }

    [Fact]
    public void Evaluate_OfPredictionsThatAreNoNumbers_NeverGivesANumber() => ForEachKind((metric, targets) =>
    {
        Predictions predictions = Predictions(metric, targets, good: true);
        predictions.Mean[1] = double.NaN;
        try
        {
            Assert.Equal(double.NaN, metric.Evaluate(predictions, targets));
        }
        catch (UserErrorException)
        {
            // Saying so is the better answer.
        }
    });

    [Fact]
    public void Evaluate_Always_LeavesItsArgumentsAsTheyAre() => ForEachKind((metric, targets) =>
    {
        Predictions predictions = Predictions(metric, targets, good: false), same = Predictions(metric, targets, good: false);
        metric.Evaluate(predictions, targets);
        Assert.Equal(same.Mean, predictions.Mean);
        Assert.Equal(same.Probabilities, predictions.Probabilities);
        Assert.Equal(same.Variance, predictions.Variance);
    });

    private void ForEachKind(Action<IMetric, Targets> check)
    {
        IMetric metric = Create();
        if (metric.Accepts.HasFlag(TargetKinds.Classes))
            check(metric, new ClassTargets([.. Enumerable.Range(0, Count).Select(i => i * i % 7 % Classes)], ["a", "b", "c"]));
        if (metric.Accepts.HasFlag(TargetKinds.Real))
            check(metric, RealSample());
    }

    private static RealTargets RealSample() =>
        new([.. Enumerable.Range(0, Count * Outputs).Select(i => i % 11 == 3 ? double.NaN : i * i % 13 % 2)], ["a", "b"]);

    // Good predictions lie near the targets and bad ones on the other side; only what the metric says that it needs is there.
    private static Predictions Predictions(IMetric metric, Targets targets, bool good)
    {
        int outputs = targets.Outputs;
        double[] mean = new double[Count * outputs], probabilities = new double[mean.Length], variance = new double[mean.Length];
        for (int i = 0; i < mean.Length; i++)
        {
            double target = targets is ClassTargets classes
                ? classes.Labels[i / outputs] == i % outputs ? 1 : 0
                : ((RealTargets)targets).Values[i] is var value && double.IsNaN(value) ? 0 : value;
            double nearness = (good ? 0.9 : 0.1) - 0.05 * (i % 3);
            mean[i] = target * nearness + (1 - target) * (1 - nearness);
            variance[i] = 0.1 + 0.01 * (i % 5);
        }

        for (int row = 0; row < Count; row++)
        {
            double sum = mean.AsSpan(row * outputs, outputs).ToArray().Sum();
            for (int c = 0; c < outputs; c++)
                probabilities[row * outputs + c] = mean[row * outputs + c] / sum;
        }

        MetricNeeds needs = metric.Needs(targets.Kind);
        return new Predictions(Count, outputs, mean, needs.HasFlag(MetricNeeds.Probabilities) ? probabilities : null, needs.HasFlag(MetricNeeds.Variance) ? variance : null);
    }

    private static Predictions Reorder(Predictions predictions, long[] order)
    {
        double[]? Rows(double[]? values) =>
            values is null ? null : [.. order.SelectMany(row => values.AsSpan((int)row * predictions.Outputs, predictions.Outputs).ToArray())];
        return predictions with { Mean = Rows(predictions.Mean)!, Probabilities = Rows(predictions.Probabilities), Variance = Rows(predictions.Variance) };
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Loggable();
}
