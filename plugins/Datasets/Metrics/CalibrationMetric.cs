using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

// Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (ICML 2017), equation 3: B_m are the examples whose
// confidence, the largest probability, lies in ((m - 1) / M, m / M].

namespace NeuralKernels.Datasets;

/// <summary>
/// The expected calibration error: sum_m |B_m| / t |accuracy(B_m) - confidence(B_m)|, where the bin B_m holds the examples whose largest
/// probability lies in ((m - 1) / M, m / M] for M bins (Guo et al. 2017). For classes; lower is better.
/// </summary>
public sealed record ExpectedCalibrationErrorOptions
{
    /// <summary>Number of bins M.</summary>
    /// <value>At least 1. The default is 15.</value>
    [Range(1, 1_000_000)]
    public int Bins { get; init; } = 15;
}

/// <summary>The expected calibration error.</summary>
internal sealed class CalibrationMetric(ExpectedCalibrationErrorOptions options) : IMetric
{
    public string Name => "expected_calibration_error";

    public bool HigherIsBetter => false;

    public TargetKinds Accepts => TargetKinds.Classes;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.Probabilities;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        double[] probabilities = PredictionCheck.Probabilities(this, predictions);
        ReadOnlySpan<int> labels = ((ClassTargets)targets).Labels;
        double[] surplus = new double[options.Bins];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = probabilities.AsSpan(i * predictions.Outputs, predictions.Outputs);
            int predicted = AccuracyMetric.Largest(row);
            int bin = Math.Clamp((int)Math.Ceiling(row[predicted] * options.Bins) - 1, 0, options.Bins - 1);
            surplus[bin] += (predicted == labels[i] ? 1 : 0) - row[predicted];
        }

        return labels.Length == 0 ? double.NaN : surplus.Sum(Math.Abs) / labels.Length;
    }
}
