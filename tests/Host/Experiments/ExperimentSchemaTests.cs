using System.Text.Json.Nodes;
using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Tests.Host.Experiments;

public class ExperimentSchemaTests
{
    private static readonly JsonObject s_schema = JsonNode.Parse(ExperimentSchema.Create(ToyPlugin.Catalog()))!.AsObject();

    private static readonly HashSet<string> s_keywords =
    [
        "$schema", "$ref", "$defs", "title", "type", "description", "default", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "oneOf", "allOf", "if",
        "then", "else", "not", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "minLength", "maxLength",
    ];

    private static JsonNode Definition(string name) => s_schema["$defs"]![name]!;

    /// <summary>All schemas within a schema, itself included.</summary>
    private static IEnumerable<JsonObject> Schemas(JsonNode? node)
    {
        if (node is not JsonObject schema)
            return [];
        IEnumerable<JsonNode?> children = schema.SelectMany(entry => entry.Key switch
        {
            "properties" or "$defs" => entry.Value!.AsObject().Select(p => p.Value),
            "anyOf" or "oneOf" or "allOf" => entry.Value!.AsArray(),
            "items" or "if" or "then" or "else" or "not" or "additionalProperties" => [entry.Value],
            _ => (IEnumerable<JsonNode?>)[],
        });
        return children.SelectMany(Schemas).Prepend(schema);
    }

    [Fact]
    public void Create_UsesKeywordsOfTheDraftAlone() => Assert.All(Schemas(s_schema).SelectMany(s => s.Select(e => e.Key)), key => Assert.Contains(key, s_keywords));

    [Fact]
    public void Create_RefersOnlyToWhatItDefines()
    {
        string[] references = [.. Schemas(s_schema).Select(s => (string?)s["$ref"]).OfType<string>()];

        Assert.NotEmpty(references);
        Assert.All(references, r => Assert.NotNull(s_schema["$defs"]![r["#/$defs/".Length..]]));
    }

    [Fact]
    public void Create_RequiresOnlyPropertiesThatItDescribes() => Assert.All(
        Schemas(s_schema).Where(s => s["required"] is not null && s["properties"] is not null),
        s => Assert.All(s["required"]!.AsArray(), name => Assert.True(s["properties"]!.AsObject().ContainsKey((string)name!))));

    [Fact]
    public void Create_ClosesEveryObjectWithProperties() => Assert.All(
        Schemas(s_schema).Where(s => (string?)(s["type"] as JsonValue) == "object" && s["properties"] is not null),
        s => Assert.False((bool)s["additionalProperties"]!));

    [Fact]
    public void Create_DescribesTheExperiment()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)s_schema["$schema"]);
        Assert.Equal(["name", "dataset", "kernel"], s_schema["required"]!.AsArray().Select(n => (string)n!));
        JsonNode precision = s_schema["properties"]!["precision"]!;
        Assert.Equal(["float32", "float64"], precision["enum"]!.AsArray().Select(n => (string)n!));
        Assert.Equal("float32", (string?)precision["default"]);
        Assert.StartsWith("Number type of kernel entries.", (string?)precision["description"], StringComparison.Ordinal);
        Assert.Equal("#/$defs/solver.cholesky", (string?)s_schema["properties"]!["solver"]!["then"]!["$ref"]);
    }

    [Fact]
    public void Create_ChoosesComponentsByTheirDiscriminator()
    {
        JsonNode layer = Definition("layer");

        Assert.Equal(["Dense", "Relu", "Repeat", "Residual"], layer["then"]!["properties"]!["layer"]!["enum"]!.AsArray().Select(n => (string)n!));
        Assert.Equal(["Dense", "Relu", "Repeat", "Residual"], layer["else"]!["oneOf"]!.AsArray().Select(n => (string)n!["const"]!));
        Assert.Equal("Repeat", (string?)layer["then"]!["allOf"]![2]!["if"]!["properties"]!["layer"]!["const"]);
        Assert.Equal("#/$defs/layer.Repeat", (string?)layer["then"]!["allOf"]![2]!["then"]!["$ref"]);
    }

    [Fact]
    public void Create_DefinesLayersThroughThemselves() => Assert.Equal(
        "#/$defs/layer", (string?)Definition("layer.Repeat")["properties"]!["layers"]!["anyOf"]![0]!["items"]!["$ref"]);

    [Fact]
    public void Create_StatesRanges()
    {
        Assert.Equal(0.0, (double)Definition("layer.Dense")["properties"]!["W_std"]!["exclusiveMinimum"]!);
        JsonNode iterations = Definition("solver.cg")["properties"]!["max_iterations"]!;
        Assert.Equal(("integer", 1.0, 1000.0, 100), ((string)iterations["type"]!, (double)iterations["minimum"]!, (double)iterations["maximum"]!, (int)iterations["default"]!));
        Assert.Equal([1, 2], Definition("kernel.rbf")["properties"]!["order"]!["enum"]!.AsArray().Select(n => (int)n!));
        Assert.Equal(1, (int)Definition("kernel.network")["properties"]!["network"]!["anyOf"]![0]!["minItems"]!);
    }

    [Fact]
    public void Create_OfTheSameCatalog_IsTheSame() => Assert.Equal(ExperimentSchema.Create(ToyPlugin.Catalog()), ExperimentSchema.Create(ToyPlugin.Catalog()));
}
