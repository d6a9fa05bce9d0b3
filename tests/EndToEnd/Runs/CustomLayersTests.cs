namespace NeuralKernels.Tests.EndToEnd;

/// <summary>The example of a plugin, through the program.</summary>
public sealed class CustomLayersTests : IDisposable
{
    private static readonly string s_experiment = Path.Combine(Experiments.Examples, "CustomLayers", "custom-layers.yaml");

    private readonly Workspace _workspace = new();

    [Fact]
    public void Experiment_WithLayersOfAPlugin_Runs()
    {
        NkResult result = _workspace.Nk("run", s_experiment, "--plugin-dir", Nk.ExamplePlugin("CustomLayers"), "--json").Succeeded();
        Assert.InRange(result.Metrics["test/accuracy"], 0.97, 1);
        Assert.Contains(_workspace.OnlyRun().Summary.Params.Values, value => value.Contains("Mish", StringComparison.Ordinal));
    }

    [Fact]
    public void Experiment_WithoutItsPlugin_SaysWhatIsMissing() =>
        _workspace.Nk("run", s_experiment).Failed(2, "unknown layer 'FrozenDense'");

    [Fact]
    public void GuideCommands_Run()
    {
        string[] commands = [.. File.ReadAllLines(Path.Combine(TestData.Repository, "docs", "writing-a-plugin.md")).Where(line => line.StartsWith("nk ", StringComparison.Ordinal))];
        Assert.True(commands.Length >= 3);
        foreach (string command in commands)
        {
            string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word switch
            {
                "custom-layers.yaml" => s_experiment,
                "bin/Release/net10.0" => Nk.ExamplePlugin("CustomLayers"),
                _ => word,
            })];
            _workspace.Nk(words).Succeeded();
        }
    }

    public void Dispose() => _workspace.Dispose();
}
