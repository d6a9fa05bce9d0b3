using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>
/// The fraction of examples whose largest mean prediction is that of their class: (1/t) sum_i [argmax_c mean_ic = y_i]. The
/// first of equal predictions counts as the largest. For classes; higher is better.
/// </summary>
public sealed record AccuracyOptions;

/// <summary>The fraction of examples that are classified right.</summary>
internal sealed class AccuracyMetric : IMetric
{
    public string Name => "accuracy";

    public bool HigherIsBetter => true;

    public TargetKinds Accepts => TargetKinds.Classes;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        ReadOnlySpan<int> labels = ((ClassTargets)targets).Labels;
        long right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (Largest(predictions.Mean.AsSpan(i * predictions.Outputs, predictions.Outputs)) == labels[i])
                right++;
        }

        return labels.Length == 0 ? double.NaN : (double)right / labels.Length;
    }

    /// <summary>Index of the largest number, the first of equals.</summary>
    internal static int Largest(ReadOnlySpan<double> row)
    {
        int largest = 0;
        for (int c = 1; c < row.Length; c++)
        {
            if (row[c] > row[largest])
                largest = c;
        }

        return largest;
    }
}
