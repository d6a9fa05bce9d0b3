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
