using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Kernels that neural-tangents computed.</summary>
internal static class References
{
    /// <summary>One case of a file; skips the test where the file is absent.</summary>
    public static JsonNode Case(string file, string name) =>
        JsonNode.Parse(File.ReadAllText(TestData.Require("reference", file)))!["cases"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;

    /// <summary>Writes inputs by the formula of the reference data: scale * kind(a t + b), t the flat row-major index.</summary>
    public static void WriteInputs(Workspace workspace, string file, JsonNode node)
    {
        long[] shape = node["shape"].Deserialize<long[]>()!;
        (double a, double b, double scale) = (node["a"]!.GetValue<double>(), node["b"]!.GetValue<double>(), node["scale"]!.GetValue<double>());
        Func<double, double> kind = node["kind"]!.GetValue<string>() == "sin" ? Math.Sin : Math.Cos;
        int count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        workspace.WriteNpy(file, [.. Enumerable.Range(0, count).Select(t => scale * kind(a * t + b))], shape);
    }

    /// <summary>Fails unless all entries agree.</summary>
    /// <param name="expected">Rows of numbers.</param>
    /// <param name="actual">Rows of numbers.</param>
    /// <param name="tolerance">The largest difference, in units of the largest entry.</param>
    public static void AssertClose(JsonNode expected, double[][] actual, double tolerance)
    {
        double[][] rows = expected.Deserialize<double[][]>()!;
        Assert.Equal((rows.Length, rows[0].Length), (actual.Length, actual[0].Length));
        double largest = rows.Max(row => row.Max(Math.Abs));
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows[i].Length; j++)
                Assert.Equal(rows[i][j], actual[i][j], tolerance * largest);
        }
    }
}
