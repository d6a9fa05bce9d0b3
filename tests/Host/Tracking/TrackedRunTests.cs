using NeuralKernels.Abstractions;
using NeuralKernels.Host.Tracking;
using NeuralKernels.Mlflow;
using RunSpec = NeuralKernels.Mlflow.RunSpec;
using RunStatus = NeuralKernels.Mlflow.RunStatus;

namespace NeuralKernels.Tests.Host.Tracking;

/// <summary>Runs in a store that fails for a while, or for good.</summary>
public sealed class TrackedRunTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly FailingStore _store;
    private readonly List<string> _warnings = [];

    public TrackedRunTests() => _store = new FailingStore(_clock);

    [Fact]
    public void Record_InAStoreThatFails_WaitsBeforeItTriesAgain()
    {
        using TrackedRun run = Start();
        _store.Fails = true;
        for (int i = 0; i < 10; i++)
            run.LogMetric("loss", i);
        Assert.Equal(1, _store.Attempts);
        Assert.Single(_warnings);

        _clock.Now += TimeSpan.FromSeconds(31);
        run.LogMetric("loss", 10);
        Assert.Equal(2, _store.Attempts);

        _store.Fails = false;
        _clock.Now += TimeSpan.FromSeconds(31);
        run.LogMetric("loss", 11);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (double)i), _store.Values);
        Assert.Single(_warnings);
    }

    [Fact]
    public void End_TriesAtOnceWhatIsWaiting()
    {
        using TrackedRun run = Start();
        _store.Fails = true;
        run.LogMetric("loss", 1);
        _store.Fails = false;
        run.End(Abstractions.RunStatus.Finished);
        Assert.Equal([1.0], _store.Values);
        Assert.Equal(RunStatus.Finished, _store.Ended);
    }

    [Fact]
    public void End_InAStoreThatFails_KeepsTheRecordsInAFileOnce()
    {
        TrackedRun run = Start();
        _store.Fails = true;
        run.LogMetric("loss", 1);
        UserErrorException failure = Assert.Throws<UserErrorException>(() => run.End(Abstractions.RunStatus.Finished));
        string journal = Path.Combine(Path.GetTempPath(), $"nk-unrecorded-{run.Id}.jsonl");
        try
        {
            Assert.Contains(journal, failure.Remedy, StringComparison.Ordinal);
            run.SetTag("error", failure.Message);
            run.Dispose();
            string[] lines = File.ReadAllLines(journal);
            Assert.Equal(2, lines.Length);
            Assert.Contains("\"metric\":\"loss\"", lines[0], StringComparison.Ordinal);
            Assert.Contains("\"status\":\"Finished\"", lines[1], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(journal);
        }
    }

    [Fact]
    public void Dispose_InAStoreThatFails_WarnsInsteadOfHidingTheFirstFailure()
    {
        TrackedRun run = Start();
        _store.Fails = true;
        run.Dispose();
        string journal = Path.Combine(Path.GetTempPath(), $"nk-unrecorded-{run.Id}.jsonl");
        Assert.Contains(journal, _warnings[^1], StringComparison.Ordinal);
        File.Delete(journal);
    }

    public void Dispose() => _store.Dispose();

    private TrackedRun Start() => new(_store.StartRun(new RunSpec { ExperimentName = "a" }), _warnings.Add);

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;
    }

    private sealed class FailingStore(TimeProvider clock) : ITrackingStore
    {
        public bool Fails { get; set; }

        public int Attempts { get; private set; }

        public List<double> Values { get; } = [];

        public RunStatus? Ended { get; private set; }

        public string Location => "nowhere";

        public TimeProvider Clock => clock;

        public ActiveRun StartRun(RunSpec spec) =>
            new(this, new RunInfo(Guid.NewGuid().ToString("n"), "run", "1", RunStatus.Running, clock.GetUtcNow(), null, "", "", IsDeleted: false));

        public void LogBatch(string runId, RunBatch batch)
        {
            Try();
            Values.AddRange(batch.Metrics.Select(m => m.Value));
        }

        public void EndRun(string runId, RunStatus status)
        {
            Try();
            Ended = status;
        }

        public void LogDatasetInputs(string runId, IReadOnlyCollection<DatasetInput> inputs) => Try();

        public void WriteArtifact(string runId, string path, Stream content) => Try();

        public IReadOnlyList<Experiment> ListExperiments() => [];

        public Experiment GetOrCreateExperiment(string name) => throw new NotSupportedException();

        public IReadOnlyList<Run> SearchRuns(RunQuery query) => [];

        public RunDetails GetRun(string idOrName) => throw new NotSupportedException();

        public Stream OpenArtifact(string runId, string path) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private void Try()
        {
            if (!Fails)
                return;
            Attempts++;
            throw new TrackingException(TrackingErrorKind.Locked, "Locked", "nowhere", "Wait");
        }
    }
}
