using System.Text.Json;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

/// <summary>A store that was written before, and while, MLflow's own server had it open.</summary>
public sealed class ServedStore : IDisposable
{
    internal static readonly DatasetInput Dataset = new("mnist", "abc123", "local", """{"uri":"data/mnist"}""")
    {
        Schema = """{"mlflow_colspec":[{"type":"double","name":"x","required":true}]}""",
        Profile = """{"num_rows":100}""",
        Context = "train",
    };

    internal static readonly double[] Losses = [0.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1];

    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore? _openedBefore;

    public ServedStore()
    {
        SkipReason = MlflowServer.WhyUnavailable();
        if (SkipReason is not null)
            return;
        using (EmbeddedStore store = EmbeddedStore.Open(_folder.Path))
            BeforeServer = Write(store, "before the server");
        // Open, idle, while the server migrates the tables under it.
        _openedBefore = EmbeddedStore.Open(_folder.Path);
        WithServerOpen = Write(_openedBefore, "open during the migration", RunStatus.Running);
        Server = MlflowServer.Start(_folder.Path);
        _openedBefore.LogBatch(WithServerOpen, Batch());
        _openedBefore.EndRun(WithServerOpen, RunStatus.Failed);
        using (EmbeddedStore store = EmbeddedStore.Open(_folder.Path))
            AfterMigration = Write(store, "after the migration");
    }

    internal string? SkipReason { get; }

    internal MlflowServer? Server { get; }

    internal string Directory => _folder.Path;

    internal string BeforeServer { get; } = "";

    internal string WithServerOpen { get; } = "";

    internal string AfterMigration { get; } = "";

    public void Dispose()
    {
        Server?.Dispose();
        _openedBefore?.Dispose();
        _folder.Dispose();
    }

    private static RunBatch Batch() => new()
    {
        Metrics = [.. Losses.Select((loss, i) => new Metric("train/loss", loss, i, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + i)))],
        Params = [new("kernel", "ntk"), new("depth", "3"), new("empty", "")],
        Tags = [new("team", "größe")],
    };

    private static string Write(EmbeddedStore store, string name, RunStatus status = RunStatus.Finished)
    {
        ActiveRun parent = store.StartRun(new RunSpec
        {
            ExperimentName = "served",
            RunName = name,
            User = "ada",
            SourceName = "fit.yaml",
            Note = "**note**",
        });
        parent.LogDatasetInput(Dataset);
        parent.LogArtifactText("reports/a b.txt", "größe");
        ActiveRun child = parent.StartChild(new RunSpec { ExperimentName = "served", RunName = $"child of {name}" });
        child.End();
        if (status == RunStatus.Running)
            return parent.Id;
        parent.LogBatch(Batch());
        parent.End(status);
        return parent.Id;
    }
}

public sealed class ServerTests(ServedStore served) : IClassFixture<ServedStore>
{
    private const string Revision = "0584bdc529eb";
    private const string ServerExperiment = "theirs";

    [Fact]
    public void Store_OfTheFrozenRevision_IsMigratedByTheServer()
    {
        SkipUnlessServed();
        Assert.NotEqual([Revision], Sql.Query(served.Directory, "SELECT version_num FROM alembic_version"));
    }

