using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Test, validation and training parts drawn at random.</summary>
internal sealed class DrawnSplit : ISplit
{
    private readonly IDrawnSplitOptions _options;
    private readonly bool _stratified;

    public DrawnSplit(IDrawnSplitOptions options, bool stratified)
    {
        Amount.Check(options.Test, "test");
        Amount.Check(options.Validation, "validation");
        if (options.Test < 1 && options.Validation < 1 && options.Test + options.Validation >= 1)
        {
            throw new UserErrorException($"test: {options.Test} and validation: {options.Validation} leave nothing to train on.",
                "Make their sum less than 1.");
        }

        _options = options;
        _stratified = stratified;
    }

    public IReadOnlyList<SplitIndices> Split(SplitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        long count = request.Targets.Count;
        ReadOnlySpan<int> labels = _stratified ? Draw.Labels(request.Targets, "The stratified split", "Use the split random.") : default;
        long test = Amount.Of(_options.Test, count), validation = Amount.Of(_options.Validation, count);
        if (test < 1 || test + validation >= count)
        {
            throw new UserErrorException(
                $"{count} examples cannot be divided into {test} test and {validation} validation examples and at least one training example.",
                "Change the options test and validation of the split, or load more examples.");
        }

        (long[] testPart, long[] rest) = Draw.Take(Draw.All(count), (int)test, labels, new RandomStream(request.Seed, "split/test"));
        Array.Sort(testPart);
        (long[] validationPart, long[] train) = Parts.Carve(rest, (int)validation, _options.Train, labels, request.Seed, 0);
        return [new SplitIndices(train, validationPart, testPart)];
    }
}
