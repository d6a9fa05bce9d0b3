using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Networks;

/// <summary>A few small examples of each kind.</summary>
internal static class FiniteExamples
{
    private static readonly Dictionary<string, Examples> All = new()
    {
        ["vectors"] = new VectorExamples(FeatureSource.FromArray([0.6, -0.3, 1.1, 0.4, -0.5, 0.9, 0.7, -0.2, -0.6, 0.3, -1.0, 0.5], 4)),
        ["images"] = new ImageExamples(Features(2, 4 * 3 * 2), 4, 3, 2),
        ["volumes"] = new ImageExamples(Features(2, 3 * 2 * 2 * 2), [3, 2, 2], 2),
        ["sequences"] = new SequenceExamples(Features(2, 5 * 2), 5, 2),
        ["ragged"] = new SequenceExamples(Features(3, 5 * 2), 5, 2, [3, 5, 1]),
        ["graphs"] = new GraphExamples(
            [
                new Graph(4, Numbers(1, 8), [0, 1, 2, 3, 0, 1], [1, 2, 3, 0, 0, 3], [1, 0.5, -0.7, 1, 1, 0.3]),
                new Graph(3, Numbers(2, 6), [0, 1, 2, 1], [1, 0, 1, 2], [1, 1, 0.6, 0.6]),
            ],
            2),
    };

    public static Examples Of(string kind) => All[kind];

    private static FeatureSource Features(int count, int width) => FeatureSource.FromArray(Numbers(width, count * width), width);

    private static double[] Numbers(int index, int count)
    {
        RandomStream random = new(5, "finite examples", index);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
