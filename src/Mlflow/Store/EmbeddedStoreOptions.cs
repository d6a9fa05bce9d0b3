namespace NeuralKernels.Mlflow;

/// <summary>How to open an embedded store.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>How long to wait for another process that is writing: 20 seconds by default, as in MLflow, and 1 at least.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Opens an existing store for reading alone; it may then lie on a medium that cannot be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The source of run start, run end and metric times.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told about values that were cut to MLflow's limits; called on the logging thread, after the value is stored.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Bounds the database's size in pages, as a full disk would; 0 leaves it unbounded.</summary>
    internal int MaxPageCount { get; init; }
}
