using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>Small examples of every kind, the same on every machine.</summary>
public static class Samples
{
    /// <summary>Numbers around 3 with a spread of 2.</summary>
    public static double[] Numbers(int count, int seed = 1)
    {
        var random = new Random(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = 3 + 4 * (random.NextDouble() - 0.5);
        return values;
    }

    /// <summary>N x C vectors.</summary>
    public static VectorExamples Vectors(int count, int channels = 5, int seed = 1) =>
        new(FeatureSource.FromArray(Numbers(count * channels, seed), channels));

    /// <summary>N x H x W x C images.</summary>
    public static ImageExamples Images(int count, int height = 4, int width = 5, int channels = 3, int seed = 1) =>
        new(FeatureSource.FromArray(Numbers(count * height * width * channels, seed), height * width * channels), height, width, channels);

    /// <summary>N x L x C sequences; example n has 1 + n mod L positions.</summary>
    public static SequenceExamples RaggedSequences(int count, int length = 4, int channels = 2, int seed = 1) =>
        new(FeatureSource.FromArray(Numbers(count * length * channels, seed), length * channels), length, channels,
            [.. Enumerable.Range(0, count).Select(n => 1 + n % length)]);

    /// <summary>Paths of 2 + n mod 3 nodes.</summary>
    public static GraphExamples Graphs(int count, int channels = 2, int seed = 1)
    {
        var graphs = new Graph[count];
        for (int n = 0; n < count; n++)
        {
            int nodes = 2 + n % 3;
            int[] from = [.. Enumerable.Range(0, nodes - 1)], to = [.. Enumerable.Range(1, nodes - 1)];
            graphs[n] = new Graph(nodes, Numbers(nodes * channels, seed + n), [.. from, .. to], [.. to, .. from], [.. Enumerable.Repeat(1.0, 2 * nodes - 2)]);
        }

        return new GraphExamples(graphs, channels);
    }

    /// <summary>All rows, read one after the other.</summary>
    public static double[][] Rows(Examples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples is GraphExamples graphs)
            return [.. graphs.Graphs.Select(graph => graph.NodeFeatures)];
        FeatureSource source = ((FeatureExamples)examples).Features;
        double[][] rows = new double[source.Count][];
        for (long i = 0; i < source.Count; i++)
            source.Read(i, rows[i] = new double[source.Width]);
        return rows;
    }

    /// <summary>All rows, read by many threads from the last to the first.</summary>
    public static double[][] RowsInParallel(Examples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples is GraphExamples)
            return Rows(examples);
        FeatureSource source = ((FeatureExamples)examples).Features;
        double[][] rows = new double[source.Count][];
        Parallel.For(0, source.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => source.Read(source.Count - 1 - i, rows[source.Count - 1 - i] = new double[source.Width]));
        return rows;
    }
}
