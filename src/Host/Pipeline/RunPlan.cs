using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Pipeline;

/// <summary>Says before the work what it will take.</summary>
internal static class RunPlan
{
    // The part of the peak rate that factorisations reach; see bench/README.md.
    private const double FactorEfficiency = 0.6;

    /// <summary>Sizes, precision, cores and predicted time.</summary>
    public static string Describe(ExperimentOptions experiment, LoadedDataset dataset, SplitIndices split, IKernel kernel, RunSettings settings)
    {
        int threads = Parallelism.Resolve(settings.Threads);
        int copies = experiment.Augmentation.Aggregate(1, (product, step) => product * (1 + step.Instance.Copies));
        double train = (double)split.Train.Length * copies;
        bool single = experiment.Precision == Precision.Float32;
        double pairs = 0.5 * train * train + train * (split.Validation.Length + split.Test.Length);
        TimeSpan sample = TimeSpan.FromMilliseconds(10);
        double kernelRate = single ? PeakRate.MeasureFma<float>(threads, sample) : PeakRate.MeasureFma<double>(threads, sample);
        double solveRate = PeakRate.MeasureFma<double>(threads, sample);
        double seconds = 2 * pairs * kernel.CostPerPair(dataset.Examples.Shape) / (NetworkPlan.Efficiency * kernelRate)
            + train * train * train / 3 / (FactorEfficiency * solveRate);
        IReadOnlyList<string> sets = MachineInfo.Detect().VectorInstructionSets;
        string vectors = sets.Count == 0 ? "no vector instructions" : sets[0];
        return $"Gram {train:N0}^2 {experiment.Precision.ToString().ToLowerInvariant()}, {Amounts.Bytes(train * train * (single ? 4 : 8))}, upper triangle computed; "
            + $"{experiment.Solver.Name}; {threads} {(threads == 1 ? "core" : "cores")} {vectors}; at least {Amounts.Duration(TimeSpan.FromSeconds(seconds))}";
    }
}
