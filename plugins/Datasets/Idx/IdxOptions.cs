using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>
/// Grey images of the MNIST family (MNIST, Fashion-MNIST, KMNIST, EMNIST) in the idx format, plain or compressed with gzip. Pixels are
/// divided by 255. Comes with a split where there are test files.
/// </summary>
public sealed record IdxOptions
{
    /// <summary>Folder of the files, in a data folder.</summary>
    /// <value>The default is mnist.</value>
    public string Folder { get; init; } = "mnist";

    /// <summary>Training images; .gz may be left out.</summary>
    /// <value>The default is train-images-idx3-ubyte.</value>
    public string TrainImages { get; init; } = "train-images-idx3-ubyte";

    /// <summary>Training labels; .gz may be left out.</summary>
    /// <value>The default is train-labels-idx1-ubyte.</value>
    public string TrainLabels { get; init; } = "train-labels-idx1-ubyte";

    /// <summary>Test images; .gz may be left out. Null for none.</summary>
    /// <value>The default is t10k-images-idx3-ubyte.</value>
    public string? TestImages { get; init; } = "t10k-images-idx3-ubyte";

    /// <summary>Test labels; .gz may be left out. Null for none.</summary>
    /// <value>The default is t10k-labels-idx1-ubyte.</value>
    public string? TestLabels { get; init; } = "t10k-labels-idx1-ubyte";

    /// <summary>A name for each class; labels beyond them are an error.</summary>
    /// <value>The default is the numbers from 0 to the largest label.</value>
    public string[]? ClassNames { get; init; }

    /// <summary>Keeps the first so many training examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    /// <summary>Keeps the first so many test examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? TakeTest { get; init; }
}
