using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>One mirrored copy of every image: left and right exchanged.</summary>
public sealed record HorizontalFlipOptions;

/// <summary>
/// Copies of vectors, images and sequences with independent normal noise added to every number. Positions behind the end of a
/// sequence stay as they are.
/// </summary>
public sealed record GaussianNoiseOptions
{
    /// <summary>Copies of every example, each with noise of its own.</summary>
    /// <value>At least 1. The default is 1.</value>
    [Range(1, 10_000)]
    public int Copies { get; init; } = 1;

    /// <summary>Standard deviation of the noise, in the units of the features after the transforms.</summary>
    /// <value>Greater than 0. The default is 0.1.</value>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Std { get; init; } = 0.1;
}

/// <summary>
/// Copies of images, each moved by a whole number of pixels up or down and left or right, drawn uniformly but never by nothing, which would
/// repeat the original. What moves in from outside has one value.
/// </summary>
public sealed record TranslateOptions
{
    /// <summary>Copies of every image, each with a move of its own.</summary>
    /// <value>At least 1. The default is 1.</value>
    [Range(1, 10_000)]
    public int Copies { get; init; } = 1;

    /// <summary>Largest move in each direction, in pixels; less than the height and the width.</summary>
    /// <value>At least 1. The default is 1.</value>
    [Range(1, int.MaxValue)]
    public int Pixels { get; init; } = 1;

    /// <summary>Value of pixels that move in from outside.</summary>
    /// <value>The default is 0.</value>
    public double Fill { get; init; }
}
