using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Host.Tracking;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Host.Commands;

/// <summary><c>nk show</c>.</summary>
internal static class ShowCommand
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Command Create()
    {
        Argument<string?> run = new("RUN") { Description = "Name or identifier of a run. Left out, the runs of the store are listed.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("show", "Show a recorded run.") { run, CommonOptions.Store, CommonOptions.Json };
        command.SetAction((parsed, _) => CommandLine.HostAsync(parsed, (_, _) =>
        {
            string folder = Trackers.Folder(new TrackingOptions { Store = parsed.GetValue(CommonOptions.Store) });
            if (!EmbeddedStore.Exists(folder))
            {
                throw new UserErrorException(
                    $"There is no {EmbeddedStore.DatabaseFileName} in {folder}.", "Name the folder of the store with --store, or run an experiment first.");
            }

            try
            {
                using EmbeddedStore store = EmbeddedStore.Open(folder, new EmbeddedStoreOptions { ReadOnly = true });
                bool json = parsed.GetValue(CommonOptions.Json);
                if (parsed.GetValue(run) is { } name)
                    Show(store.GetRun(name), json);
                else
                    List(store, json);
            }
            catch (TrackingException failure)
            {
                throw MlflowTracker.Translate(failure);
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    private static void List(EmbeddedStore store, bool json)
    {
        IReadOnlyList<Run> runs = store.SearchRuns(new RunQuery());
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(runs.Select(r => new { r.Info.Id, r.Info.Name, Status = r.Info.Status.ToString(), r.Info.StartedAt })));
            return;
        }

        Dictionary<string, string> experiments = store.ListExperiments().ToDictionary(e => e.Id, e => e.Name);
        string[][] rows =
        [
            ["run", "experiment", "started (UTC)", "status", "test metrics"],
            .. runs.Select(run => new[]
            {
                run.Info.Name, experiments.GetValueOrDefault(run.Info.ExperimentId, ""), $"{run.Info.StartedAt:yyyy-MM-dd HH:mm:ss}",
                run.Info.Status.ToString().ToLowerInvariant(),
                string.Join("  ", run.Metrics.Where(m => m.Key.StartsWith("test/", StringComparison.Ordinal) && m.Key != "test/seconds")
                    .Select(m => $"{m.Key["test/".Length..]} {Amounts.Number(m.Value.Value)}")),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static void Show(RunDetails details, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(details, s_json));
            return;
        }

        Run run = details.Summary;
        Console.WriteLine($"{run.Info.Name}   {run.Info.Status.ToString().ToLowerInvariant()}   {run.Info.StartedAt:yyyy-MM-dd HH:mm:ss} UTC"
            + (run.Info.EndedAt is { } end ? $"   {Amounts.Duration(end - run.Info.StartedAt)}" : ""));
        Console.WriteLine($"id {run.Info.Id}");
        Section("metrics", run.Metrics.Values.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, Amounts.Number(m.Value))));
        Section("parameters", run.Params.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value)));
        Section("tags", run.Tags.Where(t => !t.Key.StartsWith("mlflow.", StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (t.Key, t.Value)));
        Section("datasets", details.Datasets.Select(d => (d.Name, $"{d.Context}   digest {d.Digest}   {d.Source}")));
        Section("artifacts", details.Artifacts.Select(a => (a.Path, Amounts.Bytes(a.Size))));
    }

    private static void Section(string title, IEnumerable<(string Name, string Value)> rows)
    {
        (string Name, string Value)[] list = [.. rows];
        if (list.Length == 0)
            return;
        int width = Math.Min(list.Max(r => r.Name.Length), 44);
        Console.WriteLine();
        Console.WriteLine(title);
        foreach ((string name, string value) in list)
            Console.WriteLine($"  {name.PadRight(width)}  {value}");
    }
}
