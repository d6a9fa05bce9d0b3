using System.IO.Compression;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Bench;

/// <summary>Training images of CIFAR-10, which are not part of the project.</summary>
internal static class CifarImages
{
    /// <summary>Numbers of an image: 32 x 32 positions of three channels.</summary>
    public const int Size = 32 * 32 * 3;

    private const int Record = 1 + Size;
    private static readonly double[] s_mean = [.4914, .4822, .4465];
    private static readonly double[] s_deviation = [.2470, .2435, .2616];

    /// <summary>The first images, standardised by channel, rounded to float32; channels innermost.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="UserErrorException">The file is absent.</exception>
    public static double[][] Read(int count)
    {
        string root = Environment.GetEnvironmentVariable("NK_TEST_DATA") is { Length: > 0 } given
            ? given
            : Path.Combine(Path.GetDirectoryName(Report.FindRoot())!, "shared");
        string path = Path.Combine(root, "data", "cifar10", "lossless", "train_first4000.bin.gz");
        if (!File.Exists(path))
            throw new UserErrorException($"This benchmark needs images of CIFAR-10, and {path} does not exist.", "Set NK_TEST_DATA to the folder of the test data.");

        // Records of a label byte and planes of red, green and blue.
        byte[] records = new byte[count * Record];
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        stream.ReadExactly(records);
        return [.. Enumerable.Range(0, count).Select(image => Enumerable.Range(0, Size).Select(feature =>
        {
            (int position, int channel) = Math.DivRem(feature, 3);
            return (double)(float)((records[image * Record + 1 + channel * 1024 + position] / 255.0 - s_mean[channel]) / s_deviation[channel]);
        }).ToArray())];
    }

    /// <summary>Examples of images.</summary>
    public static ImageExamples Examples(IEnumerable<double[]> images) => new(FeatureSource.FromArray([.. images.SelectMany(image => image)], Size), 32, 32, 3);

    /// <summary>The mirror image, left and right exchanged.</summary>
    public static double[] Flip(double[] image) =>
        [.. Enumerable.Range(0, Size).Select(f => image[(f / 96 * 32 + 31 - f / 3 % 32) * 3 + f % 3])];
}
