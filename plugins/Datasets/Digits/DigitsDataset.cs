using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>The digits that are embedded in this assembly.</summary>
internal sealed class DigitsDataset(DigitsOptions options) : IDataset
{
    private const int Side = 8, Pixels = Side * Side, Darkest = 16;
    private const string Resource = "digits.csv.gz";

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        (byte[] pixels, int[] labels) = Parse();
        int count = Math.Min(labels.Length, options.Take ?? labels.Length);
        var features = new ByteFeatures(pixels.AsMemory(0, count * Pixels), count, Darkest, new PixelLayout(0, Side, Side, 1, Planar: false));
        return new LoadedDataset("digits", new ImageExamples(features, Side, Side, 1),
            new ClassTargets(labels[..count], ClassNames.Digits(10)), "embedded in NeuralKernels.Datasets");
    }

    private static (byte[] Pixels, int[] Labels) Parse()
    {
        using Stream resource = typeof(DigitsDataset).Assembly.GetManifestResourceStream(Resource)!;
        byte[] compressed = new byte[resource.Length];
        resource.ReadExactly(compressed);
        byte[] text = GzipFile.Decompress(compressed, Resource);
        var numbers = new List<byte>(1797 * (Pixels + 1));
        int number = 0;
        foreach (byte character in text)
        {
            if (character is >= (byte)'0' and <= (byte)'9')
            {
                number = 10 * number + character - '0';
            }
            else if (character is (byte)',' or (byte)'\n')
            {
                numbers.Add((byte)number);
                number = 0;
            }
        }

        int count = numbers.Count / (Pixels + 1);
        byte[] pixels = new byte[count * Pixels];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers.CopyTo(i * (Pixels + 1), pixels, i * Pixels, Pixels);
            labels[i] = numbers[i * (Pixels + 1) + Pixels];
        }

        return (pixels, labels);
    }
}
