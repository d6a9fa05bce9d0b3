namespace NeuralKernels.Abstractions;

/// <summary>What a metric needs beside mean predictions.</summary>
[Flags]
public enum MetricNeeds
{
    /// <summary>Mean predictions alone.</summary>
    None = 0,

    /// <summary>Class probabilities.</summary>
    Probabilities = 1,

    /// <summary>Predictive variances.</summary>
    Variance = 2,
}

/// <summary>A number that says how good predictions are.</summary>
[ComponentKind("metric")]
public interface IMetric
{
    /// <summary>Name under which the value is logged.</summary>
    string Name { get; }

    /// <summary>Direction.</summary>
    bool HigherIsBetter { get; }

    /// <summary>Targets for which the metric is defined.</summary>
    TargetKinds Accepts { get; }

    /// <summary>What is needed beside mean predictions.</summary>
    MetricNeeds Needs(TargetKinds targets);

    /// <summary>The value. Missing targets are left out.</summary>
    /// <returns>NaN where the value is undefined, such as the AUROC of one class.</returns>
    double Evaluate(Predictions predictions, Targets targets);
}

/// <summary>Predictions for t examples and m outputs, in the units of the targets.</summary>
/// <param name="Count">Number of examples t.</param>
/// <param name="Outputs">Number of outputs m.</param>
/// <param name="Mean">t x m, row-major. For classes: scores, regression to the one-hot label.</param>
/// <param name="Probabilities">t x m, row-major, rows sum to 1; null for real targets.</param>
/// <param name="Variance">t x m, row-major: posterior variance plus noise variance; null where no metric needs it.</param>
public sealed record Predictions(int Count, int Outputs, double[] Mean, double[]? Probabilities = null, double[]? Variance = null);
