namespace NeuralKernels.Mlflow;

/// <summary>One point of a metric.</summary>
/// <param name="Key">The metric's name; everything before its last <c>/</c> groups the charts of MLflow's UI.</param>
/// <param name="Value">
/// The value. NaN is kept. An infinity is stored, as by MLflow, as the greatest double of its sign, which reads back as infinity.
/// </param>
/// <param name="Step">The step, epoch or index of the point.</param>
/// <param name="Timestamp">When it was measured, kept to the millisecond; not before 1970.</param>
public sealed record Metric(string Key, double Value, long Step, DateTimeOffset Timestamp);
