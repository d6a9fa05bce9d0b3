namespace NeuralKernels.Mlflow;

/// <summary>The state of a run, by MLflow's names.</summary>
public enum RunStatus
{
    /// <summary>In progress.</summary>
    Running,

    /// <summary>Planned, not begun.</summary>
    Scheduled,

    /// <summary>Ended as intended.</summary>
    Finished,

    /// <summary>Ended by an error.</summary>
    Failed,

    /// <summary>Ended by a signal, a cancellation or the end of its process.</summary>
    Killed,
}
