using System.Reflection;
using Microsoft.Data.Sqlite;

namespace NeuralKernels.Mlflow;

/// <summary>The tables of a store: made at one frozen revision, used at any that has the columns needed.</summary>
/// <remarks>
/// MLflow's newest revision changes with nearly every release, but every release migrates a store of this older one by
/// itself when it first opens it, and its migrations only add columns with defaults to the tables used here.
/// </remarks>
internal static class Schema
{
    /// <summary>The revision of new stores: that of MLflow 2.18 to 2.22.</summary>
    internal const string Revision = "0584bdc529eb";

    // Every column that a statement of EmbeddedStore names.
    private static readonly Dictionary<string, string[]> s_columns = new()
    {
        ["experiments"] = ["experiment_id", "name", "artifact_location", "lifecycle_stage", "creation_time", "last_update_time"],
        ["runs"] =
        [
            "run_uuid", "name", "source_type", "source_name", "entry_point_name", "user_id", "status", "start_time", "end_time",
            "source_version", "lifecycle_stage", "artifact_uri", "experiment_id", "deleted_time",
        ],
        ["metrics"] = ["key", "value", "timestamp", "run_uuid", "step", "is_nan"],
        ["latest_metrics"] = ["key", "value", "timestamp", "step", "is_nan", "run_uuid"],
        ["params"] = ["key", "value", "run_uuid"],
        ["tags"] = ["key", "value", "run_uuid"],
        ["datasets"] =
        [
            "dataset_uuid", "experiment_id", "name", "digest", "dataset_source_type", "dataset_source", "dataset_schema",
            "dataset_profile",
        ],
        ["inputs"] = ["input_uuid", "source_type", "source_id", "destination_type", "destination_id"],
        ["input_tags"] = ["input_uuid", "name", "value"],
    };

    /// <summary>Whether the database has no tables at all.</summary>
    internal static bool IsEmpty(Database database) =>
        database.Query("SELECT count(*) FROM sqlite_master", r => r.GetInt64(0)) is [0];

    /// <summary>Creates the tables. The caller holds the write lock and has seen the database empty under it.</summary>
    internal static void Create(Database database)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Schema.sql")!;
        using StreamReader reader = new(stream);
        database.Execute(reader.ReadToEnd());
        database.Execute("INSERT INTO alembic_version (version_num) VALUES ($0)", Revision);
    }

    /// <summary>Refuses a database whose tables this client cannot read and write.</summary>
    /// <returns>Whether experiments are divided into workspaces, as newer revisions do.</returns>
    internal static bool RequireUsable(Database database)
    {
        if (database.Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'", r => 0) is [])
        {
            throw Unknown(
                database,
                "The database is not an MLflow tracking store: it has no table 'alembic_version'",
                "Choose another directory; this one holds a database of some other program");
        }

        string revision = database.Query("SELECT version_num FROM alembic_version", r => r.GetString(0)) is [string found, ..]
            ? found
            : "none";
        foreach ((string table, string[] needed) in s_columns)
        {
            List<Column> columns = database.Query($"PRAGMA table_info({table})", ReadColumn);
            if (needed.FirstOrDefault(name => columns.All(c => c.Name != name)) is string missing)
            {
                throw Unknown(
                    database,
                    $"The tracking store, at revision {revision}, has no column {table}.{missing}",
                    "Use a store made by this program or by MLflow 2.9 or later ('mlflow db upgrade sqlite:///mlflow.db' upgrades one)");
            }

            if (columns.FirstOrDefault(c => c.MustBeGiven && !needed.Contains(c.Name)) is { } unknown)
            {
                throw Unknown(
                    database,
                    $"The tracking store, at revision {revision}, needs a value in {table}.{unknown.Name}, a column not known here",
                    "Use a newer version of this program, or another store");
            }
        }

        return database.Query("PRAGMA table_info(experiments)", ReadColumn).Any(c => c.Name == "workspace");
    }

    private static Column ReadColumn(SqliteDataReader r) => new(r.GetString(1), r.GetInt64(3) != 0 && r.IsDBNull(4));

    private static TrackingException Unknown(Database database, string what, string remedy) =>
        new(TrackingErrorKind.UnknownSchema, what, database.File, remedy);

    private sealed record Column(string Name, bool MustBeGiven);
}
