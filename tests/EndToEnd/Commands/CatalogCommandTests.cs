using System.Text.Json;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Commands that show what there is.</summary>
public sealed class CatalogCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public void Help_NamesEveryCommandAndTheExitCodes()
    {
        string help = _workspace.Nk("--help").Succeeded().Output;
        Assert.All(["run", "validate", "list", "describe", "schema", "docs", "plugins", "kernel", "show", "doctor", "130 interrupted"], part => Assert.Contains(part, help, StringComparison.Ordinal));
    }

    [Fact]
    public void List_ShowsComponentsOfAllPlugins()
    {
        string all = _workspace.Nk("list").Succeeded().Output;
        Assert.All(["network", "Dense", "digits", "cholesky", "accuracy", "unit_norm", "kfold", "translate"], name => Assert.Contains(name, all, StringComparison.Ordinal));
        JsonElement solvers = JsonDocument.Parse(_workspace.Nk("list", "solver", "--json").Succeeded().Output).RootElement;
        Assert.Contains("cholesky", solvers.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Dense", solvers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_ShowsOptionsWithRangesAndDefaults()
    {
        string text = _workspace.Nk("describe", "solver", "cholesky").Succeeded().Output;
        Assert.All(["ridge", "select", "leave_one_out", "1e-4"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("tracking", _workspace.Nk("describe", "experiment").Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("W_std", JsonDocument.Parse(_workspace.Nk("describe", "Dense", "--json").Succeeded().Output).RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfAnArchitecture_ShowsItsLayersForAnyOptions()
    {
        string text = _workspace.Nk("describe", "kernel", "myrtle").Succeeded().Output;
        Assert.Contains("    - layer: Repeat\n      times: 2\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("times: 3", text, StringComparison.Ordinal);
        Assert.Contains("    - layer: Repeat\n      times: 3\n", _workspace.Nk("describe", "kernel", "myrtle", "--set", "layers=10").Succeeded().Output, StringComparison.Ordinal);
        Assert.All(["fc", "cv", "cnn_gap", "wide_resnet", "conv1d", "gntk"], name =>
            Assert.Equal("network", JsonDocument.Parse(_workspace.Nk("describe", "kernel", name, "--json").Succeeded().Output).RootElement.GetProperty("stands_for").GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("describe myrtle --set layers=6", 1, "--set layers=6: layers: 6 is not one of 5, 7, 10.")]
    [InlineData("describe conv1d --set residual=true --set padding=VALID", 1, "padding: VALID", "padding: SAME")]
    [InlineData("describe gaussian --set lengthscale=2", 1, "--set: 'gaussian' is no architecture")]
    [InlineData("list solvr", 1, "'solvr'", "solver")]
    [InlineData("describe Dens", 1, "'Dens'", "Did you mean Dense?")]
    [InlineData("nosuch", 2, "'nosuch'", "nk --help")]
    [InlineData("run", 2, "'run'", "nk run --help")]
    [InlineData("run x.yaml --threads -1", 2, "--threads", "at least 0")]
    [InlineData("run x.yaml --thread 1", 2, "--thread", "nk run --help")]
    [InlineData("run none.yaml", 2, "none.yaml: no such file", "relative to")]
    [InlineData("validate none.yaml", 2, "none.yaml: no such file")]
    [InlineData("show", 1, "no mlflow.db", "--store")]
    [InlineData("plugins --plugin-dir none", 1, "none")]
    public void Command_ThatCannotBe_SaysWhatWouldDo(string command, int exitCode, params string[] parts)
    {
        NkResult result = _workspace.Nk(command.Split(' '));
        Assert.Equal(exitCode, result.ExitCode);
        string said = command.StartsWith("plugins", StringComparison.Ordinal) ? result.All : result.Error;
        Assert.All(parts, part => Assert.Contains(part, said, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_workspace.Path));
    }

    [Fact]
    public void Plugins_AreLoadedFromBesideTheProgram()
    {
        Assert.All(["Datasets", "Kernels.Vector", "Kernels.Combined", "Solvers"], name => Assert.Contains(name, _workspace.Nk("plugins").Succeeded().Output, StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(_workspace.Nk("plugins", "--json").Succeeded().Output).RootElement.ValueKind);
    }

    [Fact]
    public void Doctor_TellsCoresVectorsAndRates()
    {
        JsonElement facts = JsonDocument.Parse(_workspace.Nk("doctor", "--json").Succeeded().Output).RootElement;
        Assert.Equal($"{Environment.ProcessorCount}", facts.GetProperty("cores").GetString());
        Assert.All(["nk", "processor", "memory", "vector instructions", "GEMM float32", "GEMM float64", "LAPACK"], name => Assert.NotEmpty(facts.GetProperty(name).GetString()!));
    }

    [Fact]
    public void Docs_AreTheFileInTheRepository()
    {
        string file = Path.Combine(TestData.Repository, "docs", "experiment-file.md");
        string docs = _workspace.Nk("docs").Succeeded().Output;
        Assert.True(File.Exists(file) && File.ReadAllText(file) == docs, "docs/experiment-file.md is not what the options say now: run nk docs > docs/experiment-file.md");
    }

    public void Dispose() => _workspace.Dispose();
}
