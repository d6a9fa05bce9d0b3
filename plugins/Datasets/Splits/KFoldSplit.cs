using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Cross-validation.</summary>
internal sealed class KFoldSplit : ISplit
{
    private readonly KFoldSplitOptions _options;

    public KFoldSplit(KFoldSplitOptions options)
    {
        Amount.Check(options.Validation, "validation");
        _options = options;
    }

    public IReadOnlyList<SplitIndices> Split(SplitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        long count = request.Targets.Count;
        int folds = _options.Folds;
        ReadOnlySpan<int> labels = _options.Stratified
            ? Draw.Labels(request.Targets, "stratified: true", "Leave stratified out: it is for classes.")
            : default;
        if (count < folds)
            throw new UserErrorException($"{count} examples cannot be divided into {folds} folds.", "Use fewer folds, or load more examples.");

        long[] dealt = Draw.All(count);
        new RandomStream(request.Seed, "split/folds").Shuffle(dealt);
        if (!labels.IsEmpty)
        {
            // Dealing class after class in turn spreads every class, and the whole, evenly to one example.
            int[] classes = labels.ToArray();
            dealt = [.. dealt.OrderBy(index => classes[index])];
        }

        var divisions = new SplitIndices[folds];
        for (int fold = 0; fold < folds; fold++)
            divisions[fold] = Divide(dealt, fold, labels, request.Seed);
        return divisions;
    }

    private SplitIndices Divide(long[] dealt, int fold, ReadOnlySpan<int> labels, ulong seed)
    {
        var test = new List<long>();
        var rest = new List<long>();
        for (int i = 0; i < dealt.Length; i++)
            (i % _options.Folds == fold ? test : rest).Add(dealt[i]);
        test.Sort();
        long validation = Amount.Of(_options.Validation, rest.Count);
        if (validation >= rest.Count)
        {
            throw new UserErrorException($"The {rest.Count} examples outside fold {fold} leave nothing to train on after {validation} validation examples.",
                "Reduce the option validation of the split.");
        }

        (long[] validationPart, long[] train) = Parts.Carve([.. rest], (int)validation, _options.Train, labels, seed, fold);
        return new SplitIndices(train, validationPart, [.. test]);
    }
}
