using System.Diagnostics;
using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Gram;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Reporting;

namespace NeuralKernels.Host.Pipeline;

/// <summary>What is the same for all folds of a run.</summary>
internal sealed record FoldContext(
    ExperimentOptions Experiment, LoadedDataset Dataset, MetricSet Metrics, RunSettings Settings, IRunReporter Reporter, IRun Run, CancellationToken Cancellation);

/// <summary>The outcome of one fold.</summary>
/// <param name="Split">The division of the data.</param>
/// <param name="Metrics">Values by name, such as <c>test/accuracy</c>.</param>
/// <param name="Predictions">Predictions of the test examples.</param>
/// <param name="Targets">Their targets.</param>
/// <param name="Model">Coefficients and how to decode predictions.</param>
/// <param name="Diagnostics">What the solver knows of the solution.</param>
internal sealed record FoldOutcome(
    SplitIndices Split, IReadOnlyList<KeyValuePair<string, double>> Metrics, Predictions Predictions, Targets Targets, FittedModel Model, SolverDiagnostics Diagnostics)
    : IDisposable
{
    public void Dispose() => Model.Dispose();
}

/// <summary>A fitted model with the decoding of its outputs.</summary>
internal sealed record FittedModel(IModel Model, TargetEncoding Encoding) : IDisposable
{
    public void Dispose() => Model.Dispose();
}

