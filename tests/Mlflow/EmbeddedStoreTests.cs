using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;
    private readonly List<string> _warnings = [];

    public EmbeddedStoreTests() => _store = EmbeddedStore.Open(_folder.Path, new EmbeddedStoreOptions { Warn = _warnings.Add });

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void GetOrCreateExperiment_TwiceAndAfterReopening_GivesTheSame()
    {
        Experiment first = _store.GetOrCreateExperiment("cifar");
        Assert.Equal(first, _store.GetOrCreateExperiment("cifar"));
        using EmbeddedStore again = EmbeddedStore.Open(_folder.Path);
        Assert.Equal(first, again.GetOrCreateExperiment("cifar"));
        Assert.Equal(["Default", "cifar"], again.ListExperiments().Select(e => e.Name));
    }

    [Fact]
    public void GetOrCreateExperiment_OfDeletedName_SaysHowToFreeIt()
    {
        _store.GetOrCreateExperiment("old");
        Sql.Query(_folder.Path, "UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'old'");
        TrackingException e = Assert.Throws<TrackingException>(() => _store.GetOrCreateExperiment("old"));
        Assert.Equal(TrackingErrorKind.NotActive, e.Kind);
        Assert.Contains("mlflow gc", e.Remedy);
        Assert.DoesNotContain(_store.ListExperiments(), x => x.Name == "old");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void GetOrCreateExperiment_OfImpossibleName_Refuses(string name) =>
        Assert.Equal(TrackingErrorKind.InvalidValue, Assert.Throws<TrackingException>(() => _store.GetOrCreateExperiment(name)).Kind);

    [Fact]
    public void StartRun_WritesWhatMlflowsUiShows()
    {
        using ActiveRun run = _store.StartRun(new RunSpec
        {
            ExperimentName = "e",
            RunName = "baseline",
            User = "ada",
            SourceName = "fit.yaml",
            SourceType = "JOB",
            Note = "**why**",
            Tags = new Dictionary<string, string> { ["team"] = "kernels" },
        });
        Run stored = _store.GetRun(run.Id).Summary;
        Assert.Equal(run.Info, stored.Info);
        Assert.Equal(("baseline", "ada", RunStatus.Running), (stored.Info.Name, stored.Info.User, stored.Info.Status));
        Assert.Matches("^[0-9a-f]{12}4[0-9a-f]{19}$", run.Id);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["mlflow.runName"] = "baseline",
                ["mlflow.user"] = "ada",
                ["mlflow.source.name"] = "fit.yaml",
                ["mlflow.source.type"] = "JOB",
                ["mlflow.note.content"] = "**why**",
                ["team"] = "kernels",
            },
            stored.Tags);
        Assert.Equal(["UNKNOWN|||"], Sql.Query(_folder.Path, "SELECT source_type, source_name, entry_point_name, source_version FROM runs"));
    }

    [Fact]
    public void StartRun_WithoutName_TakesOneFromTheSeedOrAtRandom()
    {
        using ActiveRun seeded = _store.StartRun(new RunSpec { ExperimentName = "e", NameSeed = 7 });
        using ActiveRun random = _store.StartRun(new RunSpec { ExperimentName = "e" });
        Assert.Equal(RunNames.FromSeed(7), seeded.Name);
        Assert.Equal(random.Name, _store.GetRun(random.Id).Summary.Tags[TagNames.RunName]);
    }

    [Fact]
    public void StartRun_WithContradictingTag_Refuses()
    {
        RunSpec spec = new() { ExperimentName = "e", RunName = "a", Tags = new Dictionary<string, string> { [TagNames.RunName] = "b" } };
        Assert.Contains("mlflow.runName", Assert.Throws<TrackingException>(() => _store.StartRun(spec)).Message);
        Assert.Throws<TrackingException>(() => _store.StartRun(new RunSpec { ExperimentName = "e", SourceType = "SCRIPT" }));
        Assert.DoesNotContain(_store.ListExperiments(), e => e.Name == "e");
    }

    [Fact]
    public void StartRun_NestedInAnother_IsFoundByItsParent()
    {
        using ActiveRun parent = _store.StartRun(new RunSpec { ExperimentName = "e" });
        using ActiveRun child = parent.StartChild(new RunSpec { ExperimentName = "e", RunName = "child" });
        Run found = Assert.Single(_store.SearchRuns(new RunQuery { ParentRunId = parent.Id }));
        Assert.Equal((child.Id, parent.Id), (found.Info.Id, found.ParentRunId));
        Assert.Throws<TrackingException>(() => parent.StartChild(new RunSpec { ExperimentName = "other" }));
        Assert.Equal(
            TrackingErrorKind.NotFound,
            Assert.Throws<TrackingException>(() => _store.StartRun(new RunSpec { ExperimentName = "e", ParentRunId = "none" })).Kind);
    }

    [Fact]
    public void LogParam_OfSameValue_IsAccepted_AndOfAnother_Refused()
    {
        using ActiveRun run = Start();
        run.LogParam("ridge", 0.1);
        run.LogParam("ridge", "0.1");
        TrackingException e = Assert.Throws<TrackingException>(() => run.LogParams([new("depth", "3"), new("ridge", "0.2")]));
        Assert.Equal(TrackingErrorKind.ParameterConflict, e.Kind);
        Assert.Contains("'0.1'", e.Message);
        Assert.Equal(new Dictionary<string, string> { ["ridge"] = "0.1" }, _store.GetRun(run.Id).Summary.Params);
    }

    [Fact]
    public void LogParam_OfLongValue_IsCutWithAWarningAndStaysTheSame()
    {
        using ActiveRun run = Start();
        string value = new string('x', 5999) + "\U0001F600y";
        run.LogParam("long", value);
        run.LogParam("long", value);
        run.SetTag("note", new string('y', 9000));
        Run stored = _store.GetRun(run.Id).Summary;
        Assert.Equal(value[..^1], stored.Params["long"]);
        Assert.Equal(8000, stored.Tags["note"].Length);
        Assert.Contains("parameter 'long'", _warnings[0]);
        Assert.Contains("tag 'note'", _warnings[2]);
    }

    [Fact]
    public void SetTag_Again_ReplacesTheValue_AndOfTheRunName_RenamesTheRun()
    {
        using ActiveRun run = Start();
        run.SetTag("state", "a");
        run.SetTag("state", "b");
        run.SetTag(TagNames.RunName, "renamed");
        Run stored = _store.GetRun("renamed").Summary;
        Assert.Equal(("renamed", "b"), (stored.Info.Name, stored.Tags["state"]));
        Assert.Throws<TrackingException>(() => run.SetTag(TagNames.RunName, ""));
    }

    [Fact]
    public void LogMetric_KeepsEverySpecialValueAndTheHistory()
    {
        using ActiveRun run = Start();
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        double[] values = [0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 1e300];
        for (int i = 0; i < values.Length; i++)
            run.LogMetric("m", values[i], i, time);
        RunDetails stored = _store.GetRun(run.Id);
        Assert.Equal(values, stored.MetricHistory["m"].Select(m => m.Value));
        Assert.Equal([0L, 1, 2, 3, 4, 5], stored.MetricHistory["m"].Select(m => m.Step));
        Assert.All(stored.MetricHistory["m"], m => Assert.Equal(time, m.Timestamp));
        Assert.Equal(new Metric("m", 1e300, 5, time), stored.Summary.Metrics["m"]);
        Assert.Equal(
            ["0.0|1", "1.79769313486232e+308|0", "-1.79769313486232e+308|0"],
            Sql.Query(_folder.Path, "SELECT CAST(value AS TEXT), is_nan FROM metrics WHERE step BETWEEN 1 AND 3 ORDER BY step"));
    }

    [Fact]
    public void LogBatch_KeepsAsLatestTheGreatestStepTimeAndValue_InWhateverOrderTheyCome() => Prop.ForAll(
        Gen.Choose(0, 2).SelectMany(step => Gen.Choose(0, 2).SelectMany(time => Gen.Elements(-1.0, 0.0, 2.5, double.NaN, double.PositiveInfinity)
            .Select(value => new Metric("m", value, step, DateTimeOffset.FromUnixTimeMilliseconds(time))))).NonEmptyListOf().ToArbitrary(),
        points =>
        {
            using ActiveRun run = Start();
            // Half in one batch, the rest one by one: the outcome must not depend on it.
            run.LogBatch(new RunBatch { Metrics = [.. points.Take(points.Count / 2)] });
            foreach (Metric point in points.Skip(points.Count / 2))
                run.LogBatch(new RunBatch { Metrics = [point] });
            RunDetails stored = _store.GetRun(run.Id);
            static double Encoded(double value) => double.IsNaN(value) ? 0 : value;
            (long, DateTimeOffset, double) expected = points.Select(p => (p.Step, p.Timestamp, Encoded(p.Value))).Max();
            Metric latest = stored.Summary.Metrics["m"];
            Assert.Equal(expected, (latest.Step, latest.Timestamp, Encoded(latest.Value)));
            Assert.Equal(points.Distinct().Count(), stored.MetricHistory["m"].Count);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LogBatch_WithOneBadEntry_StoresNothingOfIt()
    {
        using ActiveRun run = Start();
        run.LogParam("p", "1");
        RunBatch conflicting = new()
        {
            Metrics = [new Metric("m", 1, 0, DateTimeOffset.UnixEpoch)],
            Tags = [new("t", "x")],
            Params = [new("q", "1"), new("p", "2")],
        };
        Assert.Throws<TrackingException>(() => run.LogBatch(conflicting));
        Assert.Throws<TrackingException>(() => run.LogBatch(conflicting with { Params = [], Tags = [new("bad,key", "x")] }));
        Assert.Throws<TrackingException>(() => run.LogMetric("m", 1, 0, DateTimeOffset.UnixEpoch.AddTicks(-1)));
        Run stored = _store.GetRun(run.Id).Summary;
        Assert.Empty(stored.Metrics);
        Assert.Equal(["p"], stored.Params.Keys);
        Assert.DoesNotContain("t", stored.Tags.Keys);
    }

    [Fact]
    public void LogBatch_ToUnknownOrDeletedRun_Refuses()
    {
        RunBatch batch = new() { Tags = [new("t", "x")] };
        Assert.Equal(TrackingErrorKind.NotFound, Assert.Throws<TrackingException>(() => _store.LogBatch("none", batch)).Kind);
        using ActiveRun run = Start();
        Sql.Query(_folder.Path, "UPDATE runs SET lifecycle_stage = 'deleted'");
        Assert.Equal(TrackingErrorKind.NotActive, Assert.Throws<TrackingException>(() => _store.LogBatch(run.Id, batch)).Kind);
        Assert.Empty(_store.SearchRuns(new RunQuery()));
        Assert.True(Assert.Single(_store.SearchRuns(new RunQuery { IncludeDeleted = true })).Info.IsDeleted);
        Sql.Query(_folder.Path, "UPDATE runs SET lifecycle_stage = 'active'");
    }

    [Fact]
    public void LogDatasetInput_KeepsItsFields_AndOnceForEachRun()
    {
        DatasetInput train = new("mnist", "abc123", "local", """{"uri":"data/mnist"}""")
        {
            Schema = """{"mlflow_tensorspec":{"features":"[]"}}""",
            Profile = """{"num_rows":100}""",
            Context = "train",
        };
        DatasetInput test = new("mnist", "def456", "code", "{}");
        using ActiveRun first = Start();
        using ActiveRun second = Start();
        first.LogDatasetInput(train);
        first.LogDatasetInput(train);
        first.LogDatasetInput(test);
        second.LogDatasetInput(train);
        Assert.Equal([train, test], _store.GetRun(first.Id).Datasets);
        Assert.Equal([train], _store.GetRun(second.Id).Datasets);
        Assert.Equal(["2"], Sql.Query(_folder.Path, "SELECT count(*) FROM datasets"));
    }

    [Fact]
    public void LogDatasetInput_OfWhatMlflowCannotHold_Refuses()
    {
        using ActiveRun run = Start();
        DatasetInput good = new("n", "d", "local", "{}");
        Assert.Contains("digest", Assert.Throws<TrackingException>(() => run.LogDatasetInput(good with { Digest = new string('0', 37) })).Message);
        Assert.Contains("not JSON", Assert.Throws<TrackingException>(() => run.LogDatasetInput(good with { Source = "data.csv" })).Message);
        Assert.Contains("source type", Assert.Throws<TrackingException>(() => run.LogDatasetInput(good with { SourceType = "" })).Message);
        Assert.Empty(_store.GetRun(run.Id).Datasets);
    }

    [Fact]
    public void Store_UsedFromManyThreads_KeepsEverything()
    {
        using ActiveRun run = Start();
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 25; i++)
            {
                run.LogMetric($"m{thread}", i, i);
                run.LogParam($"p{thread}.{i}", i);
            }

            Assert.NotEmpty(_store.SearchRuns(new RunQuery()));
        });
        RunDetails stored = _store.GetRun(run.Id);
        Assert.Equal(200, stored.Summary.Params.Count);
        Assert.Equal(200, stored.MetricHistory.Values.Sum(h => h.Count));
    }

    [Fact]
    public void Store_CreatedAndWrittenByThreeProcessesAtOnce_KeepsEverything()
    {
        using TempFolder fresh = new();
        SecondProcess[] writers = [.. Enumerable.Range(0, 3).Select(i => SecondProcess.Start("write", fresh.Path, $"run-{i}", "40"))];
        Parallel.ForEach(writers, writer => writer.Continue());
        using EmbeddedStore store = EmbeddedStore.Open(fresh.Path);
        IReadOnlyList<Run> runs = store.SearchRuns(new RunQuery { ExperimentName = "shared", Status = RunStatus.Finished });
        Assert.Equal(["run-0", "run-1", "run-2"], runs.Select(r => r.Info.Name).Order());
        Assert.All(runs, run => Assert.Equal(40, store.GetRun(run.Info.Id).MetricHistory["loss"].Count));
        Array.ForEach(writers, writer => writer.Dispose());
    }

    [Fact]
    public void Dispose_OfStore_EndsItsRunsAsKilledAndRefusesMore()
    {
        using TempFolder fresh = new();
        EmbeddedStore store = EmbeddedStore.Open(fresh.Path);
        ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e" });
        store.Dispose();
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(store.ListExperiments);
        using EmbeddedStore again = EmbeddedStore.Open(fresh.Path);
        Assert.Equal(RunStatus.Killed, again.GetRun(run.Id).Summary.Info.Status);
    }

    private ActiveRun Start() => _store.StartRun(new RunSpec { ExperimentName = "e" });
}
