using System.Text.Json;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

public sealed class PluginReportWriterTests
{
    private static readonly PluginReport _report = new(
        [new("/host/plugins", true), new("/user/plugins", false)],
        [new("Nk.Good", "/host/plugins/Good", "1.2.3", new Version(1, 0), [Component("split", "odd"), Component("metric", "zeal"), Component("split", "even")])],
        [new PluginLoadException(PluginLoadCause.MissingDependency, "Nk.Bad", "/host/plugins/Bad", "Nk.Bad.dll needs Nk.More 1.0.0.0", "Copy the whole folder.")],
        [new("Nk.Good", "/old/Good", "/host/plugins/Good")]);

    [Fact]
    public void WriteText_OfReport_SaysWhereWhichWhyAndWhatToDo()
    {
        using StringWriter output = new() { NewLine = "\n" };

        PluginReportWriter.WriteText(_report, output);

        Assert.Equal(
            """
            Nk.Good 1.2.3 (plugin API 1.0)
              /host/plugins/Good
              metric: zeal
              split: even, odd

            Passed over: Nk.Good
              /old/Good
              in favour of /host/plugins/Good

            Refused: Nk.Bad (missing dependency)
              /host/plugins/Bad
              Nk.Bad.dll needs Nk.More 1.0.0.0
              Copy the whole folder.

            Plugins were looked for in:
              /host/plugins
              /user/plugins (does not exist)

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    [Fact]
    public void WriteText_OfNothing_SaysSo()
    {
        using StringWriter output = new();

        PluginReportWriter.WriteText(new([], [], [], []), output);

        Assert.StartsWith("No plugins were loaded.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WriteJson_OfReport_HasAllOfIt()
    {
        using MemoryStream output = new();

        PluginReportWriter.WriteJson(_report, output);

        using JsonDocument json = JsonDocument.Parse(output.ToArray());
        JsonElement loaded = Assert.Single(json.RootElement.GetProperty("loaded").EnumerateArray());
        Assert.Equal(("Nk.Good", "1.2.3", "1.0", "/host/plugins/Good"), (Text(loaded, "name"), Text(loaded, "version"), Text(loaded, "apiVersion"), Text(loaded, "folder")));
        Assert.Equal(["split odd", "metric zeal", "split even"], loaded.GetProperty("components").EnumerateArray().Select(c => Text(c, "kind") + " " + Text(c, "name")));
        JsonElement refused = Assert.Single(json.RootElement.GetProperty("refused").EnumerateArray());
        Assert.Equal(("Nk.Bad", "missingDependency", "Copy the whole folder."), (Text(refused, "name"), Text(refused, "cause"), Text(refused, "remedy")));
        Assert.Equal("/old/Good", Text(Assert.Single(json.RootElement.GetProperty("overridden").EnumerateArray()), "folder"));
        Assert.Equal([true, false], json.RootElement.GetProperty("places").EnumerateArray().Select(p => p.GetProperty("exists").GetBoolean()));
    }

    [Fact]
    public void Describe_OfEveryCause_HasWords() =>
        Assert.All(Enum.GetValues<PluginLoadCause>(), cause => Assert.NotEmpty(PluginReportWriter.Describe(cause)));

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static ComponentDescriptor Component(string kind, string name) =>
        new(new ComponentKindAttribute(kind), name, typeof(object), typeof(object), options => options, "Nk.Good");
}
