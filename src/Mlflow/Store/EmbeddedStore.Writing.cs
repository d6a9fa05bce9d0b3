using System.Text.Json;

namespace NeuralKernels.Mlflow;

public sealed partial class EmbeddedStore
{
    private static readonly string[] s_sourceTypes = ["NOTEBOOK", "JOB", "LOCAL", "PROJECT", "UNKNOWN"];

    /// <inheritdoc/>
    public ActiveRun StartRun(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Limits.RequireText("The experiment name", spec.ExperimentName, 1, Limits.ExperimentName);
        Limits.RequireText("The user name", spec.User ?? "", 0, Limits.User);
        if (!s_sourceTypes.Contains(spec.SourceType))
        {
            throw Limits.Invalid(
                $"MLflow knows no source type '{spec.SourceType}'",
                $"experiment '{spec.ExperimentName}'",
                $"Use one of {string.Join(", ", s_sourceTypes)}");
        }

        List<string> warnings = [];
        Dictionary<string, string> tags = [];
        foreach ((string key, string value) in Tags(spec))
        {
            string fitted = FitTag(key, value, warnings);
            if (!tags.TryAdd(key, fitted) && tags[key] != fitted)
            {
                throw Limits.Invalid(
                    $"The tag {key} is set to '{Limits.Shorten(tags[key])}' and to '{Limits.Shorten(fitted)}'",
                    $"experiment '{spec.ExperimentName}'",
                    "Set it once");
            }
        }

        if (!tags.TryGetValue(TagNames.RunName, out string? name))
            tags[TagNames.RunName] = name = spec.NameSeed is { } seed ? RunNames.FromSeed(seed) : RunNames.Random();

        string id = Guid.NewGuid().ToString("N");
        DateTimeOffset start = DateTimeOffset.FromUnixTimeMilliseconds(Clock.GetUtcNow().ToUnixTimeMilliseconds());
        RunInfo info = _database.Write($"Cannot start a run in the experiment '{spec.ExperimentName}'", () =>
        {
            Experiment experiment = GetOrCreateExperimentCore(spec.ExperimentName);
            if (tags.TryGetValue(TagNames.ParentRunId, out string? parent) && RequireActive(parent) != experiment.Id)
            {
                throw Limits.Invalid(
                    "A nested run and its parent must be of one experiment", $"parent {parent}", "Use the parent's experiment");
            }

            RunInfo run = new(
                id,
                name,
                experiment.Id,
                RunStatus.Running,
                start,
                null,
                spec.User ?? "",
                $"{experiment.ArtifactLocation.TrimEnd('/')}/{id}/artifacts",
                false);
            // The source columns are what MLflow itself writes there; it keeps the source in tags.
            _database.Execute(
                """
                INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
                    source_version, lifecycle_stage, artifact_uri, experiment_id, deleted_time)
                VALUES ($0, $1, 'UNKNOWN', '', '', $2, 'RUNNING', $3, NULL, '', 'active', $4, $5, NULL)
                """,
                run.Id,
                run.Name,
                run.User,
                start.ToUnixTimeMilliseconds(),
                run.ArtifactUri,
                long.Parse(run.ExperimentId));
            foreach ((string key, string value) in tags)
                UpsertTag(id, key, value);
            return run;
        });
        Warn(warnings);
        return new ActiveRun(this, info);
    }

    /// <inheritdoc/>
    public void LogBatch(string runId, RunBatch batch)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(batch);
        List<string> warnings = [];
        List<(string Key, string Value)> parameters = [.. batch.Params.Select(p => (p.Key, FitParam(p.Key, p.Value, warnings)))];
        List<(string Key, string Value)> tags = [.. batch.Tags.Select(t => (t.Key, FitTag(t.Key, t.Value, warnings)))];
        foreach (Metric metric in batch.Metrics)
        {
            Limits.RequireKey("metric", metric.Key);
            if (metric.Timestamp < DateTimeOffset.UnixEpoch)
            {
                throw Limits.Invalid(
                    $"The metric's time {metric.Timestamp:O} is before 1970",
                    $"metric '{metric.Key}', step {metric.Step}",
                    "Give a later time");
            }
        }

