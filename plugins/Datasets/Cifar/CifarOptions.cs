using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>
/// CIFAR-10 in its binary version (Krizhevsky 2009), or any files of its record format, plain or compressed with gzip: a label byte, then
/// 1,024 red, green and blue bytes of a 32 x 32 image. Pixels are divided by 255. Comes with a split where there are test files.
/// </summary>
public sealed record Cifar10Options
{
    /// <summary>Folder of the files, in a data folder.</summary>
    /// <value>The default is cifar-10-batches-bin.</value>
    public string Folder { get; init; } = "cifar-10-batches-bin";

    /// <summary>Training files; .gz may be left out.</summary>
    /// <value>At least one. The default is data_batch_1.bin to data_batch_5.bin.</value>
    [MinLength(1)]
    public string[] Train { get; init; } = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>Test files; .gz may be left out. Empty for none.</summary>
    /// <value>The default is test_batch.bin.</value>
    public string[] Test { get; init; } = ["test_batch.bin"];

    /// <summary>A name for each class; labels beyond them are an error.</summary>
    /// <value>The default is the ten classes of CIFAR-10.</value>
    public string[] ClassNames { get; init; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Keeps the first so many training examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    /// <summary>Keeps the first so many test examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? TakeTest { get; init; }
}

/// <summary>The two labels of an image of CIFAR-100.</summary>
public enum Cifar100Label
{
    /// <summary>One of 100 classes.</summary>
    Fine,

    /// <summary>One of 20 groups of five classes.</summary>
    Coarse,
}

/// <summary>
/// CIFAR-100 in its binary version (Krizhevsky 2009), plain or compressed with gzip: a coarse and a fine label byte, then 1,024 red, green
/// and blue bytes of a 32 x 32 image. Pixels are divided by 255. Comes with a split where there are test files.
/// </summary>
public sealed record Cifar100Options
{
    /// <summary>Folder of the files, in a data folder.</summary>
    /// <value>The default is cifar-100-binary.</value>
    [Required]
    public string Folder { get; init; } = "cifar-100-binary";

    /// <summary>Training files; .gz may be left out.</summary>
    /// <value>At least one. The default is train.bin.</value>
    [Required]
    [MinLength(1)]
    public string[] Train { get; init; } = ["train.bin"];

    /// <summary>Test files; .gz may be left out. Empty for none.</summary>
    /// <value>The default is test.bin.</value>
    [Required]
    public string[] Test { get; init; } = ["test.bin"];

    /// <summary>Which label is the class: fine or coarse.</summary>
    /// <value>The default is fine.</value>
    public Cifar100Label Label { get; init; }

    /// <summary>Keeps the first so many training examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    /// <summary>Keeps the first so many test examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? TakeTest { get; init; }
}
