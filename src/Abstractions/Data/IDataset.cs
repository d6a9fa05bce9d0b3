namespace NeuralKernels.Abstractions;

/// <summary>Reads a dataset.</summary>
[ComponentKind("dataset")]
public interface IDataset
{
    /// <summary>Finds, reads and checks the data.</summary>
    /// <param name="context">Where to find files.</param>
    /// <returns>Examples and targets; features may be read lazily from files that the result keeps open.</returns>
    /// <exception cref="UserErrorException">A file that is missing, damaged or of another format, NaN, a label out of range: names file and place.</exception>
    LoadedDataset Load(DatasetContext context);
}

/// <summary>What a dataset is given to load itself.</summary>
/// <param name="Files">Finds files.</param>
/// <param name="Cancellation">Ends the loading with <see cref="OperationCanceledException"/>.</param>
public sealed record DatasetContext(IDataFiles Files, CancellationToken Cancellation);

/// <summary>Finds data files.</summary>
public interface IDataFiles
{
    /// <summary>The full path of a file or folder, sought in the data folders in their order.</summary>
    /// <param name="path">An absolute path, or a path relative to a data folder.</param>
    /// <exception cref="UserErrorException">Found nowhere: names all places and how to add one.</exception>
    string Find(string path);

    /// <summary>Like <see cref="Find"/> with null where nothing is found.</summary>
    string? TryFind(string path);
}

/// <summary>The parts of a split.</summary>
public enum SplitPart
{
    /// <summary>The model is fitted to these.</summary>
    Train,

    /// <summary>Hyperparameters are chosen by these.</summary>
    Validation,

    /// <summary>Looked at once, at the end.</summary>
    Test,
}

/// <summary>A dataset in memory or open on disk.</summary>
public sealed class LoadedDataset : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Joins what was loaded.</summary>
    /// <param name="name">Name for people.</param>
    /// <param name="examples">The inputs.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="source">Where it came from: a path, or the plugin that embeds it.</param>
    /// <param name="givenSplit">The part of each example in the split that comes with the data; null where there is none.</param>
    /// <param name="owner">Disposed with the dataset: open files.</param>
    /// <exception cref="ArgumentException">Counts that differ.</exception>
    public LoadedDataset(string name, Examples examples, Targets targets, string source, SplitPart[]? givenSplit = null, IDisposable? owner = null)
    {
        if (targets.Count != examples.Count)
            throw new ArgumentException($"{examples.Count} examples and {targets.Count} targets.", nameof(targets));
        if (givenSplit is not null && givenSplit.Length != examples.Count)
            throw new ArgumentException($"{examples.Count} examples and a split of {givenSplit.Length}.", nameof(givenSplit));
        Name = name;
        Examples = examples;
        Targets = targets;
        Source = source;
        GivenSplit = givenSplit;
        _owner = owner;
    }

    /// <summary>Name for people.</summary>
    public string Name { get; }

    /// <summary>The inputs.</summary>
    public Examples Examples { get; }

    /// <summary>What is to be predicted.</summary>
    public Targets Targets { get; }

    /// <summary>Where it came from: a path, or the plugin that embeds it.</summary>
    public string Source { get; }

    /// <summary>The part of each example in the split that comes with the data; null where there is none.</summary>
    public IReadOnlyList<SplitPart>? GivenSplit { get; }

    /// <summary>Closes files. The examples must not be read afterwards.</summary>
    public void Dispose() => _owner?.Dispose();
}

/// <summary>Divides a dataset into training, validation and test parts.</summary>
[ComponentKind("split")]
public interface ISplit
{
    /// <summary>Divides.</summary>
    /// <returns>One division, or one for each fold. The parts of a division are disjoint; train and test are not empty.</returns>
    /// <exception cref="UserErrorException">The data cannot be divided so: too few examples, no given split, no classes.</exception>
    /// <remarks>Deterministic: depends on the request alone.</remarks>
    IReadOnlyList<SplitIndices> Split(SplitRequest request);
}

/// <summary>What is to be divided.</summary>
/// <param name="Targets">The targets of all examples.</param>
/// <param name="Given">The part of each example in the split that comes with the data; null where there is none.</param>
/// <param name="Seed">Seed of the experiment.</param>
public sealed record SplitRequest(Targets Targets, IReadOnlyList<SplitPart>? Given, ulong Seed);

/// <summary>Indices of the examples of each part.</summary>
/// <param name="Train">The model is fitted to these.</param>
/// <param name="Validation">Hyperparameters are chosen by these; may be empty.</param>
/// <param name="Test">Looked at once, at the end.</param>
public sealed record SplitIndices(long[] Train, long[] Validation, long[] Test);

/// <summary>A preprocessing step that learns from the training examples.</summary>
[ComponentKind("transform")]
public interface ITransform
{
    /// <summary>Learns from the training examples alone.</summary>
    /// <exception cref="UserErrorException">Examples of a kind that the transform does not take.</exception>
    IFittedTransform Fit(Examples train, CancellationToken cancellation);
}

/// <summary>A preprocessing step that has learnt what it needs.</summary>
public interface IFittedTransform
{
    /// <summary>Transforms examples of the shape that was fitted; may be lazy. Thread-safe.</summary>
    Examples Apply(Examples examples);
}

/// <summary>Makes changed copies of training examples.</summary>
[ComponentKind("augmentation")]
public interface IAugmentation
{
    /// <summary>Copies that are made of each training example, beside the original.</summary>
    int Copies { get; }

    /// <summary>Makes one changed copy of every example; may be lazy.</summary>
    /// <param name="train">The training examples.</param>
    /// <param name="copy">From 0 to <see cref="Copies"/> - 1.</param>
    /// <param name="seed">Seed of the experiment.</param>
    /// <returns>As many examples of the same shape, in the same order.</returns>
    /// <remarks>
    /// Deterministic by seed and index: example i of the result depends only on the seed, the copy, i and example i, never on
    /// the order of reading or the number of threads.
    /// </remarks>
    /// <exception cref="UserErrorException">Examples of a kind that the augmentation does not take.</exception>
    Examples Apply(Examples train, int copy, ulong seed);
}
