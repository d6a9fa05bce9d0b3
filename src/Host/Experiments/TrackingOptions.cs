namespace NeuralKernels.Host.Experiments;

/// <summary>Where and how a run is recorded.</summary>
public sealed record TrackingOptions
{
    /// <summary>Whether the run is recorded.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Name of the tracked experiment that runs are collected under. Left out, the name of the experiment.</summary>
    public string? Experiment { get; init; }

    /// <summary>Name of the run. Left out, one is made up.</summary>
    public string? RunName { get; init; }

    /// <summary>
    /// Folder that holds the store: <c>mlflow.db</c> and <c>mlartifacts</c>. Left out, the folder that the environment variable
    /// <c>MLFLOW_TRACKING_URI</c> names, or the current folder.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>Tags of the run.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Description of the run in Markdown, shown on its page. Left out, the description of the experiment.</summary>
    public string? Description { get; init; }
}
