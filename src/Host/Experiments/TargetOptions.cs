namespace NeuralKernels.Host.Experiments;

/// <summary>How targets are prepared for regression.</summary>
public sealed record TargetOptions
{
    /// <summary>
    /// Whether real-valued targets are centred and scaled by the mean and standard deviation of the training targets, and
    /// predictions scaled back. Class labels are not affected.
    /// </summary>
    public bool Standardize { get; init; } = true;
}
