using System.Text.Json;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Kinds of runs beside the first example, and options of the command.</summary>
public sealed class RunOptionsTests : IDisposable
{
    private readonly Workspace _workspace = new Workspace().WithTable();

    [Fact]
    public void Run_OfSeveralTargetsWithMissingValues_RecordsPredictionsOfAll()
    {
        NkResult result = _workspace.Nk("run", "table.yaml").Succeeded();
        Assert.All(["plan ", "gram ", "solve ", "validation ", "test ", "recorded "], stage => Assert.Contains(stage, result.Output, StringComparison.Ordinal));
        RunDetails run = _workspace.OnlyRun();
        string[] lines = File.ReadAllLines(_workspace.Artifact(run, "predictions.csv"));
        Assert.Equal("index,target_y,target_z,prediction_y,prediction_z", lines[0]);
        Assert.Equal(11, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.All(line.Split(',')[3..], cell => Assert.True(double.IsFinite(double.Parse(cell)))));
        foreach (string[] cells in lines.Skip(1).Select(line => line.Split(',')))
        {
            int index = int.Parse(cells[0]);
            Assert.Equal((index % 7 == 0, index % 5 == 0), (cells[1].Length == 0, cells[2].Length == 0));
        }

        Assert.Contains(run.Artifacts, a => a.Path == "predictions.svg");
        Assert.All(["test/mse", "test/r2", "validation/mse"], metric => Assert.True(double.IsFinite(run.Summary.Metrics[metric].Value)));
        Assert.Equal(("6", "10"), (run.Summary.Params["data.validation"], run.Summary.Params["data.test"]));
    }

    [Fact]
    public void Run_OfFolds_RecordsEachFoldAndTheirMean()
    {
        NkResult result = _workspace.Nk("run", "table.yaml", "--set", "split={ type: kfold, folds: 3 }", "--json").Succeeded();
        RunDetails run = _workspace.OnlyRun();
        double[] folds = [.. run.MetricHistory["test/mse"].OrderBy(m => m.Step).Select(m => m.Value)];
        Assert.Equal([0, 1, 2], run.MetricHistory["test/mse"].Select(m => m.Step).Order());
        Assert.Equal(folds.Average(), run.Summary.Metrics["mean/test/mse"].Value, 1e-12);
        Assert.Equal(run.Summary.Metrics["mean/test/mse"].Value, result.Metrics["mean/test/mse"]);
        Assert.True(result.Metrics["std/test/mse"] > 0);
        // Every example is tested once.
        Assert.Equal(
            Enumerable.Range(0, 40),
            Enumerable.Range(0, 3).SelectMany(fold => File.ReadLines(_workspace.Artifact(run, $"fold_{fold}/predictions.csv")).Skip(1)).Select(line => int.Parse(line.Split(',')[0])).Order());
    }

    [Fact]
    public void Run_WithSeveralRidges_ChoosesByValidation()
    {
        _workspace.Nk("run", "table.yaml", "--set", "solver={ type: cholesky, ridge: [1e-6, 1e-2, 10], select: validation }", "--quiet").Succeeded();
        RunDetails run = _workspace.OnlyRun();
        (double Ridge, double Score)[] path = [.. File.ReadLines(_workspace.Artifact(run, "ridge_path.csv")).Skip(1).Select(line => line.Split(',')).Select(c => (double.Parse(c[0]), double.Parse(c[1])))];
        Assert.Equal(3, path.Length);
        Assert.Equal(path.MinBy(p => p.Score).Ridge, run.Summary.Metrics["solver/ridge_option"].Value);
        Assert.Equal(path.Min(p => p.Score), run.Summary.Metrics["validation/mse"].Value, 1e-9);
    }

    [Fact]
    public void Quiet_SaysNothingOnSuccess()
    {
        NkResult result = _workspace.Nk("run", "table.yaml", "--quiet").Succeeded();
        Assert.Equal(("", ""), (result.Output, result.Error));
    }

    [Fact]
    public void Json_IsOneObjectALine()
    {
        NkResult result = _workspace.Nk("run", "table.yaml", "--json").Succeeded();
        Assert.Equal("", result.Error);
        Assert.All(result.JsonLines, line => Assert.Equal(JsonValueKind.Object, line.ValueKind));
        Assert.Equal("outcome", result.JsonLines[^1].GetProperty("event").GetString());
    }

    [Fact]
    public void Set_IsRecordedInParametersAndExperiment()
    {
        _workspace.Nk(
            "run", "table.yaml", "--set", "solver.ridge=0.5", "--set", "kernel.network[0].W_std=2", "--set", "tracking.tags.team=red", "--set", "tracking.run_name=changed", "--quiet").Succeeded();
        RunDetails run = _workspace.OnlyRun();
        Assert.Equal("changed", run.Summary.Info.Name);
        Assert.Equal(("2", "red"), (run.Summary.Params["kernel.network.0.W_std"], run.Summary.Tags["team"]));
        Assert.Equal(0.5, run.Summary.Metrics["solver/ridge_option"].Value);
        Assert.Contains(run.Summary.Params, p => p.Key.StartsWith("solver.ridge", StringComparison.Ordinal) && p.Value == "0.5");
        string recorded = File.ReadAllText(_workspace.Artifact(run, "experiment.yaml"));
        Assert.Contains("ridge: 0.5", recorded, StringComparison.Ordinal);
        Assert.Contains("W_std: 2", recorded, StringComparison.Ordinal);
    }

    [Fact]
    public void Tracking_SwitchedOff_WritesNothing()
    {
        NkResult result = _workspace.Nk("run", "table.yaml", "--set", "tracking.enabled=false", "--json").Succeeded();
        Assert.True(double.IsFinite(result.Metrics["test/mse"]));
        Assert.Equal(["data", "table.yaml"], Directory.GetFileSystemEntries(_workspace.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DataFolders_AreSearchedInTheirOrder()
    {
        _workspace.Write("elsewhere/table.csv", Experiments.TableLines(i => i % 2 == 0));
        string Hash(string[] options, params (string, string)[] environment)
        {
            NkResult result = Nk.Run(["run", "table.yaml", "--json", .. options], _workspace.Path, environment).Succeeded();
            using EmbeddedStore store = _workspace.Store();
            return store.GetRun(result.JsonLines[^1].GetProperty("run_id").GetString()!).Summary.Tags["data.hash"];
        }

        string own = Hash([]), other = Hash(["--data-dir", "elsewhere"]);
        Assert.NotEqual(own, other);
        Assert.Equal(other, Hash([], ("NK_DATA", _workspace.File("elsewhere"))));
        Assert.Equal(own, Hash(["--data-dir", "data"], ("NK_DATA", _workspace.File("elsewhere"))));
    }

    public void Dispose() => _workspace.Dispose();
}
