using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Checks what metrics are given.</summary>
internal static class PredictionCheck
{
    /// <summary>Throws unless predictions and targets belong together and the means are finite.</summary>
    /// <exception cref="ArgumentException">Shapes that differ, or targets that the metric does not take.</exception>
    /// <exception cref="UserErrorException">A prediction that is NaN or infinite.</exception>
    public static void Means(IMetric metric, Predictions predictions, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (!metric.Accepts.HasFlag(targets.Kind))
            throw new ArgumentException($"{metric.Name} is not defined for targets of the kind {targets.Kind}.", nameof(targets));
        if (predictions.Count != targets.Count || predictions.Outputs != targets.Outputs)
        {
            throw new ArgumentException($"Predictions of {predictions.Count} x {predictions.Outputs} do not fit targets of {targets.Count} x {targets.Outputs}.",
                nameof(predictions));
        }

        Finite(metric, predictions, predictions.Mean, "prediction");
    }

    /// <summary>The class probabilities, which are there and finite.</summary>
    public static double[] Probabilities(IMetric metric, Predictions predictions)
    {
        double[] values = predictions.Probabilities ?? throw new ArgumentException($"{metric.Name} needs class probabilities.", nameof(predictions));
        Finite(metric, predictions, values, "probability");
        return values;
    }

    /// <summary>The predictive variances, which are there and finite.</summary>
    public static double[] Variances(IMetric metric, Predictions predictions)
    {
        double[] values = predictions.Variance ?? throw new ArgumentException($"{metric.Name} needs predictive variances.", nameof(predictions));
        Finite(metric, predictions, values, "predictive variance");
        return values;
    }

    private static void Finite(IMetric metric, Predictions predictions, double[] values, string what)
    {
        if (values.LongLength != (long)predictions.Count * predictions.Outputs)
        {
            throw new ArgumentException($"{values.LongLength} numbers are not a {what} for each of {predictions.Count} x {predictions.Outputs} outputs.",
                nameof(predictions));
        }

        int index = Array.FindIndex(values, value => !double.IsFinite(value));
        if (index >= 0)
        {
            throw new UserErrorException(
                $"{metric.Name}: the {what} of example {index / predictions.Outputs}, output {index % predictions.Outputs} is {values[index]}.",
                "Use a larger ridge or the precision float64, and check the features for extreme values.");
        }
    }
}
