namespace NeuralKernels.Abstractions;

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>All done.</summary>
    Finished,

    /// <summary>Ended by an error.</summary>
    Failed,

    /// <summary>Ended by the user or the system.</summary>
    Killed,
}

/// <summary>Records runs. Thread-safe.</summary>
public interface ITracker : IDisposable
{
    /// <summary>Where runs are recorded, for people.</summary>
    string Location { get; }

    /// <summary>Starts a run.</summary>
    /// <exception cref="UserErrorException">The store cannot be written: says why and what to do.</exception>
    IRun Start(RunSpec spec);
}

/// <summary>What a run is started with.</summary>
/// <param name="Experiment">Name of the experiment that it belongs to.</param>
/// <param name="Name">Name for people; null for one that the tracker makes up.</param>
/// <param name="ParentId">The run that it is nested in; null for none.</param>
/// <param name="Tags">Initial tags.</param>
public sealed record RunSpec(string Experiment, string? Name, string? ParentId, IReadOnlyDictionary<string, string> Tags);

/// <summary>One run. Thread-safe. Disposing a run that was not ended marks it as failed.</summary>
public interface IRun : IDisposable
{
    /// <summary>Identifier in the store.</summary>
    string Id { get; }

    /// <summary>Name for people.</summary>
    string Name { get; }

    /// <summary>Records parameters. A parameter cannot be changed.</summary>
    void LogParameters(IEnumerable<KeyValuePair<string, string>> parameters);

    /// <summary>Records a value of a metric. NaN and infinities are recorded as such.</summary>
    void LogMetric(string name, double value, long step = 0);

    /// <summary>Sets a tag.</summary>
    void SetTag(string name, string value);

    /// <summary>Records a file.</summary>
    /// <param name="path">Relative path in the run's artifacts, with '/'.</param>
    /// <param name="write">Writes the content.</param>
    void LogArtifact(string path, Action<Stream> write);

    /// <summary>Records that the run used a dataset.</summary>
    void LogDataset(DatasetRecord dataset);

    /// <summary>Ends the run.</summary>
    void End(RunStatus status);
}

/// <summary>A dataset as a run records it.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Digest">Hash of the content.</param>
/// <param name="Source">Path or origin.</param>
/// <param name="Context">The use: <c>train</c>, <c>validation</c>, <c>test</c>.</param>
/// <param name="Profile">Counts and shapes as JSON.</param>
/// <param name="Schema">Names and types as JSON.</param>
public sealed record DatasetRecord(string Name, string Digest, string Source, string Context, string Profile, string Schema);
