using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>One case of the reference kernels: a network, inputs by formula, and results.</summary>
internal sealed record ReferenceCase(string Name, Network Network, double[][] X1, double[][]? X2, double[][]? Nngp, double[][]? Ntk, double[][]? NngpSelf, double[][]? NtkSelf)
{
    private static readonly Dictionary<string, Type> LayerTypes =
        typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)) && !t.IsAbstract).ToDictionary(t => t.Name);

    /// <summary>Number of layers.</summary>
    public int Depth => Network.Layers.Count;

    public static IReadOnlyList<ReferenceCase> Load(string path)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        return [.. root["cases"]!.AsArray().Select(c => Read(c!))];
    }

    /// <summary>Names of the cases of a reference file; none where the test data are absent.</summary>
    public static IReadOnlyList<string> Names(string file)
    {
        string path = Path.Combine(TestData.Root, "reference", file);
        return File.Exists(path)
            ? [.. JsonNode.Parse(File.ReadAllText(path))!["cases"]!.AsArray().Select(c => c!["name"]!.GetValue<string>())]
            : [];
    }

    /// <summary>Reads a list of layers.</summary>
    public static Network ReadNetwork(JsonNode layers) => new([.. layers.AsArray().Select(layer => ReadLayer(layer!))]);

    private static ReferenceCase Read(JsonNode node) => new(
        node["name"]!.GetValue<string>(),
        ReadNetwork(node["network"]!),
        ReadInputs(node["x1"]!),
        node["x2"] is { } x2 ? ReadInputs(x2) : null,
        Matrix(node["nngp"]), Matrix(node["ntk"]), Matrix(node["nngp_x1_x1"]), Matrix(node["ntk_x1_x1"]));

    private static double[][]? Matrix(JsonNode? node) => node?.Deserialize<double[][]>();

    private static Layer ReadLayer(JsonNode node)
    {
        Type type = LayerTypes[node["layer"]!.GetValue<string>()];
        Layer layer = (Layer)Activator.CreateInstance(type)!;
        foreach ((string key, JsonNode? value) in node.AsObject())
        {
            if (key == "layer")
                continue;
            System.Reflection.PropertyInfo property = type.GetProperties().Single(p =>
                string.Equals((p.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute), false).FirstOrDefault()
                    as System.Text.Json.Serialization.JsonPropertyNameAttribute)?.Name ?? p.Name.Replace("_", "", StringComparison.Ordinal), key.StartsWith("W_", StringComparison.Ordinal) || key == "b_std" ? key : key.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
            property.SetValue(layer, value switch
            {
                null => null,
                JsonArray layers when property.PropertyType == typeof(IReadOnlyList<Layer>) => layers.Select(l => ReadLayer(l!)).ToArray(),
                JsonValue word when property.PropertyType.IsEnum => Enum.Parse(property.PropertyType, word.GetValue<string>(), ignoreCase: true),
                _ => value.Deserialize(property.PropertyType),
            });
        }

        return layer;
    }

    /// <summary>scale * kind(a t + b), t the flat row-major index; then zero rows and copies of rows.</summary>
    public static double[][] ReadInputs(JsonNode node)
    {
        int[] shape = node["shape"].Deserialize<int[]>()!;
        int width = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        double a = node["a"]!.GetValue<double>();
        double b = node["b"]!.GetValue<double>();
        double scale = node["scale"]!.GetValue<double>();
        Func<double, double> kind = node["kind"]!.GetValue<string>() == "sin" ? Math.Sin : Math.Cos;
        double[][] rows = [.. Enumerable.Range(0, shape[0]).Select(i =>
            Enumerable.Range(0, width).Select(j => scale * kind(a * (i * width + j) + b)).ToArray())];
        foreach (JsonNode? row in node["zero_rows"]?.AsArray() ?? [])
            Array.Clear(rows[row!.GetValue<int>()]);
        foreach (JsonNode? copy in node["copy_rows"]?.AsArray() ?? [])
        {
            double factor = copy![2]!.GetValue<double>();
            rows[copy[0]!.GetValue<int>()] = [.. rows[copy[1]!.GetValue<int>()].Select(v => v * factor)];
        }

        return rows;
    }
}
