using System.Text.Json;
using NeuralKernels.Abstractions;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Host.Tracking;

/// <summary>Records runs in an MLflow store.</summary>
internal sealed class MlflowTracker(EmbeddedStore store, Action<string> warn) : ITracker
{
    public string Location => Path.Combine(store.Location, EmbeddedStore.DatabaseFileName);

    public IRun Start(Abstractions.RunSpec spec)
    {
        try
        {
            return new TrackedRun(
                store.StartRun(new Mlflow.RunSpec
                {
                    ExperimentName = spec.Experiment,
                    RunName = spec.Name,
                    ParentRunId = spec.ParentId,
                    User = Environment.UserName,
                    SourceName = "nk",
                    Tags = spec.Tags,
                }),
                warn);
        }
        catch (TrackingException failure)
        {
            throw Translate(failure);
        }
    }

    public void Dispose() => store.Dispose();

    /// <summary>A failure of the store, as the host tells failures.</summary>
    public static UserErrorException Translate(TrackingException failure) =>
        new($"{failure.What} ({failure.Where}).", $"{failure.Remedy}.", failure);
}

/// <summary>
/// One run in an MLflow store. A store that fails does not end the computation: what could not be recorded is kept and tried
/// again, and at the end of the run, if it still fails, written to a file beside the temporary files.
/// </summary>
internal sealed class TrackedRun : IRun
{
    /// <summary>A locked store makes every attempt wait: the computation must not stand still for each of its metrics.</summary>
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(30);

    private readonly ActiveRun _run;
    private readonly Action<string> _warn;
    private readonly Lock _lock = new();
    private readonly List<(object? Record, Action Write)> _waiting = [];
    private bool _hasWarned;
    private bool _hasEnded;
    private long? _lastFailure;

    public TrackedRun(ActiveRun run, Action<string> warn) => (_run, _warn) = (run, warn);

    public string Id => _run.Id;

    public string Name => _run.Name;

    public void LogParameters(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        KeyValuePair<string, string>[] list = [.. parameters];
        Record(new { parameters = list }, () => _run.LogParams(list));
    }

    public void LogMetric(string name, double value, long step = 0)
    {
        DateTimeOffset time = _run.Store.Clock.GetUtcNow();
        Record(new { metric = name, value = value.ToString("r"), step, time }, () => _run.LogMetric(name, value, step, time));
    }

    public void SetTag(string name, string value) => Record(new { tag = name, value }, () => _run.SetTag(name, value));

    public void LogArtifact(string path, Action<Stream> write)
    {
        using MemoryStream content = new();
        write(content);
        byte[] bytes = content.ToArray();
        Record(new { artifact = path, base64 = bytes }, () => _run.LogArtifactBytes(path, bytes));
    }

    public void LogDataset(DatasetRecord dataset) => Record(
        new { dataset },
        () => _run.LogDatasetInput(new DatasetInput(dataset.Name, dataset.Digest, "local", JsonSerializer.Serialize(new { uri = dataset.Source }))
        {
            Context = dataset.Context,
            Profile = dataset.Profile,
            Schema = dataset.Schema,
        }));

    public void End(Abstractions.RunStatus status)
    {
        Mlflow.RunStatus final = status switch
        {
            Abstractions.RunStatus.Finished => Mlflow.RunStatus.Finished,
            Abstractions.RunStatus.Killed => Mlflow.RunStatus.Killed,
            _ => Mlflow.RunStatus.Failed,
        };
        lock (_lock)
        {
            _lastFailure = null;
            Record(new { status = status.ToString() }, () => _run.End(final));
            _hasEnded = true;
            if (_waiting.Count > 0)
                throw Unrecorded();
        }
    }

    public void Dispose()
    {
        if (_hasEnded)
            return;
        try
        {
            End(Abstractions.RunStatus.Failed);
        }
        catch (UserErrorException failure)
        {
            // Something else failed first and is on its way to the user.
            _warn($"{failure.Message} {failure.Remedy}");
        }
    }

    private void Record(object record, Action write)
    {
        lock (_lock)
        {
            // What the end of a run could not record is in a file by now.
            if (_hasEnded)
                return;
            _waiting.Add((record, write));
            if (_lastFailure is { } last && _run.Store.Clock.GetElapsedTime(last) < s_retryInterval)
                return;
            try
            {
                while (_waiting.Count > 0)
                {
                    _waiting[0].Write();
                    _waiting.RemoveAt(0);
                }
            }
            catch (TrackingException failure)
            {
                if (!_hasWarned)
                    _warn($"{failure.Message} The computation goes on; what is not recorded is kept and tried again.");
                _hasWarned = true;
                _lastFailure = _run.Store.Clock.GetTimestamp();
            }
        }
    }

    private UserErrorException Unrecorded()
    {
        string journal = Path.Combine(Path.GetTempPath(), $"nk-unrecorded-{_run.Id}.jsonl");
        try
        {
            using StreamWriter writer = new(journal);
            foreach ((object? record, _) in _waiting)
                writer.WriteLine(JsonSerializer.Serialize(record));
            return new UserErrorException(
                $"The run {_run.Name} is done, but {_waiting.Count} of its records could not be written to the store.",
                $"They are kept in {journal}, one JSON object a line. Make room or unlock the store, then run again.");
        }
        catch (IOException failure)
        {
            return new UserErrorException(
                $"The run {_run.Name} is done, but {_waiting.Count} of its records could be written neither to the store nor to {journal}.",
                "Make room on the disk and run again; the results are printed above.", failure);
        }
    }
}
