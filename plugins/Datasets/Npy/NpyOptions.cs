using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>What an array of features holds.</summary>
public enum NpyExamples
{
    /// <summary>Vectors for 2 axes, sequences for 3, images for 4.</summary>
    Auto,

    /// <summary>One vector an example: all axes but the first are joined.</summary>
    Vectors,

    /// <summary>N x L x C.</summary>
    Sequences,

    /// <summary>N x H x W x C, or N x H x W for one channel.</summary>
    Images,
}

/// <summary>
/// Arrays that numpy saved: features and targets in npy files, which are memory-mapped and may be larger than memory, or in one npz
/// archive, which is read into memory. Comes with a split where there are test arrays.
/// </summary>
public sealed record NpyOptions
{
    /// <summary>An npz archive; the other options then name its arrays, and npy files without it.</summary>
    /// <value>The default is none.</value>
    public string? Path { get; init; }

    /// <summary>Features: 2 to 4 axes, the first counts examples and the last channels.</summary>
    /// <value>The default is x.npy, or x in an archive.</value>
    public string X { get; init; } = "x.npy";

    /// <summary>Targets: one axis of integers for classes, one or two axes of numbers for regression with NaN for what is missing.</summary>
    /// <value>The default is y.npy, or y in an archive.</value>
    public string Y { get; init; } = "y.npy";

    /// <summary>Lengths of sequences: integers from 1.</summary>
    /// <value>The default is none: all positions exist.</value>
    public string? Lengths { get; init; }

    /// <summary>Features of test examples.</summary>
    /// <value>The default is none.</value>
    public string? XTest { get; init; }

    /// <summary>Targets of test examples.</summary>
    /// <value>The default is none.</value>
    public string? YTest { get; init; }

    /// <summary>Lengths of test sequences.</summary>
    /// <value>The default is none.</value>
    public string? LengthsTest { get; init; }

    /// <summary>What the features are: auto, vectors, sequences or images.</summary>
    /// <value>The default is auto: vectors for 2 axes, sequences for 3, images for 4.</value>
    public NpyExamples As { get; init; }

    /// <summary>What the targets are: auto, classification or regression.</summary>
    /// <value>The default is auto: classification for one axis of integers, regression otherwise.</value>
    public TargetTask Task { get; init; }

    /// <summary>Number of classes; labels are then from 0 to this minus 1.</summary>
    /// <value>At least 2. The default is one class for each different label.</value>
    [Range(2, int.MaxValue)]
    public int? Classes { get; init; }

    /// <summary>Features are divided by this: 255 for bytes.</summary>
    /// <value>Greater than 0. The default is 1.</value>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;

    /// <summary>Keeps the first so many training examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    /// <summary>Keeps the first so many test examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? TakeTest { get; init; }
}
