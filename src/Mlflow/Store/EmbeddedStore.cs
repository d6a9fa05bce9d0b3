using Microsoft.Data.Sqlite;

namespace NeuralKernels.Mlflow;

/// <summary>A tracking store in a directory: an SQLite database and a folder of artifacts, as MLflow's own server keeps them.</summary>
/// <remarks>
/// <para>
/// The directory holds <c>mlflow.db</c> and <c>mlartifacts/&lt;experiment&gt;/&lt;run&gt;/artifacts</c>; <c>mlflow ui</c>
/// started in it shows the runs without further settings, and the directory may be moved. Several threads, processes and
/// an MLflow server may use it at once: each change is one short transaction, and a writer waits for another up to
/// <see cref="EmbeddedStoreOptions.BusyTimeout"/>.
/// </para>
/// <para>A store that a newer MLflow has migrated can be used on.</para>
/// </remarks>
public sealed partial class EmbeddedStore : ITrackingStore
{
    /// <summary>The name of the database's file.</summary>
    public const string DatabaseFileName = "mlflow.db";

    private const string ArtifactsFolderName = "mlartifacts";

    private readonly Database _database;
    private readonly EmbeddedStoreOptions _options;
    private readonly string _workspaceCondition;

    private EmbeddedStore(string directory, Database database, EmbeddedStoreOptions options, bool hasWorkspaces)
    {
        Location = directory;
        _database = database;
        _options = options;
        // MLflow puts what names no workspace into the one called "default"; so does this client.
        _workspaceCondition = hasWorkspaces ? " AND workspace = 'default'" : "";
    }

    /// <summary>The directory, as a full path.</summary>
    public string Location { get; }

    /// <inheritdoc/>
    public TimeProvider Clock => _options.Clock;

    /// <summary>Whether a directory holds a store, without opening it.</summary>
    /// <param name="directory">The directory.</param>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, DatabaseFileName));

    /// <summary>Opens the store in a directory, and creates what is absent.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">How to open it; null for the defaults.</param>
    /// <exception cref="TrackingException">The directory or the database cannot be created, opened, written or understood.</exception>
    public static EmbeddedStore Open(string directory, EmbeddedStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new EmbeddedStoreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BusyTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BusyTimeout.TotalMilliseconds, int.MaxValue);
        string path = Path.GetFullPath(directory);
        return options.ReadOnly ? OpenForReading(path, options) : OpenForWriting(path, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Experiment> ListExperiments() => _database.Read(
        "Cannot list the experiments",
        () => _database.Query(
            $"SELECT {ExperimentColumns} FROM experiments WHERE lifecycle_stage = 'active'{_workspaceCondition} ORDER BY experiment_id",
            ReadExperiment));

    /// <inheritdoc/>
    public Experiment GetOrCreateExperiment(string name)
    {
        Limits.RequireText("The experiment name", name, 1, Limits.ExperimentName);
        return _database.Write($"Cannot create the experiment '{name}'", () => GetOrCreateExperimentCore(name));
    }

    /// <summary>Closes the store. Runs of this process that have not ended are ended as killed.</summary>
    public void Dispose()
    {
        IReadOnlyList<TrackingException> failures = ActiveRuns.EndAll(this, RunStatus.Killed);
        _database.Dispose();
        if (failures is [TrackingException first, ..])
        {
            ActiveRuns.Abandon(this);
            throw first;
        }
    }

    private const string ExperimentColumns = "experiment_id, name, artifact_location, lifecycle_stage, creation_time";

    private static EmbeddedStore OpenForWriting(string directory, EmbeddedStoreOptions options)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TrackingException failure = SqliteErrors.FromFileSystem(e, "Cannot create the directory of the tracking store", directory);
            throw failure.Kind == TrackingErrorKind.Failed
                ? new TrackingException(
                    TrackingErrorKind.NoAccess,
                    failure.What,
                    failure.Where,
                    "Check the path: every part of it must be a directory that you may write in",
                    e)
                : failure;
        }

