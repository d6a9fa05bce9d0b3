using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>The split that comes with the data.</summary>
internal sealed class GivenSplit : ISplit
{
    private readonly GivenSplitOptions _options;

    public GivenSplit(GivenSplitOptions options)
    {
        Amount.Check(options.Validation, "validation");
        _options = options;
    }

    public IReadOnlyList<SplitIndices> Split(SplitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Given is null)
            throw new UserErrorException("This dataset comes without a split.", "Use the split random, stratified or kfold.");
        if (request.Given.Count != request.Targets.Count)
            throw new ArgumentException($"{request.Targets.Count} targets and a given split of {request.Given.Count}.", nameof(request));
        long[] train = Of(request.Given, SplitPart.Train), validation = Of(request.Given, SplitPart.Validation), test = Of(request.Given, SplitPart.Test);
        if (train.Length == 0 || test.Length == 0)
        {
            throw new UserErrorException($"The split of this dataset has {train.Length} training and {test.Length} test examples, and both are needed.",
                "Name the missing files in the dataset's options, or use the split random, stratified or kfold.");
        }

        if (_options.Validation == 0 && _options.Train is null)
            return [new SplitIndices(train, validation, test)];
        if (_options.Validation > 0 && validation.Length > 0)
        {
            throw new UserErrorException($"validation: the data comes with {validation.Length} validation examples already.",
                "Leave the option validation of the split out.");
        }

        long carved = Amount.Of(_options.Validation, train.Length);
        if (carved >= train.Length)
        {
            throw new UserErrorException($"{train.Length} training examples leave nothing to train on after {carved} validation examples.",
                "Reduce the option validation of the split.");
        }

        ReadOnlySpan<int> labels = request.Targets is ClassTargets classes ? classes.Labels : default;
        (long[] drawn, train) = Parts.Carve(train, (int)carved, _options.Train, labels, request.Seed, 0);
        Array.Sort(train);
        return [new SplitIndices(train, carved > 0 ? drawn : validation, test)];
    }

    private static long[] Of(IReadOnlyList<SplitPart> given, SplitPart part)
    {
        var indices = new List<long>();
        for (int i = 0; i < given.Count; i++)
        {
            if (given[i] == part)
                indices.Add(i);
        }

        return [.. indices];
    }
}
