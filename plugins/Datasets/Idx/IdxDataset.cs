using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Images and labels in idx files.</summary>
internal sealed class IdxDataset : IDataset
{
    private const int LargestPixel = 255;
    private readonly IdxOptions _options;
    private readonly string[]? _names;

    public IdxDataset(IdxOptions options)
    {
        if (options.TestImages is null != options.TestLabels is null)
            throw new UserErrorException("test_images and test_labels belong together, and one of them is null.", "Name both files, or neither.");
        _options = options;
        _names = ClassNames.Checked(options.ClassNames);
    }

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        string?[] names = [_options.TrainImages, _options.TrainLabels, _options.TestImages, _options.TestLabels];
        string[] paths = [.. names.OfType<string>().Select(name => SplitFiles.Find(context.Files, _options.Folder, name))];
        var files = new IdxFile[paths.Length];
        Parallelism.For(paths.Length, 0, (_, i) => files[i] = IdxFile.Read(paths[i], i % 2 == 0 ? 3 : 1), context.Cancellation);

        int largest = 0;
        for (int i = 0; i < files.Length; i += 2)
            largest = Math.Max(largest, CheckLabels(files[i], files[i + 1]));
        (Examples examples, int[] labels) = Part(files[0], files[1], _options.Take);
        int test = 0;
        if (files.Length > 2)
        {
            if (!files[2].Sizes.AsSpan(1).SequenceEqual(files[0].Sizes.AsSpan(1)))
            {
                throw new UserErrorException(
                    $"{files[2].Path}: images of {files[2].Sizes[1]} x {files[2].Sizes[2]} pixels, and those of {files[0].Path} have {files[0].Sizes[1]} x {files[0].Sizes[2]}.",
                    "Name the files of one dataset.");
            }

            (Examples testExamples, int[] testLabels) = Part(files[2], files[3], _options.TakeTest);
            examples = examples.Append(testExamples);
            labels = [.. labels, .. testLabels];
            test = testLabels.Length;
        }

        return new LoadedDataset(_options.Folder, examples, new ClassTargets(labels, _names ?? ClassNames.Digits(Math.Max(largest + 1, 2))), paths[0],
            SplitFiles.Given(labels.Length - test, test));
    }

    private static (Examples Examples, int[] Labels) Part(IdxFile images, IdxFile labels, int? take)
    {
        int count = Math.Min(images.Sizes[0], take ?? images.Sizes[0]), height = images.Sizes[1], width = images.Sizes[2];
        var features = new ByteFeatures(images.Numbers, count, LargestPixel, new PixelLayout(0, height, width, 1, Planar: false));
        return (new ImageExamples(features, height, width, 1), [.. labels.Numbers.Span[..count]]);
    }

    private int CheckLabels(IdxFile images, IdxFile labels)
    {
        if (images.Sizes[0] != labels.Sizes[0])
        {
            throw new UserErrorException($"{images.Path} has {images.Sizes[0]:N0} images and {labels.Path} {labels.Sizes[0]:N0} labels.",
                "Name the files of one dataset.");
        }

        int largest = 0;
        ReadOnlySpan<byte> values = labels.Numbers.Span;
        for (int i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, values[i]);
            if (_names is not null && values[i] >= _names.Length)
            {
                throw new UserErrorException($"{labels.Path}: the label {values[i]} of example {i} at byte {labels.Offset + i} is outside 0 to {_names.Length - 1}.",
                    "Name every class in class_names.");
            }
        }

        return largest;
    }
}
