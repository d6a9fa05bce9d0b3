namespace NeuralKernels.Mlflow;

/// <summary>What a new run is to be.</summary>
public sealed record RunSpec
{
    /// <summary>The experiment, created if absent.</summary>
    public required string ExperimentName { get; init; }

    /// <summary>The run's name, at most 250 characters; null makes one of an adjective, an animal and a number.</summary>
    public string? RunName { get; init; }

    /// <summary>The seed of a made name: equal seeds give equal names. Null draws one at random.</summary>
    public ulong? NameSeed { get; init; }

    /// <summary>The run that this one is nested in, or null.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Who runs it, at most 256 characters; also written as the tag <c>mlflow.user</c>.</summary>
    public string? User { get; init; }

    /// <summary>The program or file that runs it: the tag <c>mlflow.source.name</c>.</summary>
    public string? SourceName { get; init; }

    /// <summary>
    /// The kind of source, one of MLflow's <c>NOTEBOOK</c>, <c>JOB</c>, <c>LOCAL</c>, <c>PROJECT</c>, <c>UNKNOWN</c>: the tag
    /// <c>mlflow.source.type</c>.
    /// </summary>
    public string SourceType { get; init; } = "LOCAL";

    /// <summary>A description in Markdown: the tag <c>mlflow.note.content</c>.</summary>
    public string? Note { get; init; }

    /// <summary>Further tags. One that an option above also sets must agree with it.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>Data to log to a run in one step: all of it is stored, or none.</summary>
public sealed record RunBatch
{
    /// <summary>Points of metrics. A point that is stored already is not stored twice.</summary>
    public IReadOnlyCollection<Metric> Metrics { get; init; } = [];

    /// <summary>Parameters: a key keeps the first value it was given.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Params { get; init; } = [];

    /// <summary>Tags: a key takes the last value it was given.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> Tags { get; init; } = [];
}

/// <summary>Which runs to find; conditions are joined by "and".</summary>
public sealed record RunQuery
{
    /// <summary>Only runs of this experiment; null searches all that are not deleted.</summary>
    public string? ExperimentName { get; init; }

    /// <summary>Only runs nested directly in this one.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Only runs of this state.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Only runs whose tags have these values.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Only runs whose parameters have these values.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Order by the latest value of this metric, runs without a number last; null puts the newest run first.</summary>
    public string? OrderByMetric { get; init; }

    /// <summary>Whether the greatest metric comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>Whether deleted runs are found too.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>The most runs to return, at least 1.</summary>
    public int MaxResults { get; init; } = 1000;
}
