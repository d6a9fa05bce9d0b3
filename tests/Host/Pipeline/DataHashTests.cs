using NeuralKernels.Abstractions;
using NeuralKernels.Host.Pipeline;

namespace NeuralKernels.Tests.Host.Pipeline;

/// <summary>Hashes of data.</summary>
public sealed class DataHashTests
{
    private static readonly ClassTargets s_targets = new([0, 1], ["a", "b"]);

    [Fact]
    public void Of_TheSameNumbersStoredOtherwise_IsTheSame()
    {
        FeatureSource stored = FeatureSource.FromArray([1, 2, 3, 4], 2);
        FeatureSource computed = FeatureSource.FromArray([2, 4, 6, 8], 2).Map(2, (_, input, output) =>
        {
            for (int i = 0; i < 2; i++)
                output[i] = input[i] / 2;
        });
        Assert.Equal(DataHash.Of(new VectorExamples(stored), s_targets, default), DataHash.Of(new VectorExamples(computed), s_targets, default));
    }

    [Fact]
    public void Of_OtherNumbersShapesLabelsOrLengths_Differs()
    {
        string[] hashes =
        [
            DataHash.Of(new VectorExamples(FeatureSource.FromArray([1, 2, 3, 4], 2)), s_targets, default),
            DataHash.Of(new VectorExamples(FeatureSource.FromArray([1, 2, 3, 5], 2)), s_targets, default),
            DataHash.Of(new VectorExamples(FeatureSource.FromArray([1, 2, 3, 4], 2)), new ClassTargets([1, 1], ["a", "b"]), default),
            DataHash.Of(new VectorExamples(FeatureSource.FromArray([1, 2, 3, 4], 2)), new ClassTargets([0, 1], ["a", "c"]), default),
            DataHash.Of(new ImageExamples(FeatureSource.FromArray([1, 2, 3, 4], 2), 1, 2, 1), s_targets, default),
            DataHash.Of(new SequenceExamples(FeatureSource.FromArray([1, 2, 3, 4], 2), 2, 1), s_targets, default),
            DataHash.Of(new SequenceExamples(FeatureSource.FromArray([1, 2, 3, 4], 2), 2, 1, [1, 2]), s_targets, default),
            DataHash.Of(new GraphExamples([new Graph(1, [1], [], [], []), new Graph(1, [2], [], [], [])], 1), s_targets, default),
            DataHash.Of(new GraphExamples([new Graph(1, [1], [0], [0], [1]), new Graph(1, [2], [], [], [])], 1), s_targets, default),
        ];
        Assert.Distinct(hashes);
        Assert.All(hashes, hash => Assert.Matches("^[0-9a-f]{64}$", hash));
    }
}
