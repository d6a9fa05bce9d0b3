namespace NeuralKernels.Mlflow;

/// <summary>A place that keeps experiments and their runs in MLflow's terms.</summary>
/// <remarks>
/// All members may be called from several threads. All throw <see cref="TrackingException"/> when the store refuses or
/// fails, and then have had no effect.
/// </remarks>
public interface ITrackingStore : IDisposable
{
    /// <summary>Where the store is, for messages: a directory or an address.</summary>
    string Location { get; }

    /// <summary>The source of run start, run end and metric times.</summary>
    TimeProvider Clock { get; }

    /// <summary>All experiments that are not deleted, ordered by identifier.</summary>
    IReadOnlyList<Experiment> ListExperiments();

    /// <summary>Finds an experiment by name, or creates it.</summary>
    /// <param name="name">The name, 1 to 256 characters.</param>
    Experiment GetOrCreateExperiment(string name);

    /// <summary>Starts a run. It ends by <see cref="ActiveRun.End"/>, by its disposal, or as killed with its process.</summary>
    /// <param name="spec">What the run is to be.</param>
    ActiveRun StartRun(RunSpec spec);

    /// <summary>Logs metrics, parameters and tags to a run in one step: all of it is stored, or none.</summary>
    /// <param name="runId">The run; it may have ended, but must not be deleted.</param>
    /// <param name="batch">What to log.</param>
    void LogBatch(string runId, RunBatch batch);

    /// <summary>Records the data sets that a run read.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="inputs">The data sets; one that is recorded already is left as it is.</param>
    void LogDatasetInputs(string runId, IReadOnlyCollection<DatasetInput> inputs);

    /// <summary>Writes an artifact. It appears under its name only when it is complete.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The path below the run's artifact folder, with <c>/</c> between the parts; replaced if it exists.</param>
    /// <param name="content">The content, read from its position to its end. An exception of its own (other than an
    /// <see cref="IOException"/>) passes through unchanged.</param>
    void WriteArtifact(string runId, string path, Stream content);

    /// <summary>Sets the final state of a run and its end time.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="status">
    /// The state: <see cref="RunStatus.Finished"/>, <see cref="RunStatus.Failed"/> or <see cref="RunStatus.Killed"/>.
    /// </param>
    void EndRun(string runId, RunStatus status);

    /// <summary>Finds runs.</summary>
    /// <param name="query">Which.</param>
    /// <returns>The runs, the newest first unless the query orders them otherwise.</returns>
    IReadOnlyList<Run> SearchRuns(RunQuery query);

    /// <summary>Reads one run with its metric history, data sets and list of artifacts.</summary>
    /// <param name="idOrName">
    /// The identifier, at least its first four digits, or the name, if only one run that is not deleted has it.
    /// </param>
    RunDetails GetRun(string idOrName);

    /// <summary>Opens an artifact for reading.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The path below the run's artifact folder.</param>
    Stream OpenArtifact(string runId, string path);
}
