using System.Text;
using Microsoft.Data.Sqlite;

namespace NeuralKernels.Mlflow;

public sealed partial class EmbeddedStore
{
    private const string RunColumns =
        "r.run_uuid, r.name, r.experiment_id, r.status, r.start_time, r.end_time, r.user_id, r.artifact_uri, r.lifecycle_stage";

    private const int RunIdLength = 32;
    private const int ShortestPrefix = 4;
    private const int ListedRuns = 8;

    /// <inheritdoc/>
    public IReadOnlyList<Run> SearchRuns(RunQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaxResults, 1);
        return _database.Read("Cannot search the runs", () =>
        {
            if (query.ExperimentName is { } name && FindExperiment(name) is null)
            {
                throw new TrackingException(
                    TrackingErrorKind.NotFound,
                    $"There is no experiment '{name}'",
                    _database.File,
                    "Check the name against the list of experiments");
            }

            (string sql, object?[] arguments) = Compose(query);
            return _database.Query(sql, ReadInfo, arguments).ConvertAll(Complete);
        });
    }

    /// <inheritdoc/>
    public RunDetails GetRun(string idOrName)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrName);
        (Run run, Dictionary<string, IReadOnlyList<Metric>> history, List<DatasetInput> datasets) = _database.Read(
            $"Cannot read the run '{Limits.Shorten(idOrName)}'",
            () =>
            {
                RunInfo info = FindRun(idOrName);
                return (Complete(info), History(info.Id), Datasets(info.Id));
            });
        return new RunDetails(run, history, datasets, ListArtifacts(run.Info.ArtifactUri));
    }

    private static (string Sql, object?[] Arguments) Compose(RunQuery query)
    {
        List<object?> arguments = [];
        string Argument(object? value)
        {
            arguments.Add(value);
            return $"${arguments.Count - 1}";
        }

        StringBuilder sql = new($"SELECT {RunColumns} FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id");
        if (query.OrderByMetric is { } metric)
            sql.Append($" LEFT JOIN latest_metrics m ON m.run_uuid = r.run_uuid AND m.key = {Argument(metric)}");
        sql.Append(query.ExperimentName is { } name ? $" WHERE e.name = {Argument(name)}" : " WHERE e.lifecycle_stage = 'active'");
        if (!query.IncludeDeleted)
            sql.Append(" AND r.lifecycle_stage = 'active'");
        if (query.Status is { } status)
            sql.Append($" AND r.status = {Argument(status.ToString().ToUpperInvariant())}");
        if (query.ParentRunId is { } parent)
            AppendHas("tags", TagNames.ParentRunId, parent);
        foreach ((string key, string value) in query.Tags)
            AppendHas("tags", key, value);
        foreach ((string key, string value) in query.Params)
            AppendHas("params", key, value);
        sql.Append(" ORDER BY ");
        if (query.OrderByMetric is not null)
            sql.Append($"m.value IS NULL OR m.is_nan, m.value {(query.Descending ? "DESC" : "ASC")}, ");
        sql.Append($"r.start_time DESC, r.rowid DESC LIMIT {Argument(query.MaxResults)}");
        return (sql.ToString(), [.. arguments]);

        void AppendHas(string table, string key, string value) => sql
            .Append($" AND EXISTS (SELECT 1 FROM {table} x WHERE x.run_uuid = r.run_uuid")
            .Append($" AND x.key = {Argument(key)} AND x.value = {Argument(value)})");
    }

    private RunInfo FindRun(string idOrName)
    {
        const string Select = $"SELECT {RunColumns} FROM runs r WHERE";
        if (_database.Query($"{Select} r.run_uuid = $0", ReadInfo, idOrName) is [RunInfo exact])
            return exact;

        List<RunInfo> found = _database.Query(
            $"{Select} r.name = $0 AND r.lifecycle_stage = 'active' ORDER BY r.start_time", ReadInfo, idOrName);
        if (found is [] && idOrName.Length is >= ShortestPrefix and < RunIdLength && idOrName.All(char.IsAsciiHexDigitLower))
        {
            // 'g' follows the greatest hexadecimal digit.
            found = _database.Query(
                $"{Select} r.run_uuid >= $0 AND r.run_uuid < $1 AND r.lifecycle_stage = 'active'", ReadInfo, idOrName, idOrName + "g");
        }

        return found switch
        {
            [RunInfo only] => only,
            [] => throw new TrackingException(
                TrackingErrorKind.NotFound,
                $"There is no run '{Limits.Shorten(idOrName)}'",
                _database.File,
                $"Give a run's name, its identifier, or at least the first {ShortestPrefix} digits of it"),
            _ => throw new TrackingException(
                TrackingErrorKind.InvalidValue,
                $"'{idOrName}' means {found.Count} runs: {string.Join(", ", found.Take(ListedRuns).Select(r => r.Id))}"
                    + (found.Count > ListedRuns ? ", ..." : ""),
                _database.File,
                "Give one of these identifiers"),
        };
    }

    private Run Complete(RunInfo info) => new(
        info,
        Pairs("SELECT key, value FROM params WHERE run_uuid = $0 ORDER BY key", info.Id),
        _database
            .Query("SELECT key, value, timestamp, step, is_nan FROM latest_metrics WHERE run_uuid = $0 ORDER BY key", ReadMetric, info.Id)
            .ToDictionary(m => m.Key),
        Pairs("SELECT key, coalesce(value, '') FROM tags WHERE run_uuid = $0 ORDER BY key", info.Id));

    private Dictionary<string, string> Pairs(string sql, string runId) =>
        _database.Query(sql, r => (r.GetString(0), r.GetString(1)), runId).ToDictionary(p => p.Item1, p => p.Item2);

    private Dictionary<string, IReadOnlyList<Metric>> History(string runId) => _database
        .Query(
            "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = $0 ORDER BY key, step, timestamp, value",
            ReadMetric,
            runId)
        .GroupBy(m => m.Key)
        .ToDictionary(g => g.Key, IReadOnlyList<Metric> (g) => [.. g]);

    private List<DatasetInput> Datasets(string runId) => _database.Query(
        $"""
        SELECT d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile, t.value
        FROM inputs i
        JOIN datasets d ON d.dataset_uuid = i.source_id
        LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = '{TagNames.DatasetContext}'
        WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = $0
        ORDER BY i.rowid
        """,
        r => new DatasetInput(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3))
        {
            Schema = r.IsDBNull(4) ? null : r.GetString(4),
            Profile = r.IsDBNull(5) ? null : r.GetString(5),
            Context = r.IsDBNull(6) ? null : r.GetString(6),
        },
        runId);

    private RunInfo ReadInfo(SqliteDataReader r) => new(
        r.GetString(0),
        r.IsDBNull(1) ? "" : r.GetString(1),
        r.GetInt64(2).ToString(),
        Status(r.GetString(3)),
        Time(r, 4) ?? DateTimeOffset.UnixEpoch,
        Time(r, 5),
        r.IsDBNull(6) ? "" : r.GetString(6),
        r.IsDBNull(7) ? "" : r.GetString(7),
        r.GetString(8) == "deleted");

    private RunStatus Status(string text) => Enum.TryParse(text, ignoreCase: true, out RunStatus status)
        ? status
        : throw new TrackingException(
            TrackingErrorKind.UnknownSchema,
            $"A run has the unknown status '{text}'",
            _database.File,
            "Use a newer version of this program");

    private static Metric ReadMetric(SqliteDataReader r)
    {
        double stored = r.GetDouble(1);
        double value = r.GetBoolean(4) ? double.NaN : stored switch
        {
            double.MaxValue => double.PositiveInfinity,
            double.MinValue => double.NegativeInfinity,
            _ => stored,
        };
        return new Metric(r.GetString(0), value, r.GetInt64(3), Time(r, 2) ?? DateTimeOffset.UnixEpoch);
    }
}
