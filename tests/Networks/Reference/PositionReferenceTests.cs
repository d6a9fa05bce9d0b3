using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Networks on images, sequences and graphs, in the general form, against kernels computed by neural-tangents in float64.</summary>
public sealed class PositionReferenceTests
{
    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string file in (string[])["conv", "sequence", "graph"])
        {
            IReadOnlyList<string> names = ReferenceCase.Names($"{file}.json");
            foreach (string name in names)
                cases.Add(file, name);
            if (names.Count == 0)
                cases.Add(file, "");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Network_InGeneralForm_MatchesTheReference(string file, string name)
    {
        string path = TestData.Require("reference", $"{file}.json");
        JsonNode node = JsonNode.Parse(File.ReadAllText(path))!["cases"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;
        Examples x1 = ReadExamples(node, "x1", "lengths1", "edges1");
        Examples? x2 = node["x2"] is null ? null : ReadExamples(node, "x2", "lengths2", "edges2");
        Network network = ReferenceCase.ReadNetwork(node["network"]!);
        if (name == "resize-linear")
            network = AsTheReferenceResizes(network);
        GeneralNetwork compiled = new(network, x1.Shape);
        using PreparedPositions rows = compiled.Prepare(x1, KernelOutputs.Nngp | KernelOutputs.Ntk, default);
        if (x2 is not null)
        {
            using PreparedPositions columns = compiled.Prepare(x2, KernelOutputs.Nngp | KernelOutputs.Ntk, default);
            Compare(compiled, rows, columns, isSelf: false, node["nngp"]!, node["ntk"]!, network.Layers.Count);
        }

        if (node["nngp_x1_x1"] is { } self)
            Compare(compiled, rows, rows, isSelf: true, self, node["ntk_x1_x1"]!, network.Layers.Count);
    }

    // The reference keeps the position axes in reverse order after an odd number of convolutions and does not heed it when it resizes.
    private static Network AsTheReferenceResizes(Network network) =>
        new([.. network.Layers.Select(layer => layer is ImageResize resize ? resize with { Shape = [.. resize.Shape.Reverse()] } : layer)]);

    private static void Compare(GeneralNetwork network, PreparedPositions rows, PreparedPositions columns, bool isSelf, JsonNode nngp, JsonNode ntk, int depth)
    {
        double[][] expectedNngp = nngp.Deserialize<double[][]>()!;
        double[][] expectedNtk = ntk.Deserialize<double[][]>()!;
        using NativeMatrix<double> k = new((nint)rows.Count, (nint)columns.Count);
        using NativeMatrix<double> t = new((nint)rows.Count, (nint)columns.Count);
        network.Evaluate(rows, 0, columns, 0, k.View, t.View);
        double[] diagonalK = new double[rows.Count];
        double[] diagonalT = new double[rows.Count];
        rows.Diagonal(KernelOutputs.Nngp, diagonalK);
        rows.Diagonal(KernelOutputs.Ntk, diagonalT);
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < columns.Count; j++)
            {
                bool diagonal = isSelf && i == j;

                // On the diagonal the reference takes the angle of a vector with itself, rounded: sqrt(2 eps) instead of 0 in each layer.
                double tolerance = diagonal ? 1e-9 + 1e-8 * depth : 1e-9;
                Near(expectedNngp[i][j], diagonal ? diagonalK[i] : k[i, j], 1e-9, $"nngp [{i},{j}]");
                Near(expectedNtk[i][j], diagonal ? diagonalT[i] : t[i, j], tolerance, $"ntk [{i},{j}]");
            }
        }
    }

    private static void Near(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Abs(expected) + 1e-15, $"{what}: {actual:r} instead of {expected:r}, relative error {Math.Abs(actual / expected - 1):g3}");

    private static Examples ReadExamples(JsonNode node, string inputs, string lengthsName, string edgesName)
    {
        double[][] rows = ReferenceCase.ReadInputs(node[inputs]!);
        int[] shape = node[inputs]!["shape"].Deserialize<int[]>()!;
        int channels = shape[^1];
        int[]? lengths = node[lengthsName].Deserialize<int[]>();
        if (node[edgesName]?.Deserialize<double[][][]>() is { } edges)
        {
            return new GraphExamples(
                [.. rows.Select((row, i) =>
                {
                    int nodes = lengths?[i] ?? shape[1];

                    // A[i, j] = weight: of an edge that is listed twice, the last weight stands.
                    double[][] inside = [.. edges[i].Where(e => e[0] < nodes && e[1] < nodes).GroupBy(e => (e[0], e[1])).Select(group => group.Last())];
                    return new Graph(nodes, row[..(nodes * channels)], [.. inside.Select(e => (int)e[0])], [.. inside.Select(e => (int)e[1])], [.. inside.Select(e => e[2])]);
                })],
                channels);
        }

        FeatureSource features = FeatureSource.FromArray([.. rows.SelectMany(row => row)], rows[0].Length);
        return shape.Length == 3
            ? new SequenceExamples(features, shape[1], channels, lengths)
            : new ImageExamples(features, shape[1..^1], channels);
    }
}