        if (parameters.Count + tags.Count + batch.Metrics.Count == 0)
            return;
        _database.Write($"Cannot log to run {runId}", () =>
        {
            RequireActive(runId);
            foreach ((string key, string value) in parameters)
                InsertParam(runId, key, value);
            foreach ((string key, string value) in tags)
                UpsertTag(runId, key, value);
            foreach (Metric metric in batch.Metrics)
                InsertMetric(runId, metric);
            return 0;
        });
        Warn(warnings);
    }

    /// <inheritdoc/>
    public void LogDatasetInputs(string runId, IReadOnlyCollection<DatasetInput> inputs)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (DatasetInput input in inputs)
            Require(input);
        _database.Write($"Cannot record data sets of run {runId}", () =>
        {
            long experiment = long.Parse(RequireActive(runId));
            foreach (DatasetInput input in inputs)
                InsertDatasetInput(runId, experiment, input);
            return 0;
        });
    }

    /// <inheritdoc/>
    public void EndRun(string runId, RunStatus status)
    {
        ArgumentNullException.ThrowIfNull(runId);
        if (status is not (RunStatus.Finished or RunStatus.Failed or RunStatus.Killed))
            throw Limits.Invalid($"A run cannot end as {status}", $"run {runId}", "End it as finished, failed or killed");
        long now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _database.Write($"Cannot end run {runId}", () =>
        {
            RequireActive(runId);
            return _database.Execute(
                "UPDATE runs SET status = $1, end_time = $2 WHERE run_uuid = $0", runId, status.ToString().ToUpperInvariant(), now);
        });
    }

    private static IEnumerable<KeyValuePair<string, string>> Tags(RunSpec spec)
    {
        (string Key, string? Value)[] own =
        [
            (TagNames.RunName, spec.RunName),
            (TagNames.ParentRunId, spec.ParentRunId),
            (TagNames.User, spec.User),
            (TagNames.SourceName, spec.SourceName),
            (TagNames.SourceType, spec.SourceType),
            (TagNames.Note, spec.Note),
        ];
        return own.Where(t => t.Value is not null).Select(t => new KeyValuePair<string, string>(t.Key, t.Value!)).Concat(spec.Tags);
    }

    private static string FitParam(string key, string value, List<string> warnings)
    {
        Limits.RequireKey("parameter", key);
        return Fit($"parameter '{key}'", value, Limits.ParamValue, warnings);
    }

    private static string FitTag(string key, string value, List<string> warnings)
    {
        Limits.RequireKey("tag", key);
        if (key == TagNames.RunName)
            Limits.RequireText("The run name", value, 1, Limits.RunName);
        return Fit($"tag '{key}'", value, Limits.TagValue, warnings);
    }

    private static string Fit(string what, string value, int maximum, List<string> warnings)
    {
        string fitted = Limits.Fit(value, maximum);
        if (fitted.Length < value.Length)
            warnings.Add($"The value of the {what} was cut after {maximum} characters, MLflow's limit.");
        else if (fitted != value)
            warnings.Add($"The value of the {what} was stored with U+FFFD for characters that a database text cannot hold.");
        return fitted;
    }

    private static void Require(DatasetInput input)
    {
        Limits.RequireText("The data set's name", input.Name, 1, Limits.DatasetName);
        Limits.RequireText("The data set's digest", input.Digest, 1, Limits.DatasetDigest);
        Limits.RequireText("The data set's source type", input.SourceType, 1, Limits.DatasetSourceType);
        Limits.RequireText("The data set's context", input.Context ?? "", 0, Limits.InputTagValue);
        RequireJson("source", input.Source, Limits.DatasetSource);
        RequireJson("schema", input.Schema, Limits.DatasetSchema);
        RequireJson("profile", input.Profile, Limits.DatasetProfile);

        void RequireJson(string what, string? text, int maximum)
        {
            if (text is null)
                return;
            Limits.RequireText($"The data set's {what}", text, 1, maximum);
            try
            {
                JsonDocument.Parse(text).Dispose();
            }
            catch (JsonException e)
            {
                throw Limits.Invalid(
                    $"The data set's {what} is not JSON: {e.Message.TrimEnd('.')}", $"data set '{input.Name}'", "Give it as JSON");
            }
        }
    }

    private void Warn(List<string> warnings)
    {
        if (_options.Warn is { } warn)
            warnings.ForEach(warn);
    }

    /// <summary>Refuses a run that does not exist or is deleted.</summary>
    /// <returns>The experiment's identifier.</returns>
    private string RequireActive(string runId)
    {
        List<(string Stage, long Experiment)> found = _database.Query(
            "SELECT lifecycle_stage, experiment_id FROM runs WHERE run_uuid = $0", r => (r.GetString(0), r.GetInt64(1)), runId);
        return found switch
        {
            [("active", long experiment)] => experiment.ToString(),
            [] => throw NoRun(runId),
            _ => throw new TrackingException(
                TrackingErrorKind.NotActive, $"Run {runId} is deleted", _database.File, "Restore it first ('mlflow runs restore')"),
        };
    }

    private TrackingException NoRun(string runId) =>
        new(TrackingErrorKind.NotFound, $"There is no run {runId}", _database.File, "Check the identifier");

    private void InsertParam(string runId, string key, string value)
    {
        int isNew = _database.Execute(
            "INSERT INTO params (key, value, run_uuid) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING", key, value, runId);
        if (isNew > 0)
            return;
        string old = _database.Query("SELECT value FROM params WHERE key = $0 AND run_uuid = $1", r => r.GetString(0), key, runId)[0];
        if (old != value)
        {
            throw new TrackingException(
                TrackingErrorKind.ParameterConflict,
                $"The parameter '{key}' was logged as '{Limits.Shorten(old)}' and cannot become '{Limits.Shorten(value)}'",
                $"run {runId}",
                "Parameters are final: use another key, a metric or tag for what changes, or a nested run");
        }
    }

    private void UpsertTag(string runId, string key, string value)
    {
        _database.Execute(
            """
            INSERT INTO tags (key, value, run_uuid) VALUES ($0, $1, $2)
            ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value
            """,
            key,
            value,
            runId);
        if (key == TagNames.RunName)
            _database.Execute("UPDATE runs SET name = $0 WHERE run_uuid = $1", value, runId);
    }

    private void InsertMetric(string runId, Metric metric)
    {
        // MLflow's encoding: NaN is the flag with the value 0, an infinity the greatest double of its sign.
        bool isNaN = double.IsNaN(metric.Value);
        double value = isNaN ? 0 : Math.Clamp(metric.Value, double.MinValue, double.MaxValue);
        long time = metric.Timestamp.ToUnixTimeMilliseconds();
        _database.Execute(
            """
            INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ($0, $1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """,
            metric.Key,
            value,
            time,
            runId,
            metric.Step,
            isNaN);
        _database.Execute(
            """
            INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ($0, $1, $2, $3, $4, $5)
            ON CONFLICT (key, run_uuid) DO UPDATE
            SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
            WHERE (excluded.step, excluded.timestamp, excluded.value)
                > (latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)
            """,
            metric.Key,
            value,
            time,
            runId,
            metric.Step,
            isNaN);
    }

    private void InsertDatasetInput(string runId, long experiment, DatasetInput input)
    {
        _database.Execute(
            """
            INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema,
                dataset_profile)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
            """,
            Guid.NewGuid().ToString("N"),
            experiment,
            input.Name,
            input.Digest,
            input.SourceType,
            input.Source,
            input.Schema,
            input.Profile);
        string dataset = _database.Query(
            "SELECT dataset_uuid FROM datasets WHERE experiment_id = $0 AND name = $1 AND digest = $2",
            r => r.GetString(0),
            experiment,
            input.Name,
            input.Digest)[0];
        string id = Guid.NewGuid().ToString("N");
        int isNew = _database.Execute(
            """
            INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)
            VALUES ($0, 'DATASET', $1, 'RUN', $2)
            ON CONFLICT DO NOTHING
            """,
            id,
            dataset,
            runId);
        if (isNew > 0 && !string.IsNullOrEmpty(input.Context))
        {
            _database.Execute(
                "INSERT INTO input_tags (input_uuid, name, value) VALUES ($0, $1, $2)", id, TagNames.DatasetContext, input.Context);
        }
    }
}
