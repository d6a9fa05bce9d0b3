using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>
/// The mean squared error: the mean of (mean_ic - y_ic)^2 over all examples i and outputs c whose target is not missing; for classes
/// y_ic is 1 for the class of the example and 0 for the others. Lower is better.
/// </summary>
public sealed record MeanSquaredErrorOptions;

/// <summary>
/// The mean absolute error: the mean of |mean_ic - y_ic| over all examples i and outputs c whose target is not missing; for classes
/// y_ic is 1 for the class of the example and 0 for the others. Lower is better.
/// </summary>
public sealed record MeanAbsoluteErrorOptions;

/// <summary>
/// The coefficient of determination: 1 - sum_i (mean_i - y_i)^2 / sum_i (y_i - m)^2 with m the mean of the targets of these examples, averaged
/// over the outputs. An output whose targets are all equal is left out. For real targets; higher is better.
/// </summary>
public sealed record RSquaredOptions;

/// <summary>The mean of a loss over all targets.</summary>
internal sealed class ErrorMetric(string name, Func<double, double> loss) : IMetric
{
    public string Name => name;

    public bool HigherIsBetter => false;

    public TargetKinds Accepts => TargetKinds.Classes | TargetKinds.Real;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        return MetricMath.Mean(predictions, targets, (_, mean, target) => loss(mean - target));
    }
}

/// <summary>The coefficient of determination.</summary>
internal sealed class RSquaredMetric : IMetric
{
    public string Name => "r2";

    public bool HigherIsBetter => true;

    public TargetKinds Accepts => TargetKinds.Real;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        return MetricMath.MeanOverOutputs(predictions, targets, Enumerable.Range(0, targets.Outputs), static (predicted, expected) =>
        {
            if (Array.TrueForAll(expected, value => value == expected[0]))
                return double.NaN;
            double mean = expected.Average(), residual = 0, total = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                residual += (predicted[i] - expected[i]) * (predicted[i] - expected[i]);
                total += (expected[i] - mean) * (expected[i] - mean);
            }

            return 1 - residual / total;
        });
    }
}
