using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>The examples of the repository and the commands of its README.</summary>
public sealed class ExamplesTests
{
    private static string[] Files => [.. Directory.GetFiles(Experiments.Examples, "*.yaml").Order(StringComparer.Ordinal)];

    [Fact]
    public void Examples_AreValid()
    {
        Assert.NotEmpty(Files);
        string output = Nk.Run(["validate", .. Files], TestData.Repository).Succeeded().Output;
        Assert.All(Files, file => Assert.Contains($"{file}: valid", output, StringComparison.Ordinal));
    }

    [Fact]
    public void Schema_AcceptsTheExamplesAndRefusesMistakes()
    {
        JsonSchema schema = new(JsonNode.Parse(Nk.Run(["schema"], TestData.Repository).Succeeded().Output)!.AsObject());
        Assert.All(Files, file => Assert.Null(schema.Refusal(Read(file))));

        JsonObject digits = Read(Path.Combine(Experiments.Examples, "digits.yaml")).AsObject();
        (string Path, JsonNode Value)[] mistakes =
        [
            ("kernell", "network"), ("seed", "zero"), ("precision", "float16"), ("solver", JsonNode.Parse("""{ "type": "cholesky", "ridge": -1 }""")!),
            ("kernel", JsonNode.Parse("""{ "type": "network", "network": [ { "layer": "Dens" } ] }""")!),
        ];
        foreach ((string key, JsonNode value) in mistakes)
        {
            JsonObject wrong = digits.DeepClone().AsObject();
            wrong[key] = value;
            Assert.NotNull(schema.Refusal(wrong));
        }
    }

    [Fact]
    public void ReadmeCommands_AreCommandsOfTheProgram()
    {
        string readme = Path.Combine(TestData.Repository, "README.md");
        string[][] commands = [.. Commands(File.ReadAllLines(readme))];
        Assert.NotEmpty(commands);
        Dictionary<string, string> help = commands.Select(c => c[0]).Distinct().ToDictionary(name => name, name => Nk.Run([name, "--help"], TestData.Repository).Succeeded().Output);
        foreach (string[] command in commands)
        {
            foreach (string option in command.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
                Assert.True(help[command[0]].Contains($"{option} ", StringComparison.Ordinal), $"nk {string.Join(' ', command)}: no option {option}");
        }

        // What shows something takes no time: run as it stands.
        foreach (string[] command in commands.Where(c => c[0] is "list" or "describe" or "validate" or "schema").DistinctBy(c => string.Join(' ', c)))
            Nk.Run(command, TestData.Repository).Succeeded();
        // A run is checked as far as its file and its changes go.
        foreach (string[] command in commands.Where(c => c[0] == "run").DistinctBy(c => string.Join(' ', c)))
            Nk.Run(["validate", .. command[1..]], TestData.Repository).Succeeded();
    }

    /// <summary>Words of the nk commands in blocks of code.</summary>
    private static IEnumerable<string[]> Commands(IEnumerable<string> lines)
    {
        bool inBlock = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inBlock = !inBlock;
            string? command = !inBlock ? null
                : line.StartsWith("nk ", StringComparison.Ordinal) ? line[3..]
                : line.StartsWith("dotnet run ", StringComparison.Ordinal) ? line[(line.IndexOf(" -- ", StringComparison.Ordinal) + 4)..]
                : null;
            // Behind two blanks stands an explanation, behind '>' a file.
            if (command is not null)
                yield return command.Split("  ")[0].Split('>')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static JsonNode Read(string file)
    {
        YamlStream yaml = new();
        using StreamReader reader = new(file);
        yaml.Load(reader);
        return ToJson(yaml.Documents[0].RootNode)!;
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, ToJson(p.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => scalar.Value switch
        {
            null or "" or "null" or "~" => null,
            "true" or "false" => JsonValue.Create(scalar.Value == "true"),
            { } text when double.TryParse(text, out double number) => JsonValue.Create(number),
            { } text => JsonValue.Create(text),
        },
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new JsonException($"{node.GetType()} in YAML"),
    };
}
