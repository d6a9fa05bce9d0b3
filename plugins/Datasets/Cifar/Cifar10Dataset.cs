using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Labelled 32 x 32 colour images in binary records.</summary>
internal sealed class Cifar10Dataset : IDataset
{
    private const int Side = 32, LargestPixel = 255;
    private static readonly PixelLayout s_layout = new(1, Side, Side, 3, Planar: true);
    private readonly Cifar10Options _options;

    public Cifar10Dataset(Cifar10Options options)
    {
        ClassNames.Checked(options.ClassNames);
        _options = options;
    }

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        string[] paths = [.. _options.Train.Concat(_options.Test).Select(name => SplitFiles.Find(context.Files, _options.Folder, name))];
        var contents = new byte[paths.Length][];
        Parallelism.For(paths.Length, 0, (_, i) => contents[i] = Read(paths[i]), context.Cancellation);

        var parts = new List<FeatureSource>();
        var labels = new List<int>();
        Add(contents.AsSpan(0, _options.Train.Length), _options.Take, parts, labels);
        int train = labels.Count;
        Add(contents.AsSpan(_options.Train.Length), _options.TakeTest, parts, labels);
        FeatureSource features = parts.Count == 1 ? parts[0] : parts[0].Append([.. parts.Skip(1)]);
        return new LoadedDataset("cifar10", new ImageExamples(features, Side, Side, 3), new ClassTargets([.. labels], _options.ClassNames), paths[0],
            SplitFiles.Given(train, labels.Count - train));
    }

    private static void Add(ReadOnlySpan<byte[]> contents, int? take, List<FeatureSource> parts, List<int> labels)
    {
        int left = take ?? int.MaxValue;
        foreach (byte[] content in contents)
        {
            int count = Math.Min(left, content.Length / s_layout.Record);
            if (count == 0)
                return;
            left -= count;
            parts.Add(new ByteFeatures(content, count, LargestPixel, s_layout));
            for (int i = 0; i < count; i++)
                labels.Add(content[i * s_layout.Record]);
        }
    }

    private byte[] Read(string path)
    {
        byte[] content = GzipFile.Read(path);
        if (content.Length == 0 || content.Length % s_layout.Record != 0)
        {
            throw new UserErrorException(
                $"{path}: {content.Length:N0} bytes are no whole number of records of {s_layout.Record:N0} bytes: the last record begins at byte {content.Length / s_layout.Record * (long)s_layout.Record:N0}.",
                "The file is truncated, or not CIFAR-10's binary version: fetch it again.");
        }

        for (int start = 0; start < content.Length; start += s_layout.Record)
        {
            if (content[start] >= _options.ClassNames.Length)
            {
                throw new UserErrorException(
                    $"{path}: the label {content[start]} of record {start / s_layout.Record} at byte {start:N0} is outside 0 to {_options.ClassNames.Length - 1}.",
                    "Check that the file is CIFAR-10's binary version, or name every class in class_names.");
            }
        }

        return content;
    }
}
