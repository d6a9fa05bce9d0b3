using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Conformance;

/// <summary>Small examples for layers, with all that is hard: a zero example, a copy, an opposite, a scaled one.</summary>
internal static class LayerExamples
{
    /// <summary>Number of examples.</summary>
    public const int Count = 7;

    /// <summary>The zero example.</summary>
    public const int Zero = 2;

    /// <summary>The copy of example 0.</summary>
    public const int Copy = 3;

    public static Examples Of(ExampleKinds kind) => kind switch
    {
        ExampleKinds.Vectors => new VectorExamples(Features(4)),
        ExampleKinds.Images => new ImageExamples(Features(4 * 3 * 2), 4, 3, 2),
        ExampleKinds.Sequences => new SequenceExamples(Features(5 * 2), 5, 2),
        _ => new GraphExamples(Graphs(), 2),
    };

    /// <summary>Sequences of different lengths.</summary>
    public static Examples Ragged() => new SequenceExamples(Features(5 * 2), 5, 2, [3, 5, 4, 3, 1, 5, 2]);

    /// <summary>Two examples that are no more than random.</summary>
    public static Examples Few(Examples examples) => examples.Select([0, 1]);

    private static FeatureSource Features(int width) => FeatureSource.FromArray([.. Rows(width).SelectMany(row => row)], width);

    // Numbers that float32 holds exactly.
    private static double[][] Rows(int width)
    {
        RandomStream random = new(1, "layer examples", width);
        double[][] rows = new double[Count][];
        for (int i = 0; i < Count; i++)
        {
            rows[i] = new double[width];
            random.FillGaussian(rows[i]);
            rows[i] = Array.ConvertAll(rows[i], v => (double)(float)v);
        }

        rows[Zero] = new double[width];
        rows[Copy] = rows[0];
        rows[4] = Array.ConvertAll(rows[0], v => -v);
        rows[5] = Array.ConvertAll(rows[1], v => 2 * v);
        return rows;
    }

    private static Graph[] Graphs()
    {
        double[][] rows = Rows(4 * 2);
        return [.. rows.Select((row, i) => i == 1
            ? new Graph(3, row[..6], [0, 1, 2, 1], [1, 0, 1, 2], [1, 1, 0.5, 0.5])
            : new Graph(4, row, [0, 1, 2, 3, 0], [1, 2, 3, 0, 0], [1, 0.5, -0.5, 1, 1]))];
    }
}
