namespace NeuralKernels.Datasets;

/// <summary>Which numbers share a mean and a variance.</summary>
public enum StatisticsPer
{
    /// <summary>Each number of an example has its own: each pixel and channel of an image.</summary>
    Feature,

    /// <summary>Each channel has its own, over all examples and positions.</summary>
    Channel,

    /// <summary>All numbers share one.</summary>
    Global,
}

/// <summary>
/// Subtracts the mean of the training examples and divides by their standard deviation (of the population: divisor n). What is
/// constant becomes 0. Positions behind the end of a sequence do not count and become 0.
/// </summary>
public sealed record StandardizeOptions
{
    /// <summary>Which numbers share a mean and a standard deviation: feature, channel or global.</summary>
    /// <value>The default is feature.</value>
    public StatisticsPer Per { get; init; } = StatisticsPer.Feature;
}

/// <summary>Subtracts the mean of the training examples. Positions behind the end of a sequence do not count and become 0.</summary>
public sealed record CenterOptions
{
    /// <summary>Which numbers share a mean: feature, channel or global.</summary>
    /// <value>The default is feature.</value>
    public StatisticsPer Per { get; init; } = StatisticsPer.Feature;
}

/// <summary>
/// Divides every example by its Euclidean norm; an example of zeros stays zero. Positions behind the end of a sequence do not count
/// and become 0.
/// </summary>
public sealed record UnitNormOptions;
