using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>A metric of one output: predictions and as many targets, none of them missing. NaN where it is undefined.</summary>
internal delegate double OutputMetric(double[] predictions, double[] targets);

/// <summary>What metrics share.</summary>
internal static class MetricMath
{
    /// <summary>Probabilities and variances below this count as this, so that logarithms and quotients stay finite.</summary>
    public const double Floor = 1e-12;

    /// <summary>The target of an output as a number: the value, or 1 for the class of the example and 0 for others.</summary>
    public static double Number(Targets targets, int example, int output) => targets is ClassTargets classes
        ? classes.Labels[example] == output ? 1 : 0
        : ((RealTargets)targets).Values[example * targets.Outputs + output];

    /// <summary>The mean of a function of prediction and target over all targets that are not missing; NaN where all are.</summary>
    public static double Mean(Predictions predictions, Targets targets, Func<int, double, double, double> loss)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < predictions.Count; i++)
        {
            for (int c = 0; c < predictions.Outputs; c++)
            {
                int index = i * predictions.Outputs + c;
                double target = Number(targets, i, c);
                if (double.IsNaN(target))
                    continue;
                sum += loss(index, predictions.Mean[index], target);
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }

    /// <summary>The mean of a metric over the outputs for which it is defined; NaN where there is none.</summary>
    /// <param name="predictions">All predictions.</param>
    /// <param name="targets">All targets.</param>
    /// <param name="outputs">The outputs to take.</param>
    /// <param name="metric">Evaluated for each output on the examples whose target is not missing.</param>
    public static double MeanOverOutputs(Predictions predictions, Targets targets, IEnumerable<int> outputs, OutputMetric metric)
    {
        double sum = 0;
        int count = 0;
        foreach (int output in outputs)
        {
            var predicted = new List<double>(predictions.Count);
            var expected = new List<double>(predictions.Count);
            for (int i = 0; i < predictions.Count; i++)
            {
                double target = Number(targets, i, output);
                if (double.IsNaN(target))
                    continue;
                predicted.Add(predictions.Mean[i * predictions.Outputs + output]);
                expected.Add(target);
            }

            double value = metric([.. predicted], [.. expected]);
            if (double.IsNaN(value))
                continue;
            sum += value;
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }

    /// <summary>All outputs; of two classes the second alone, whose scores order the examples.</summary>
    public static IEnumerable<int> RankedOutputs(Targets targets) =>
        targets is ClassTargets { Outputs: 2 } ? [1] : Enumerable.Range(0, targets.Outputs);

    /// <summary>Ranks from 1 in ascending order; equal numbers share the mean of their ranks.</summary>
    public static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((double[])values.Clone(), order);
        double[] ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && values[order[end]] == values[order[start]])
                end++;
            for (int k = start; k < end; k++)
                ranks[order[k]] = (start + 1 + end) / 2.0;
        }

        return ranks;
    }
}
