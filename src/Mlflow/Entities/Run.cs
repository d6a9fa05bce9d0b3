namespace NeuralKernels.Mlflow;

/// <summary>The identity and state of a run.</summary>
/// <param name="Id">The identifier: 32 lower-case hexadecimal digits.</param>
/// <param name="Name">The name people use; need not be unique.</param>
/// <param name="ExperimentId">The experiment it belongs to.</param>
/// <param name="Status">Its state.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended, or null.</param>
/// <param name="User">Who ran it; empty if unknown.</param>
/// <param name="ArtifactUri">Where its artifacts lie.</param>
/// <param name="IsDeleted">Whether it was deleted.</param>
public sealed record RunInfo(
    string Id,
    string Name,
    string ExperimentId,
    RunStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string User,
    string ArtifactUri,
    bool IsDeleted);

/// <summary>A run with what a table of runs shows.</summary>
/// <param name="Info">Identity and state.</param>
/// <param name="Params">Parameters by key.</param>
/// <param name="Metrics">The latest point of every metric by key: the one of the greatest step, time and value, in this order.</param>
/// <param name="Tags">Tags by key, MLflow's own (<c>mlflow.*</c>) included.</param>
public sealed record Run(
    RunInfo Info,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, Metric> Metrics,
    IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The run that this one is nested in, or null.</summary>
    public string? ParentRunId => Tags.GetValueOrDefault(TagNames.ParentRunId);
}

/// <summary>A run with everything stored for it.</summary>
/// <param name="Summary">Identity, state, parameters, latest metrics and tags.</param>
/// <param name="MetricHistory">All points of every metric, by key; ordered by step, then time, then value.</param>
/// <param name="Datasets">The data sets it read.</param>
/// <param name="Artifacts">The files it left, ordered by path.</param>
public sealed record RunDetails(
    Run Summary,
    IReadOnlyDictionary<string, IReadOnlyList<Metric>> MetricHistory,
    IReadOnlyList<DatasetInput> Datasets,
    IReadOnlyList<ArtifactEntry> Artifacts);

/// <summary>A file among the artifacts of a run.</summary>
/// <param name="Path">The path below the run's artifact folder, with <c>/</c> between the parts.</param>
/// <param name="Size">The size in bytes.</param>
public sealed record ArtifactEntry(string Path, long Size);
