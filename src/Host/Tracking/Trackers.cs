using NeuralKernels.Abstractions;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Host.Tracking;

/// <summary>Opens the tracker that an experiment asks for.</summary>
internal sealed class Trackers(TimeProvider clock)
{
    /// <summary>The environment variable by which MLflow's own clients choose where to record.</summary>
    private const string UriVariable = "MLFLOW_TRACKING_URI";

    /// <summary>Opens a tracker.</summary>
    /// <param name="options">The experiment's choice.</param>
    /// <param name="warn">Takes what is worth telling but no failure.</param>
    /// <exception cref="UserErrorException">The store cannot be written, or is of a kind that is not supported.</exception>
    public ITracker Open(TrackingOptions options, Action<string> warn)
    {
        if (!options.Enabled)
            return new NoTracker();
        try
        {
            return new MlflowTracker(EmbeddedStore.Open(Folder(options), new EmbeddedStoreOptions { Clock = clock, Warn = warn }), warn);
        }
        catch (TrackingException failure)
        {
            throw MlflowTracker.Translate(failure);
        }
    }

    /// <summary>The folder of the embedded store.</summary>
    /// <exception cref="UserErrorException">The environment names a store that is not supported.</exception>
    public static string Folder(TrackingOptions options)
    {
        if (options.Store is not null)
            return Path.GetFullPath(options.Store);
        string? uri = Environment.GetEnvironmentVariable(UriVariable);
        if (string.IsNullOrEmpty(uri))
            return Environment.CurrentDirectory;
        const string Sqlite = "sqlite:///";
        string suffix = EmbeddedStore.DatabaseFileName;
        if (uri.StartsWith(Sqlite, StringComparison.Ordinal) && Path.GetFileName(uri) == suffix)
            return Path.GetFullPath(Path.GetDirectoryName(uri[Sqlite.Length..]) is { Length: > 0 } folder ? folder : ".");
        if (!uri.Contains("://", StringComparison.Ordinal))
            return Path.GetFullPath(uri);
        throw new UserErrorException(
            $"{UriVariable} is '{uri}', and runs are recorded in a folder only: its {suffix} is opened by MLflow's server.",
            $"Unset {UriVariable}, set it to a folder, or state tracking.store in the experiment file.");
    }
}

/// <summary>Records nothing.</summary>
internal sealed class NoTracker : ITracker
{
    public string Location => "nowhere";

    public IRun Start(Abstractions.RunSpec spec) => new NoRun();

    public void Dispose()
    {
    }

    private sealed class NoRun : IRun
    {
        public string Id => "";

        public string Name => "";

        public void LogParameters(IEnumerable<KeyValuePair<string, string>> parameters)
        {
        }

        public void LogMetric(string name, double value, long step = 0)
        {
        }

        public void SetTag(string name, string value)
        {
        }

        public void LogArtifact(string path, Action<Stream> write)
        {
        }

        public void LogDataset(DatasetRecord dataset)
        {
        }

        public void End(Abstractions.RunStatus status)
        {
        }

        public void Dispose()
        {
        }
    }
}
