using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Host.Artifacts;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Host.Tracking;

namespace NeuralKernels.Host.Pipeline;

/// <summary>Runs experiments: loads, checks, computes, reports and records.</summary>
internal sealed class ExperimentRunner(ComponentCatalog catalog, Trackers trackers, IRunReporter reporter)
{
    /// <summary>Version of the program.</summary>
    public static string Version { get; } =
        typeof(ExperimentRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs one experiment.</summary>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the run is recorded as killed.</exception>
    public void Run(ExperimentFileResult file, RunSettings settings, CancellationToken cancellation)
    {
        ExperimentOptions experiment = file.Experiment;
        using LoadedDataset dataset = experiment.Dataset.Create().Load(new DatasetContext(new DataFiles(settings), cancellation));
        IReadOnlyList<SplitIndices> folds = experiment.Split.Create().Split(new SplitRequest(dataset.Targets, dataset.GivenSplit, experiment.Seed));
        IKernel kernel = experiment.Kernel.Create();
        MetricSet metrics = Check(experiment, dataset, folds, kernel);
        Announce(experiment, dataset, folds, kernel, settings);

        string dataHash = DataHash.Of(dataset.Examples, dataset.Targets, cancellation);
        string kernelHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kernel.CanonicalText)));
        using ITracker tracker = trackers.Open(experiment.Tracking, reporter.Warn);
        using IRun run = tracker.Start(new RunSpec(
            experiment.Tracking.Experiment ?? experiment.Name, experiment.Tracking.RunName, ParentId: null, Tags(experiment, kernel, dataset, dataHash, kernelHash)));
        try
        {
            RunRecord.Start(run, file, experiment, dataset, folds, dataHash, kernelHash);
            FoldContext context = new(experiment, dataset, metrics, settings, reporter, run, cancellation);
            IReadOnlyList<KeyValuePair<string, double>> values = experiment.Precision == Precision.Float32
                ? RunFolds(new FoldRunner<float>(context).Run, folds, run)
                : RunFolds(new FoldRunner<double>(context).Run, folds, run);
            run.LogMetric("memory/peak_bytes", Environment.WorkingSet);
            try
            {
                run.End(RunStatus.Finished);
                if (run.Id.Length > 0)
                    reporter.Line("recorded", $"run {run.Name} in {Path.GetRelativePath(Environment.CurrentDirectory, tracker.Location)}      see it: mlflow ui, or nk show {run.Name}");
            }
            finally
            {
                // What was computed is told even if it could not be recorded.
                reporter.Outcome(Outcome(experiment, run, tracker, values));
            }
        }
        catch (OperationCanceledException)
        {
            run.End(RunStatus.Killed);
            throw;
        }
        catch (Exception failure)
        {
            run.SetTag("error", failure is UserErrorException user ? $"{user.Message} {user.Remedy}" : failure.Message);
            throw;
        }
    }

    private MetricSet Check(ExperimentOptions experiment, LoadedDataset dataset, IReadOnlyList<SplitIndices> folds, IKernel kernel)
    {
        List<UserErrorException> problems = [];
        MetricSet metrics = MetricSet.Choose([.. experiment.Metrics.Select(m => m.Create())], dataset.Targets.Kind, catalog, problems);
        try
        {
            kernel.Check(dataset.Examples.Shape);
        }
        catch (UserErrorException problem)
        {
            // Messages of a layer begin with its path, others with a sentence.
            string where = char.IsLower(problem.Message[0]) ? "kernel." : "kernel: ";
            problems.Add(new UserErrorException($"{where}{problem.Message}", problem.Remedy, problem));
        }

        if (experiment.Solver.Create().NeedsValidation && folds.Any(fold => fold.Validation.Length == 0))
        {
            problems.Add(new UserErrorException(
                "solver.select: validation needs validation examples, and the split has none.",
                "Give the split a validation part (split.validation), or choose by select: leave_one_out."));
        }

        if (problems.Count == 1)
            throw problems[0];
        if (problems.Count > 1)
        {
            throw new UserErrorException(
                string.Join(Environment.NewLine, problems.Select(p => $"{p.Message} {p.Remedy}")),
                $"{problems.Count} problems; nothing was computed.");
        }

        return metrics;
    }

    private void Announce(ExperimentOptions experiment, LoadedDataset dataset, IReadOnlyList<SplitIndices> folds, IKernel kernel, RunSettings settings)
    {
        SplitIndices split = folds[0];
        reporter.Line(experiment.Name, $"{kernel.Description}      {dataset.Name}: {split.Train.Length:N0} train, {split.Validation.Length:N0} validation, {split.Test.Length:N0} test"
            + (folds.Count > 1 ? $", {folds.Count} folds" : ""));
        reporter.Line("plan", RunPlan.Describe(experiment, dataset, split, kernel, settings));
    }

    private IReadOnlyList<KeyValuePair<string, double>> RunFolds(
        Func<SplitIndices, int, FoldOutcome> runFold, IReadOnlyList<SplitIndices> folds, IRun run)
    {
        List<IReadOnlyList<KeyValuePair<string, double>>> all = [];
        for (int fold = 0; fold < folds.Count; fold++)
        {
            if (folds.Count > 1)
                reporter.Line("fold", $"{fold + 1} of {folds.Count}");
            using FoldOutcome outcome = runFold(folds[fold], fold);
            RunRecord.Outcome(run, outcome, folds.Count > 1 ? $"fold_{fold}/" : "");
            all.Add(outcome.Metrics);
        }

        if (folds.Count == 1)
            return all[0];
        List<KeyValuePair<string, double>> summary = [];
        foreach ((string name, _) in all[0])
        {
            double[] values = [.. all.SelectMany(fold => fold.Where(m => m.Key == name).Select(m => m.Value))];
            double mean = values.Average();
            double deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(values.Length - 1, 1));
            summary.Add(new($"mean/{name}", mean));
            summary.Add(new($"std/{name}", deviation));
            if (name.StartsWith("test/", StringComparison.Ordinal) && name != "test/seconds")
                reporter.Line("folds", $"{name} {Amounts.Number(mean)} +- {Amounts.Number(deviation)}");
        }

        foreach ((string name, double value) in summary)
            run.LogMetric(name, value);
        return summary;
    }

    private static Dictionary<string, string> Tags(ExperimentOptions experiment, IKernel kernel, LoadedDataset dataset, string dataHash, string kernelHash)
    {
        Dictionary<string, string> tags = new(experiment.Tracking.Tags)
        {
            ["kernel.hash"] = kernelHash,
            ["data.hash"] = dataHash,
            ["nk.version"] = Version,
        };
        string sentence = experiment.Tracking.Description ?? experiment.Description ?? $"Kernel regression on {dataset.Name}.";
        tags["mlflow.note.content"] = $"{sentence}\n\nKernel: `{kernel.Description}`. Solver: `{experiment.Solver.Name}`. Dataset: `{dataset.Name}`.";
        return tags;
    }

    private static JsonObject Outcome(ExperimentOptions experiment, IRun run, ITracker tracker, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        JsonObject metrics = [];
        foreach ((string name, double value) in values)
            metrics[name] = double.IsFinite(value) ? value : value.ToString();
        return new JsonObject
        {
            ["event"] = "outcome",
            ["experiment"] = experiment.Name,
            ["run_id"] = run.Id,
            ["run_name"] = run.Name,
            ["store"] = tracker.Location,
            ["metrics"] = metrics,
        };
    }
}