/// <summary>Runs one fold: transforms, kernel, solver, predictions, metrics.</summary>
/// <typeparam name="T">Type of kernel entries.</typeparam>
internal sealed class FoldRunner<T>(FoldContext context)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IKernel _kernel = context.Experiment.Kernel.Create();
    private readonly ExperimentOptions _experiment = context.Experiment;
    private readonly IRunReporter _reporter = context.Reporter;
    private readonly CancellationToken _cancellation = context.Cancellation;

    /// <summary>Runs.</summary>
    /// <param name="split">The division of the data.</param>
    /// <param name="fold">The number of the fold: the step of its metrics.</param>
    public FoldOutcome Run(SplitIndices split, int fold)
    {
        Examples all = context.Dataset.Examples;
        (Examples train, Targets trainTargets) = (all.Select(split.Train), context.Dataset.Targets.Select(split.Train));
        List<IFittedTransform> transforms = [];
        foreach (Options.Component<ITransform> step in _experiment.Transforms)
        {
            transforms.Add(step.Create().Fit(train, _cancellation));
            train = transforms[^1].Apply(train);
        }

        (train, trainTargets) = Augment(train, trainTargets);
        TargetEncoding encoding = TargetEncoding.Fit(trainTargets, _experiment.Targets.Standardize);
        using NativeMatrix<double> encoded = encoding.Encode(trainTargets);

        using IPreparedExamples preparedTrain = Prepare(train);
        using IPreparedExamples? preparedValidation = split.Validation.Length == 0 ? null : Prepare(Transform(split.Validation));
        List<KeyValuePair<string, double>> metrics = [];
        IModel model;
        using KernelMatrices<T>? validation = preparedValidation is null ? null : ComputeValidation(preparedValidation, preparedTrain);
        using (KernelMatrices<T> gram = ComputeGram(preparedTrain, metrics))
            model = Solve(gram[_kernel.Output], encoded, validation?[_kernel.Output], split, encoding);

        try
        {
            AddDiagnostics(metrics, model.Diagnostics);
            if (preparedValidation is not null)
            {
                Targets validationTargets = context.Dataset.Targets.Select(split.Validation);
                Evaluate("validation", preparedValidation, _ => validation![_kernel.Output], model, encoding, validationTargets, metrics);
            }

            using IPreparedExamples preparedTest = Prepare(Transform(split.Test));
            Targets testTargets = context.Dataset.Targets.Select(split.Test);
            Predictions predictions = Evaluate(
                "test", preparedTest, progress => new LazyKernelMatrix<T>(
                    _kernel, preparedTest, preparedTrain, _kernel.Output, Options(Pairs(progress, "progress/test_pairs_per_second"))),
                model, encoding, testTargets, metrics);
            foreach ((string name, double value) in metrics)
                context.Run.LogMetric(name, value, fold);
            return new FoldOutcome(split, metrics, predictions, testTargets, new FittedModel(model, encoding), model.Diagnostics);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        Examples Transform(long[] indices) => transforms.Aggregate(all.Select(indices), (examples, step) => step.Apply(examples));
    }

    private (Examples, Targets) Augment(Examples train, Targets targets)
    {
        long originals = train.Count;
        foreach (Options.Component<IAugmentation> step in _experiment.Augmentation)
        {
            IAugmentation augmentation = step.Create();
            Examples source = train;
            train = source.Append([.. Enumerable.Range(0, augmentation.Copies).Select(copy => augmentation.Apply(source, copy, _experiment.Seed))]);
        }

        if (train.Count == originals)
            return (train, targets);
        long[] origin = new long[train.Count];
        for (long i = 0; i < origin.Length; i++)
            origin[i] = i % originals;
        _reporter.Line("augmentation", $"{originals:N0} training examples and {train.Count - originals:N0} changed copies");
        return (train, targets.Select(origin));
    }

    private IPreparedExamples Prepare(Examples examples) => _kernel.Prepare<T>(examples, _kernel.Output, _cancellation);

    private KernelMatrices<T> ComputeGram(IPreparedExamples train, List<KeyValuePair<string, double>> metrics) => _reporter.Stage("gram", progress =>
    {
        long start = Stopwatch.GetTimestamp();
        KernelMatrices<T> matrices = GramEngine.Gram<T>(_kernel, train, _kernel.Output, Options(Pairs(progress, "progress/gram_pairs_per_second")), _cancellation);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        double pairs = 0.5 * train.Count * (train.Count + 1);
        metrics.Add(new("gram/seconds", time.TotalSeconds));
        return new StageResult<KernelMatrices<T>>(matrices, $"{pairs:N0} pairs   {Amounts.Rate(pairs / time.TotalSeconds, "pairs")}   {Amounts.Duration(time)}");
    });

    private KernelMatrices<T> ComputeValidation(IPreparedExamples validation, IPreparedExamples train) => _reporter.Stage("validation", progress =>
    {
        long start = Stopwatch.GetTimestamp();
        KernelMatrices<T> matrices = GramEngine.Cross<T>(
            _kernel, validation, train, _kernel.Output, Options(Pairs(progress, "progress/validation_pairs_per_second")), _cancellation);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        double pairs = (double)validation.Count * train.Count;
        return new StageResult<KernelMatrices<T>>(matrices, $"{pairs:N0} pairs   {Amounts.Rate(pairs / time.TotalSeconds, "pairs")}   {Amounts.Duration(time)}");
    });

    private IModel Solve(IKernelMatrix gram, NativeMatrix<double> targets, IKernelMatrix? validation, SplitIndices split, TargetEncoding encoding) =>
        _reporter.Stage("solve", progress =>
        {
            FitProblem problem = new()
            {
                Kernel = gram,
                Targets = targets.View,
                Validation = validation is null ? null : ValidationOf(validation, split, encoding),
            };
            IModel model = _experiment.Solver.Create().Fit(problem, new FitContext
            {
                Threads = Parallelism.Resolve(context.Settings.Threads),
                Seed = _experiment.Seed,
                Progress = new SolverProgressAdapter(progress),
                Cancellation = _cancellation,
            });
            return new StageResult<IModel>(model, Summary(model.Diagnostics));
        });

    private ValidationProblem ValidationOf(IKernelMatrix kernel, SplitIndices split, TargetEncoding encoding)
    {
        Targets targets = context.Dataset.Targets.Select(split.Validation);
        IMetric? metric = context.Metrics.Selection;
        if (metric is not null)
            return new ValidationProblem(kernel, mean => metric.Evaluate(encoding.Decode(mean), targets), metric.Name, metric.HigherIsBetter);
        return new ValidationProblem(kernel, mean => MeanSquaredError(encoding.Decode(mean), (RealTargets)targets), "mse", HigherIsBetter: false);
    }

    // Only metrics of real targets need a variance, so that a run without any other has real targets.
    private static double MeanSquaredError(Predictions predictions, RealTargets targets)
    {
        (double sum, long count) = (0, 0);
        for (int i = 0; i < predictions.Mean.Length; i++)
        {
            double difference = predictions.Mean[i] - targets.Values[i];
            if (double.IsNaN(targets.Values[i]))
                continue;
            sum += difference * difference;
            count++;
        }

        return sum / count;
    }

    private Predictions Evaluate(
        string part, IPreparedExamples examples, Func<IProgress<StageProgress>, IKernelMatrix> kernelOf, IModel model, TargetEncoding encoding, Targets targets,
        List<KeyValuePair<string, double>> metrics) => _reporter.Stage(part, progress =>
    {
        long start = Stopwatch.GetTimestamp();
        IKernelMatrix kernel = kernelOf(progress);
        using NativeMatrix<double> mean = new((nint)examples.Count, encoding.Outputs, clear: false);
        model.Predict(kernel, mean.View, _cancellation);
        Predictions predictions;
        if (context.Metrics.NeedVariance && model.ProvidesVariance)
        {
            using NativeMatrix<double> variance = new((nint)examples.Count, encoding.Outputs, clear: false);
            double[] prior = new double[examples.Count];
            examples.Diagonal(_kernel.Output, prior);
            model.PredictVariance(kernel, prior, variance.View, _cancellation);
            for (nint i = 0; i < variance.Rows; i++)
            {
                foreach (ref double value in variance.Row(i))
                    value += model.Diagnostics.Ridge;
            }

            predictions = encoding.Decode(mean.View, variance.View);
        }
        else
        {
            predictions = encoding.Decode(mean.View);
        }

        IReadOnlyList<KeyValuePair<string, double>> values = context.Metrics.Evaluate(predictions, targets);
        metrics.AddRange(values.Select(v => new KeyValuePair<string, double>($"{part}/{v.Key}", v.Value)));
        metrics.Add(new($"{part}/seconds", Stopwatch.GetElapsedTime(start).TotalSeconds));
        return new StageResult<Predictions>(
            predictions, $"{string.Join("   ", values.Select(v => $"{v.Key} {Amounts.Number(v.Value)}"))}   {Amounts.Duration(Stopwatch.GetElapsedTime(start))}");
    });

    private GramOptions Options(IProgress<GramProgress>? progress) => new() { Threads = context.Settings.Threads, Progress = progress };

    private PairProgress Pairs(IProgress<StageProgress> progress, string metric) => new(progress, context.Run, metric);

    private static void AddDiagnostics(List<KeyValuePair<string, double>> metrics, SolverDiagnostics diagnostics)
    {
        metrics.Add(new("solver/seconds", diagnostics.Time.TotalSeconds));
        metrics.Add(new("solver/ridge", diagnostics.Ridge));
        metrics.Add(new("solver/ridge_option", diagnostics.RidgeOption));
        metrics.Add(new("solver/jitter", diagnostics.Jitter));
        Add("solver/relative_residual", diagnostics.RelativeResidual);
        Add("solver/condition", diagnostics.Condition);
        Add("solver/effective_degrees_of_freedom", diagnostics.EffectiveDegreesOfFreedom);
        Add("solver/log_marginal_likelihood", diagnostics.LogMarginalLikelihood);
        Add("solver/iterations", diagnostics.Iterations);

        void Add(string name, double? value)
        {
            if (value is { } number)
                metrics.Add(new(name, number));
        }
    }

    private static string Summary(SolverDiagnostics d)
    {
        List<string> parts = [d.Method, $"ridge {Amounts.Number(d.RidgeOption)}{(d.RidgePath.Count > 1 ? $" of {d.RidgePath.Count} by {d.Selection}" : "")}"];
        if (d.Jitter > 0)
            parts.Add($"jitter {Amounts.Number(d.Jitter)}");
        if (d.RelativeResidual is { } residual)
            parts.Add($"residual {Amounts.Number(residual)}");
        if (d.Condition is { } condition)
            parts.Add($"condition {Amounts.Number(condition)}");
        if (d.EffectiveDegreesOfFreedom is { } freedom)
            parts.Add($"{freedom:f0} degrees of freedom");
        parts.Add(Amounts.Duration(d.Time));
        return string.Join("   ", parts);
    }

    private sealed class SolverProgressAdapter(IProgress<StageProgress> progress) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => progress.Report(new StageProgress(value.Fraction, value.Stage));
    }
}
