using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class SearchTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public SearchTests()
    {
        _store = EmbeddedStore.Open(_folder.Path);
        Add("a", "one", 0.3, RunStatus.Finished);
        Add("a", "two", 0.1, RunStatus.Failed);
        Add("a", "three", double.NaN, RunStatus.Finished);
        Add("b", "two", 0.2, RunStatus.Finished);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void SearchRuns_WithoutConditions_FindsAllTheNewestFirst() =>
        Assert.Equal(["b/two", "a/three", "a/two", "a/one"], Found(new RunQuery()));

    [Fact]
    public void SearchRuns_JoinsItsConditions()
    {
        Assert.Equal(["a/three", "a/two", "a/one"], Found(new RunQuery { ExperimentName = "a" }));
        Assert.Equal(["a/two"], Found(new RunQuery { Status = RunStatus.Failed }));
        Assert.Equal(["b/two"], Found(new RunQuery { Status = RunStatus.Finished, Params = Of("name", "two") }));
        Assert.Equal(["b/two"], Found(new RunQuery { Tags = Of("experiment", "b"), Params = Of("name", "two") }));
        Assert.Empty(Found(new RunQuery { Tags = Of("experiment", "b"), Params = Of("name", "one") }));
        Assert.Equal(["b/two"], Found(new RunQuery { MaxResults = 1 }));
    }

    [Fact]
    public void SearchRuns_OrderedByMetric_PutsRunsWithoutANumberLast()
    {
        using ActiveRun none = _store.StartRun(new RunSpec { ExperimentName = "b", RunName = "none" });
        Assert.Equal(["a/two", "b/two", "a/one"], Found(new RunQuery { OrderByMetric = "loss" }).Take(3));
        Assert.Equal(["a/one", "b/two", "a/two"], Found(new RunQuery { OrderByMetric = "loss", Descending = true }).Take(3));
    }

    [Fact]
    public void SearchRuns_OfUnknownExperiment_SaysSo() =>
        Assert.Contains("'c'", Assert.Throws<TrackingException>(() => _store.SearchRuns(new RunQuery { ExperimentName = "c" })).Message);

    [Fact]
    public void GetRun_ByIdPrefixOrUniqueName_FindsIt()
    {
        string id = _store.GetRun("one").Summary.Info.Id;
        Assert.Equal(id, _store.GetRun(id).Summary.Info.Id);
        Assert.Equal(id, _store.GetRun(id[..20]).Summary.Info.Id);
    }

    [Fact]
    public void GetRun_OfAmbiguousName_ListsTheRuns()
    {
        TrackingException e = Assert.Throws<TrackingException>(() => _store.GetRun("two"));
        Assert.All(_store.SearchRuns(new RunQuery { Params = Of("name", "two") }), run => Assert.Contains(run.Info.Id, e.Message));
    }

    [Theory]
    [InlineData("four")]
    [InlineData("zzz")]
    [InlineData("' OR 1=1 --")]
    public void GetRun_OfUnknown_SaysWhatToGive(string name) =>
        Assert.Equal(TrackingErrorKind.NotFound, Assert.Throws<TrackingException>(() => _store.GetRun(name)).Kind);

    private static Dictionary<string, string> Of(string key, string value) => new() { [key] = value };

    private string[] Found(RunQuery query)
    {
        Dictionary<string, string> experiments = _store.ListExperiments().ToDictionary(e => e.Id, e => e.Name);
        return [.. _store.SearchRuns(query).Select(r => $"{experiments[r.Info.ExperimentId]}/{r.Info.Name}")];
    }

    private void Add(string experiment, string name, double loss, RunStatus status)
    {
        ActiveRun run = _store.StartRun(new RunSpec { ExperimentName = experiment, RunName = name, Tags = Of("experiment", experiment) });
        run.LogParam("name", name);
        run.LogMetric("loss", loss);
        run.End(status);
    }
}
