using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>What all splits do with the examples that are not tested on.</summary>
internal static class Parts
{
    /// <summary>Draws the validation part, and then the training examples that are kept.</summary>
    /// <param name="examples">Indices to divide; permuted in place.</param>
    /// <param name="validation">Number of validation examples.</param>
    /// <param name="train">Most training examples; null for all.</param>
    /// <param name="labels">Classes whose proportions to keep; empty to ignore them.</param>
    /// <param name="seed">Seed of the experiment.</param>
    /// <param name="fold">Which division of several.</param>
    /// <returns>The validation part in ascending order and the training part in random order.</returns>
    public static (long[] Validation, long[] Train) Carve(
        long[] examples, int validation, long? train, ReadOnlySpan<int> labels, ulong seed, int fold)
    {
        (long[] validationPart, long[] rest) = Draw.Take(examples, validation, labels, new RandomStream(seed, "split/validation", fold));
        Array.Sort(validationPart);
        int kept = (int)Math.Min(rest.Length, train ?? rest.Length);
        (long[] trainPart, _) = Draw.Take(rest, kept, labels, new RandomStream(seed, "split/train", fold));
        return (validationPart, trainPart);
    }
}