        string file = Path.Combine(directory, DatabaseFileName);
        Database database = Database.Connect(file, SqliteOpenMode.ReadWriteCreate, false, options.BusyTimeout);
        try
        {
            // Whatever it is, a database that is not a store must be left as it was found: look before changing a setting.
            bool isNew = database.Read("Cannot open the tracking store", () =>
            {
                if (Schema.IsEmpty(database))
                    return true;
                Schema.RequireUsable(database);
                return HasNoExperiments(database);
            });
            if (database.IsUnwritable())
            {
                throw new TrackingException(
                    TrackingErrorKind.ReadOnly,
                    "The tracking store cannot be written",
                    file,
                    "Make the file and its directory writable, copy the store elsewhere, or open it for reading alone");
            }

            if (options.MaxPageCount > 0)
                database.LimitSize(options.MaxPageCount);
            database.EnableWriteAheadLog();
            bool hasWorkspaces = isNew
                ? database.Write("Cannot create the tracking store", () => CreateUnlessDone(database, options.Clock))
                : database.Read("Cannot open the tracking store", () => Schema.RequireUsable(database));
            return new EmbeddedStore(directory, database, options, hasWorkspaces);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static bool CreateUnlessDone(Database database, TimeProvider clock)
    {
        // Between the look and the lock another process may have made the tables.
        if (Schema.IsEmpty(database))
            Schema.Create(database);
        bool hasWorkspaces = Schema.RequireUsable(database);
        // MLflow's UI expects experiment 0.
        if (HasNoExperiments(database))
            InsertExperiment(database, clock, 0, "Default");
        return hasWorkspaces;
    }

    private static bool HasNoExperiments(Database database) =>
        database.Query("SELECT 1 FROM experiments LIMIT 1", r => 0) is [];

    private static EmbeddedStore OpenForReading(string directory, EmbeddedStoreOptions options)
    {
        string file = Path.Combine(directory, DatabaseFileName);
        if (!File.Exists(file))
        {
            throw new TrackingException(
                TrackingErrorKind.NotFound, "There is no tracking store", file, "Check the directory, or log a first run there");
        }

        try
        {
            return OpenForReading(directory, options, isImmutable: false);
        }
        catch (TrackingException e) when (e.Kind is TrackingErrorKind.ReadOnly or TrackingErrorKind.NoAccess && !HasLog(file))
        {
            // Write-ahead logging needs files beside the database even for reading. Without a log the database is
            // complete by itself, and where those files cannot be made nobody else can be changing it.
            return OpenForReading(directory, options, isImmutable: true);
        }
    }

    private static EmbeddedStore OpenForReading(string directory, EmbeddedStoreOptions options, bool isImmutable)
    {
        string file = Path.Combine(directory, DatabaseFileName);
        Database database = Database.Connect(file, SqliteOpenMode.ReadOnly, isImmutable, options.BusyTimeout);
        try
        {
            bool hasWorkspaces = database.Read("Cannot open the tracking store", () => Schema.RequireUsable(database));
            return new EmbeddedStore(directory, database, options, hasWorkspaces);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static bool HasLog(string file) => new FileInfo(file + "-wal") is { Exists: true, Length: > 0 };

    private static void InsertExperiment(Database database, TimeProvider clock, long? id, string name)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        database.Execute(
            """
            INSERT INTO experiments (experiment_id, name, lifecycle_stage, creation_time, last_update_time)
            VALUES ($0, $1, 'active', $2, $2)
            """,
            id,
            name,
            now);
        database.Execute(
            "UPDATE experiments SET artifact_location = 'mlflow-artifacts:/' || experiment_id WHERE rowid = last_insert_rowid()");
    }

    private Experiment GetOrCreateExperimentCore(string name)
    {
        if (FindExperiment(name) is { } found)
        {
            return found.IsDeleted
                ? throw new TrackingException(
                    TrackingErrorKind.NotActive,
                    $"The experiment '{name}' is deleted and still has its name",
                    _database.File,
                    "Restore it ('mlflow experiments restore'), purge it ('mlflow gc'), or use another name")
                : found;
        }

        InsertExperiment(_database, Clock, null, name);
        return FindExperiment(name)!;
    }

    private Experiment? FindExperiment(string name) => _database.Query(
        $"SELECT {ExperimentColumns} FROM experiments WHERE name = $0{_workspaceCondition}", ReadExperiment, name).FirstOrDefault();

    private static Experiment ReadExperiment(SqliteDataReader r) => new(
        r.GetInt64(0).ToString(),
        r.GetString(1),
        r.IsDBNull(2) ? $"mlflow-artifacts:/{r.GetInt64(0)}" : r.GetString(2),
        r.GetString(3) == "deleted",
        Time(r, 4) ?? DateTimeOffset.UnixEpoch);

    private static DateTimeOffset? Time(SqliteDataReader r, int column) =>
        r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));
}
