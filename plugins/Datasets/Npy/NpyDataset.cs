using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Datasets;

/// <summary>Arrays that numpy saved.</summary>
internal sealed class NpyDataset : IDataset
{
    private readonly NpyOptions _options;

    public NpyDataset(NpyOptions options)
    {
        if (options.XTest is null != options.YTest is null)
            throw new UserErrorException("x_test and y_test belong together, and one of them is missing.", "Name both arrays, or neither.");
        if (options.XTest is null ? options.LengthsTest is not null : options.Lengths is null != options.LengthsTest is null)
            throw new UserErrorException("lengths, x_test and lengths_test do not go together.", "Give lengths for the training and the test sequences, or for neither.");
        if (options.Classes is not null && options.Task == TargetTask.Regression)
            throw new UserErrorException("classes is given, and the task is regression.", "Leave classes out, or use task: classification.");
        _options = options;
    }

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        var arrays = new Arrays();
        try
        {
            using NpzArchive? archive = _options.Path is null ? null : NpzArchive.Open(context.Files.Find(_options.Path));
            NpyArray? Open(string? name) => name is null ? null : arrays.Add(archive is null ? NpyArray.Open(context.Files.Find(name)) : archive.Read(name));
            NpyArray x = Open(_options.X)!, y = Open(_options.Y)!;
            NpyArray? lengths = Open(_options.Lengths), xTest = Open(_options.XTest), yTest = Open(_options.YTest), lengthsTest = Open(_options.LengthsTest);

            FeatureExamples examples = Part(x, y, lengths, _options.Take, context.Cancellation);
            long train = examples.Count, test = 0;
            if (xTest is not null)
            {
                FeatureExamples testExamples = Part(xTest, yTest!, lengthsTest, _options.TakeTest, context.Cancellation);
                if (!testExamples.Shape.Equals(examples.Shape))
                {
                    throw new UserErrorException($"{xTest.Name}: test examples of shape {testExamples.Shape}, and those of {x.Name} have the shape {examples.Shape}.",
                        "Name arrays of one dataset.");
                }

                test = testExamples.Count;
                examples = (FeatureExamples)examples.Append(testExamples);
            }

            Targets targets = new NpyTargets(_options.Task, _options.Classes).Of([y, .. yTest is null ? [] : (NpyArray[])[yTest]], test == 0 ? [train] : [train, test]);
            return new LoadedDataset(Path.GetFileName(_options.Path ?? x.Name), examples, targets, x.Name, SplitFiles.Given(train, test), arrays);
        }
        catch
        {
            arrays.Dispose();
            throw;
        }
    }

    private FeatureExamples Part(NpyArray x, NpyArray y, NpyArray? lengths, int? take, CancellationToken cancellation)
    {
        if (x.Shape.Count is < 2 or > 4 || x.Count == 0 || x.RowLength > int.MaxValue)
        {
            throw new UserErrorException($"{x.Name}: features of shape ({string.Join(", ", x.Shape)}).",
                "Save at least one example in an array of 2 axes for vectors, 3 for sequences or 4 for images.");
        }

        if (x.Rows != y.Rows)
            throw new UserErrorException($"{x.Name} has {x.Rows:N0} examples and {y.Name} {y.Rows:N0} targets.", "Name arrays of one dataset.");
        if (x.Rows > int.MaxValue)
            throw new UserErrorException($"{x.Name}: {x.Rows:N0} examples are more than {int.MaxValue:N0}.", "Save fewer examples.");
        int count = (int)Math.Min(x.Rows, take ?? x.Rows);
        var features = new NpyFeatures(x, count, _options.Scale);
        int[] sizes = [.. x.Shape.Skip(1).Select(size => checked((int)size))];
        NpyExamples kind = _options.As != NpyExamples.Auto ? _options.As : sizes.Length switch
        {
            1 => NpyExamples.Vectors,
            2 => NpyExamples.Sequences,
            _ => NpyExamples.Images,
        };
        if (lengths is not null && kind != NpyExamples.Sequences)
            throw new UserErrorException($"{lengths.Name}: lengths belong to sequences, and the features of {x.Name} are {kind.ToString().ToLowerInvariant()}.", "Leave lengths out, or use as: sequences.");
        return (kind, sizes.Length) switch
        {
            (NpyExamples.Vectors, _) => new VectorExamples(features),
            (NpyExamples.Sequences, 2) => new SequenceExamples(features, sizes[0], sizes[1], lengths is null ? null : Lengths(lengths, x, count, sizes[0], cancellation)),
            (NpyExamples.Images, 2) => new ImageExamples(features, sizes[0], sizes[1], 1),
            (NpyExamples.Images, 3) => new ImageExamples(features, sizes[0], sizes[1], sizes[2]),
            _ => throw new UserErrorException($"{x.Name}: an array of {sizes.Length + 1} axes does not hold {kind.ToString().ToLowerInvariant()}.",
                "Save N x L x C for sequences and N x H x W or N x H x W x C for images."),
        };
    }

    private static int[] Lengths(NpyArray array, NpyArray x, int count, int longest, CancellationToken cancellation)
    {
        if (array.Rows != x.Rows || array.RowLength != 1)
            throw new UserErrorException($"{array.Name}: lengths of shape ({string.Join(", ", array.Shape)}) for {x.Rows:N0} sequences.", "Save one length a sequence.");
        int[] lengths = new int[count];
        Span<double> value = stackalloc double[1];
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            array.ReadRow(i, value);
            if (!(value[0] >= 1 && value[0] <= longest && value[0] == Math.Floor(value[0])))
                throw new UserErrorException($"{array.Name}: the length {value[0]} of row {i} is no whole number from 1 to {longest}.", "Correct the length.");
            lengths[i] = (int)value[0];
        }

        return lengths;
    }

    /// <summary>Closes several arrays.</summary>
    private sealed class Arrays : IDisposable
    {
        private readonly List<NpyArray> _arrays = [];

        public NpyArray Add(NpyArray array)
        {
            _arrays.Add(array);
            return array;
        }

        public void Dispose()
        {
            foreach (NpyArray array in _arrays)
                array.Dispose();
        }
    }
}
