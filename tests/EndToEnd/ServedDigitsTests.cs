using System.Text.Json;
using NeuralKernels.Mlflow;
using NeuralKernels.Tests.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>The recorded digits run as MLflow's own server tells it, and runs into the store that the server has migrated.</summary>
public sealed class ServedDigitsTests(DigitsRun digits)
{
    // One test, because the server takes seconds to start.
    [Fact]
    public void Server_TellsTheRunAndLetsOthersFollow()
    {
        Assert.SkipWhen(MlflowServer.WhyUnavailable() is not null, MlflowServer.WhyUnavailable() ?? "");
        using Workspace workspace = new();
        Copy(digits.Workspace.Path, workspace.Path);
        workspace.WithTable();
        RunDetails expected = digits.Recorded;
        using (MlflowServer server = MlflowServer.Start(workspace.Path))
        {
            JsonElement run = server.Call($"runs/get?run_id={expected.Summary.Info.Id}").GetProperty("run");
            AssertTold(expected, run);
            AssertArtifacts(expected, server);
            Assert.Equal("digits", Text(server.Call($"experiments/get?experiment_id={expected.Summary.Info.ExperimentId}").GetProperty("experiment"), "name"));

            // With the server open on the store.
            workspace.Nk("run", "table.yaml", "--set", "tracking.run_name=beside-the-server", "--quiet").Succeeded();
            AssertFound(server, "beside-the-server");
        }

        // Into the migrated store, and the server opens it again.
        NkResult after = workspace.Nk("run", "table.yaml", "--set", "tracking.run_name=after-the-server", "--json").Succeeded();
        Assert.DoesNotContain(after.JsonLines, l => l.GetProperty("event").GetString() == "warning");
        using EmbeddedStore store = workspace.Store();
        RunDetails recorded = store.GetRun("after-the-server");
        Assert.Equal(DigitsRun.Reproducible(after.Metrics), DigitsRun.Reproducible(DigitsRun.Metrics(recorded)));
        Assert.Equal(DigitsRun.Reproducible(after.Metrics), DigitsRun.Reproducible(DigitsRun.Metrics(store.GetRun("beside-the-server"))));
        Assert.Equal(DigitsRun.Metrics(expected).OrderBy(m => m.Key), DigitsRun.Metrics(store.GetRun(expected.Summary.Info.Id)).OrderBy(m => m.Key));
    }

    private static void AssertTold(RunDetails expected, JsonElement run)
    {
        JsonElement data = run.GetProperty("data");
        Assert.Equal("FINISHED", Text(run.GetProperty("info"), "status"));
        Assert.Equal(expected.Summary.Info.Name, Text(run.GetProperty("info"), "run_name"));
        Assert.Equal(Pairs(expected.Summary.Params), Pairs(Values(data, "params")));
        Dictionary<string, string> tags = Values(data, "tags");
        foreach (string tag in new[] { "kernel.hash", "data.hash", "nk.version", "mlflow.note.content", "mlflow.runName" })
            Assert.Equal(expected.Summary.Tags[tag], tags[tag]);
        Assert.Equal(
            expected.Summary.Metrics.Values.Select(m => (m.Key, m.Value)).Order(),
            data.GetProperty("metrics").EnumerateArray().Select(m => (Text(m, "key"), m.GetProperty("value").GetDouble())).Order());
        JsonElement[] inputs = [.. run.GetProperty("inputs").GetProperty("dataset_inputs").EnumerateArray()];
        Assert.Equal(["digits-test", "digits-train"], inputs.Select(i => Text(i.GetProperty("dataset"), "name")).Order(StringComparer.Ordinal));
        foreach (JsonElement input in inputs)
        {
            Assert.Equal(expected.Summary.Tags["data.hash"][..32], Text(input.GetProperty("dataset"), "digest"));
            JsonElement tag = Assert.Single(input.GetProperty("tags").EnumerateArray());
            Assert.Equal(("mlflow.data.context", Text(input.GetProperty("dataset"), "name")["digits-".Length..]), (Text(tag, "key"), Text(tag, "value")));
        }
    }

    private void AssertArtifacts(RunDetails expected, MlflowServer server)
    {
        RunInfo info = expected.Summary.Info;
        Assert.Equal(
            expected.Artifacts.Select(a => (a.Path, a.Size)).Order(),
            server.Call($"artifacts/list?run_id={info.Id}").GetProperty("files").EnumerateArray().Select(f => (Text(f, "path"), f.GetProperty("file_size").GetInt64())).Order());
        foreach (string artifact in new[] { "experiment.yaml", "model.npz" })
            Assert.Equal(File.ReadAllBytes(digits.Workspace.Artifact(expected, artifact)), server.Download($"{info.ExperimentId}/{info.Id}/artifacts/{artifact}"));
    }

    private static void AssertFound(MlflowServer server, string name)
    {
        JsonElement experiments = server.Call("experiments/search", new { max_results = 100, filter = "name = 'table'" }).GetProperty("experiments");
        JsonElement run = Assert.Single(server.Call(
            "runs/search",
            new { experiment_ids = experiments.EnumerateArray().Select(e => Text(e, "experiment_id")), filter = $"tags.`mlflow.runName` = '{name}'", max_results = 10 })
            .GetProperty("runs").EnumerateArray());
        Assert.Equal("FINISHED", Text(run.GetProperty("info"), "status"));
    }

    private static Dictionary<string, string> Values(JsonElement data, string name) =>
        data.GetProperty(name).EnumerateArray().ToDictionary(p => Text(p, "key"), p => p.TryGetProperty("value", out JsonElement v) ? v.GetString()! : "");

    private static string[] Pairs(IReadOnlyDictionary<string, string> values) => [.. values.Select(p => $"{p.Key}={p.Value}").Order(StringComparer.Ordinal)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