    [Fact]
    public void GoldenSchema_IsWhatMlflowsOwnMigrationsMake()
    {
        SkipUnlessServed();
        using TempFolder folder = new();
        MlflowServer.MakeStore(folder.Path, Revision);
        Assert.Equal(
            SchemaTests.Golden().Order(),
            SchemaTests.Normalized(Sql.Query(folder.Path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).Order());
        using EmbeddedStore store = EmbeddedStore.Open(folder.Path);
        Assert.Equal("0", Assert.Single(store.ListExperiments()).Id);
    }

    [Fact]
    public void Server_ListsTheExperiments()
    {
        SkipUnlessServed();
        JsonElement experiments = served.Server!.Call("experiments/search?max_results=10").GetProperty("experiments");
        Assert.Equal(
            ["0 Default mlflow-artifacts:/0", "1 served mlflow-artifacts:/1"],
            experiments.EnumerateArray()
                .Where(e => Text(e, "name") != ServerExperiment)
                .Select(e => $"{Text(e, "experiment_id")} {Text(e, "name")} {Text(e, "artifact_location")}")
                .Order());
    }

    [Theory]
    [InlineData(nameof(ServedStore.BeforeServer), "before the server", "FINISHED")]
    [InlineData(nameof(ServedStore.WithServerOpen), "open during the migration", "FAILED")]
    [InlineData(nameof(ServedStore.AfterMigration), "after the migration", "FINISHED")]
    public void Server_ReadsBackEverythingOfARun(string when, string name, string status)
    {
        SkipUnlessServed();
        string id = IdOf(when);
        JsonElement run = served.Server!.Call($"runs/get?run_id={id}").GetProperty("run");
        JsonElement info = run.GetProperty("info");
        Assert.Equal((name, status, "ada"), (Text(info, "run_name"), Text(info, "status"), Text(info, "user_id")));
        Assert.Equal($"mlflow-artifacts:/1/{id}/artifacts", Text(info, "artifact_uri"));
        JsonElement data = run.GetProperty("data");
        Assert.Equal(["depth=3", "empty=", "kernel=ntk"], Pairs(data, "params"));
        Assert.Equal(
            [
                "mlflow.note.content=**note**",
                $"mlflow.runName={name}",
                "mlflow.source.name=fit.yaml",
                "mlflow.source.type=LOCAL",
                "mlflow.user=ada",
                "team=größe",
            ],
            Pairs(data, "tags"));
        JsonElement latest = Assert.Single(data.GetProperty("metrics").EnumerateArray());
        Assert.Equal(("train/loss", 0.1, 4L), (Text(latest, "key"), Number(latest), latest.GetProperty("step").GetInt64()));
        JsonElement input = Assert.Single(run.GetProperty("inputs").GetProperty("dataset_inputs").EnumerateArray());
        Assert.Equal(["mlflow.data.context=train"], Pairs(input, "tags"));
        JsonElement dataset = input.GetProperty("dataset");
        Assert.Equal(
            ServedStore.Dataset with { Context = null },
            new DatasetInput(Text(dataset, "name"), Text(dataset, "digest"), Text(dataset, "source_type"), Text(dataset, "source"))
            {
                Schema = Text(dataset, "schema"),
                Profile = Text(dataset, "profile"),
            });
    }

    [Theory]
    [InlineData(nameof(ServedStore.BeforeServer))]
    [InlineData(nameof(ServedStore.WithServerOpen))]
    [InlineData(nameof(ServedStore.AfterMigration))]
    public void Server_ReadsBackTheHistoryWithNaNAndInfinities(string when)
    {
        SkipUnlessServed();
        JsonElement[] history =
        [
            .. served.Server!.Call($"metrics/get-history?run_id={IdOf(when)}&metric_key=train/loss&max_results=100")
                .GetProperty("metrics").EnumerateArray().OrderBy(m => m.GetProperty("step").GetInt64()),
        ];
        // MLflow, too, stores infinities as the greatest doubles.
        Assert.Equal([0.5, double.NaN, double.MaxValue, double.MinValue, 0.1], history.Select(Number));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => 1_700_000_000_000 + i), history.Select(m => m.GetProperty("timestamp").GetInt64()));
    }

    [Theory]
    [InlineData(nameof(ServedStore.BeforeServer))]
    [InlineData(nameof(ServedStore.AfterMigration))]
    public void Server_ListsAndServesTheArtifacts(string when)
    {
        SkipUnlessServed();
        string id = IdOf(when);
        JsonElement file = Assert.Single(served.Server!.Call($"artifacts/list?run_id={id}&path=reports").GetProperty("files").EnumerateArray());
        Assert.Equal(("reports/a b.txt", 7L), (Text(file, "path"), file.GetProperty("file_size").GetInt64()));
        Assert.Equal("größe"u8.ToArray(), served.Server.Download($"1/{id}/artifacts/reports/a b.txt"));
    }

    [Fact]
    public void Server_FindsRunsByMetricParameterAndParent()
    {
        SkipUnlessServed();
        string[] Search(string filter) =>
        [
            .. served.Server!.Call("runs/search", new { experiment_ids = new[] { "1" }, filter, max_results = 100 })
                .GetProperty("runs").EnumerateArray().Select(r => Text(r.GetProperty("info"), "run_id")),
        ];
        string[] parents = [served.BeforeServer, served.WithServerOpen, served.AfterMigration];
        Assert.Superset(parents.ToHashSet(), Search("metrics.`train/loss` < 0.2 AND params.kernel = 'ntk'").ToHashSet());
        foreach (string parent in parents)
            Assert.Single(Search($"tags.`mlflow.parentRunId` = '{parent}'"));
    }

    [Fact]
    public void Store_ReadsWhatTheServerWrote()
    {
        SkipUnlessServed();
        string experiment = Text(served.Server!.Call("experiments/create", new { name = ServerExperiment }), "experiment_id");
        JsonElement info = served.Server.Call("runs/create", new { experiment_id = experiment, run_name = "remote", start_time = 1_700_000_000_000 })
            .GetProperty("run").GetProperty("info");
        string id = Text(info, "run_id");
        object[] metrics =
        [
            new { key = "loss", value = "NaN", timestamp = 5, step = 1 },
            new { key = "loss", value = "Infinity", timestamp = 6, step = 2 },
        ];
        served.Server.Call("runs/log-batch", new { run_id = id, metrics, @params = new[] { new { key = "p", value = "1" } } });
        using EmbeddedStore store = EmbeddedStore.Open(served.Directory);
        RunDetails run = store.GetRun("remote");
        Assert.Equal((id, experiment, RunStatus.Running), (run.Summary.Info.Id, run.Summary.Info.ExperimentId, run.Summary.Info.Status));
        Assert.Equal("1", run.Summary.Params["p"]);
        Assert.Equal([double.NaN, double.PositiveInfinity], run.MetricHistory["loss"].Select(m => m.Value));
        // And adds to it, in the server's own experiment.
        Assert.Equal(experiment, store.GetOrCreateExperiment(ServerExperiment).Id);
        store.LogBatch(id, new RunBatch { Metrics = [new Metric("loss", 2, 3, DateTimeOffset.UnixEpoch)] });
        store.EndRun(id, RunStatus.Finished);
        JsonElement again = served.Server.Call($"runs/get?run_id={id}").GetProperty("run");
        Assert.Equal("FINISHED", Text(again.GetProperty("info"), "status"));
        Assert.Equal(2, Number(Assert.Single(again.GetProperty("data").GetProperty("metrics").EnumerateArray())));
    }

    [Fact]
    public void Store_ReadsBackItsOwnRunsAfterTheMigration()
    {
        SkipUnlessServed();
        using EmbeddedStore store = EmbeddedStore.Open(served.Directory);
        foreach (string id in new[] { served.BeforeServer, served.WithServerOpen, served.AfterMigration })
        {
            RunDetails run = store.GetRun(id);
            Assert.Equal(ServedStore.Losses, run.MetricHistory["train/loss"].Select(m => m.Value));
            Assert.Equal([ServedStore.Dataset], run.Datasets);
            Assert.Equal([new ArtifactEntry("reports/a b.txt", 7)], run.Artifacts);
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static double Number(JsonElement metric) => metric.GetProperty("value") is { ValueKind: JsonValueKind.String } text
        ? double.Parse(text.GetString()!)
        : metric.GetProperty("value").GetDouble();

    // The server leaves out a value that is empty.
    private static string[] Pairs(JsonElement element, string name) =>
    [
        .. element.GetProperty(name).EnumerateArray()
            .Select(p => $"{Text(p, "key")}={(p.TryGetProperty("value", out JsonElement v) ? v.GetString() : "")}")
            .Order(StringComparer.Ordinal),
    ];

    private string IdOf(string when) => when switch
    {
        nameof(ServedStore.BeforeServer) => served.BeforeServer,
        nameof(ServedStore.WithServerOpen) => served.WithServerOpen,
        _ => served.AfterMigration,
    };

    private void SkipUnlessServed() => Assert.SkipWhen(served.SkipReason is not null, served.SkipReason ?? "");
}
