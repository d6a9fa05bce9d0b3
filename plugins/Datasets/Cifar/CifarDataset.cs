using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Files of one CIFAR dataset.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Folder">Folder of the files.</param>
/// <param name="Train">Training files.</param>
/// <param name="Test">Test files; may be empty.</param>
/// <param name="LabelBytes">Label bytes before the pixels of a record.</param>
/// <param name="Label">Which of them is the class.</param>
/// <param name="ClassNames">A name for each class.</param>
/// <param name="Take">Training examples to keep; null for all.</param>
/// <param name="TakeTest">Test examples to keep; null for all.</param>
internal sealed record CifarFiles(
    string Name, string Folder, string[] Train, string[] Test, int LabelBytes, int Label, string[] ClassNames, int? Take, int? TakeTest);

/// <summary>Labelled 32 x 32 colour images in binary records.</summary>
internal sealed class CifarDataset : IDataset
{
    private const int Side = 32, LargestPixel = 255;
    private readonly CifarFiles _files;
    private readonly PixelLayout _layout;

    private CifarDataset(CifarFiles files)
    {
        ClassNames.Checked(files.ClassNames);
        _files = files;
        _layout = new PixelLayout(files.LabelBytes, Side, Side, 3, Planar: true);
    }

    public static CifarDataset Of(Cifar10Options options) =>
        new(new CifarFiles("cifar10", options.Folder, options.Train, options.Test, 1, 0, options.ClassNames, options.Take, options.TakeTest));

    public static CifarDataset Of(Cifar100Options options)
    {
        (int label, int classes) = options.Label == Cifar100Label.Coarse ? (0, 20) : (1, 100);
        return new(new CifarFiles("cifar100", options.Folder, options.Train, options.Test, 2, label, ClassNames.Digits(classes), options.Take, options.TakeTest));
    }

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        string[] paths = [.. _files.Train.Concat(_files.Test).Select(name => SplitFiles.Find(context.Files, _files.Folder, name))];
        var contents = new byte[paths.Length][];
        Parallelism.For(paths.Length, 0, (_, i) => contents[i] = Read(paths[i]), context.Cancellation);

        var parts = new List<FeatureSource>();
        var labels = new List<int>();
        Add(contents.AsSpan(0, _files.Train.Length), _files.Take, parts, labels);
        int train = labels.Count;
        Add(contents.AsSpan(_files.Train.Length), _files.TakeTest, parts, labels);
        FeatureSource features = parts.Count == 1 ? parts[0] : parts[0].Append([.. parts.Skip(1)]);
        return new LoadedDataset(_files.Name, new ImageExamples(features, Side, Side, 3), new ClassTargets([.. labels], _files.ClassNames), paths[0],
            SplitFiles.Given(train, labels.Count - train));
    }

    private void Add(ReadOnlySpan<byte[]> contents, int? take, List<FeatureSource> parts, List<int> labels)
    {
        int left = take ?? int.MaxValue;
        foreach (byte[] content in contents)
        {
            int count = Math.Min(left, content.Length / _layout.Record);
            if (count == 0)
                return;
            left -= count;
            parts.Add(new ByteFeatures(content, count, LargestPixel, _layout));
            for (int i = 0; i < count; i++)
                labels.Add(content[i * _layout.Record + _files.Label]);
        }
    }

    private byte[] Read(string path)
    {
        byte[] content = GzipFile.Read(path);
        int record = _layout.Record, records = content.Length / record;
        if (content.Length == 0 || content.Length % record != 0)
        {
            throw new UserErrorException(
                $"{path}: {content.Length:N0} bytes are no whole number of records of {record:N0} bytes: the last record begins at byte {(long)records * record:N0}.",
                $"The file is truncated, or not the binary version of {_files.Name}: fetch it again.");
        }

        for (int i = 0; i < records; i++)
        {
            int offset = i * record + _files.Label;
            if (content[offset] >= _files.ClassNames.Length)
            {
                throw new UserErrorException(
                    $"{path}: the label {content[offset]} of record {i} at byte {offset:N0} is outside 0 to {_files.ClassNames.Length - 1}.",
                    $"Check that the file is the binary version of {_files.Name}; other classes need names of their own.");
            }
        }

        return content;
    }
}
