using System.Text;

namespace NeuralKernels.Mlflow;

/// <summary>A run in progress.</summary>
/// <remarks>
/// All members may be called from several threads. Every call stores its data before it returns. Disposal ends a run as
/// finished; after an error call <see cref="End"/> with <see cref="RunStatus.Failed"/> first, or use
/// <see cref="TrackingStoreExtensions.Track"/>. All members throw <see cref="TrackingException"/> when the store refuses or
/// fails, disposal too.
/// </remarks>
public sealed class ActiveRun : IDisposable
{
    private readonly Lock _endLock = new();
    private volatile bool _hasEnded;

    /// <summary>Wraps a run that a store has just started; called by stores.</summary>
    /// <param name="store">The store.</param>
    /// <param name="info">The run.</param>
    public ActiveRun(ITrackingStore store, RunInfo info)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(info);
        Store = store;
        Info = info;
        ActiveRuns.Add(this);
    }

    /// <summary>The store that keeps the run.</summary>
    public ITrackingStore Store { get; }

    /// <summary>Identity and state as they were at the start.</summary>
    public RunInfo Info { get; }

    /// <summary>The identifier.</summary>
    public string Id => Info.Id;

    /// <summary>The name at the start.</summary>
    public string Name => Info.Name;

    /// <summary>Whether the run has ended.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Starts a run nested in this one, in the same experiment.</summary>
    /// <param name="spec">What the run is to be; its experiment's name must be that of this run, its parent null.</param>
    public ActiveRun StartChild(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Store.StartRun(spec with { ParentRunId = Id });
    }

    /// <summary>Logs a parameter. It cannot be changed: the same value again is accepted, another is refused.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, cut after 6000 characters.</param>
    public void LogParam(string key, string value) => LogParams([new(key, value)]);

    /// <summary>Logs a number or another formattable value as a parameter, in the invariant culture.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public void LogParam(string key, IFormattable value)
    {
        ArgumentNullException.ThrowIfNull(value);
        LogParam(key, value.ToString(null, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Logs parameters: all of them, or none.</summary>
    /// <param name="parameters">Keys and values.</param>
    public void LogParams(IReadOnlyCollection<KeyValuePair<string, string>> parameters) =>
        LogBatch(new RunBatch { Params = parameters });

    /// <summary>Logs a point of a metric.</summary>
    /// <param name="key">The key; everything before its last <c>/</c> groups the charts of MLflow's UI.</param>
    /// <param name="value">The value; NaN and infinities are kept.</param>
    /// <param name="step">The step.</param>
    /// <param name="timestamp">When it was measured; null means now.</param>
    public void LogMetric(string key, double value, long step = 0, DateTimeOffset? timestamp = null) =>
        LogBatch(new RunBatch { Metrics = [new Metric(key, value, step, timestamp ?? Store.Clock.GetUtcNow())] });

    /// <summary>Sets a tag, replacing its value.</summary>
    /// <param name="key">The key; <see cref="TagNames.RunName"/> renames the run.</param>
    /// <param name="value">The value, cut after 8000 characters.</param>
    public void SetTag(string key, string value) => SetTags([new(key, value)]);

    /// <summary>Sets tags: all of them, or none.</summary>
    /// <param name="tags">Keys and values.</param>
    public void SetTags(IReadOnlyCollection<KeyValuePair<string, string>> tags) => LogBatch(new RunBatch { Tags = tags });

    /// <summary>Logs metrics, parameters and tags: all of them, or none.</summary>
    /// <param name="batch">What to log.</param>
    public void LogBatch(RunBatch batch)
    {
        RequireActive();
        Store.LogBatch(Id, batch);
    }

    /// <summary>Records a data set that the run read.</summary>
    /// <param name="input">The data set.</param>
    public void LogDatasetInput(DatasetInput input)
    {
        RequireActive();
        Store.LogDatasetInputs(Id, [input]);
    }

    /// <summary>Copies a local file to the artifacts.</summary>
    /// <param name="localFile">The file.</param>
    /// <param name="artifactPath">The artifact folder to put it in, or null for the top.</param>
    public void LogArtifact(string localFile, string? artifactPath = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(localFile);
        RequireActive();
        string name = Path.GetFileName(localFile);
        try
        {
            using FileStream content = new(localFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Store.WriteArtifact(Id, string.IsNullOrEmpty(artifactPath) ? name : $"{artifactPath}/{name}", content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(
                e is FileNotFoundException or DirectoryNotFoundException ? TrackingErrorKind.NotFound : TrackingErrorKind.NoAccess,
                $"Cannot read the file to log as an artifact: {e.Message.TrimEnd('.')}",
                localFile,
                "Check the path and that the file may be read",
                e);
        }
    }

    /// <summary>Writes a text artifact in UTF-8.</summary>
    /// <param name="path">The path below the artifact folder, with <c>/</c> between the parts.</param>
    /// <param name="text">The text.</param>
    public void LogArtifactText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LogArtifactBytes(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes an artifact from memory.</summary>
    /// <param name="path">The path below the artifact folder, with <c>/</c> between the parts.</param>
    /// <param name="content">The bytes.</param>
    public void LogArtifactBytes(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using MemoryStream stream = new(content, writable: false);
        LogArtifactStream(path, stream);
    }

    /// <summary>Writes an artifact from a stream, without holding it in memory.</summary>
    /// <param name="path">The path below the artifact folder, with <c>/</c> between the parts.</param>
    /// <param name="content">The content, read from its position to its end.</param>
    public void LogArtifactStream(string path, Stream content)
    {
        RequireActive();
        Store.WriteArtifact(Id, path, content);
    }

    /// <summary>Ends the run. The first end counts: later calls do nothing.</summary>
    /// <param name="status">The final state.</param>
    public void End(RunStatus status = RunStatus.Finished)
    {
        lock (_endLock)
        {
            if (_hasEnded)
                return;
            Store.EndRun(Id, status);
            _hasEnded = true;
        }

        ActiveRuns.Remove(this);
    }

    /// <summary>Ends the run as finished unless it has ended.</summary>
    public void Dispose() => End();

    /// <summary>Leaves the run as killed in the store, in case the process ends now, without ending it here.</summary>
    internal void MarkKilled()
    {
        lock (_endLock)
        {
            if (!_hasEnded)
                Store.EndRun(Id, RunStatus.Killed);
        }
    }

    private void RequireActive()
    {
        if (_hasEnded)
        {
            throw new TrackingException(
                TrackingErrorKind.NotActive, "The run has ended and takes no more data", $"run {Name}, {Id}", "Log before it ends");
        }
    }
}
