using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>
/// The mean negative log likelihood. For classes the cross-entropy of the probabilities, -(1/t) sum_i ln p_i(y_i). For real targets that of
/// normal distributions with the predicted mean and variance v: the mean of (ln(2 pi v) + (y - mean)^2 / v) / 2 over all targets that are
/// not missing. Probabilities and variances below 1e-12 count as 1e-12. Lower is better.
/// </summary>
public sealed record NegativeLogLikelihoodOptions;

/// <summary>
/// The cross-entropy of the class probabilities, -(1/t) sum_i ln p_i(y_i), in nats. Probabilities below 1e-12 count as 1e-12. For classes;
/// lower is better.
/// </summary>
public sealed record CrossEntropyOptions;

/// <summary>The mean negative log likelihood of classes, and of real targets where they are accepted.</summary>
internal sealed class LikelihoodMetric(string name, TargetKinds accepts) : IMetric
{
    public string Name => name;

    public bool HigherIsBetter => false;

    public TargetKinds Accepts => accepts;

    public MetricNeeds Needs(TargetKinds targets) => targets == TargetKinds.Classes ? MetricNeeds.Probabilities : MetricNeeds.Variance;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        if (targets is ClassTargets classes)
            return CrossEntropy(PredictionCheck.Probabilities(this, predictions), predictions.Outputs, classes.Labels);
        double[] variances = PredictionCheck.Variances(this, predictions);
        return MetricMath.Mean(predictions, targets, (index, mean, target) =>
        {
            double variance = Math.Max(variances[index], MetricMath.Floor);
            return (Math.Log(2 * Math.PI * variance) + (target - mean) * (target - mean) / variance) / 2;
        });
    }

    private static double CrossEntropy(double[] probabilities, int classes, ReadOnlySpan<int> labels)
    {
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
            sum -= Math.Log(Math.Max(probabilities[i * classes + labels[i]], MetricMath.Floor));
        return labels.Length == 0 ? double.NaN : sum / labels.Length;
    }
}
