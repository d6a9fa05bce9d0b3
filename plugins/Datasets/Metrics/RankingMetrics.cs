using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>
/// The area under the receiver operating characteristic: the fraction of pairs of a positive and a negative example in which the positive one
/// has the larger mean prediction, equal ones counting half. Two classes: the second is positive, by its score. More classes: each against
/// the rest by its score, and the mean over classes. Real targets: values above 0.5 are positive, and the mean is over outputs. What has no
/// positive or no negative example is left out of the mean. Higher is better.
/// </summary>
public sealed record AurocOptions;

/// <summary>
/// The average precision: sum_n (R_n - R_(n-1)) P_n with precision P_n and recall R_n of the examples whose mean prediction is at least the
/// n-th largest different one. Two classes: the second is positive, by its score. More classes: each against the rest by its score, and the
/// mean over classes. Real targets: values above 0.5 are positive, and the mean is over outputs. What has no positive or no
/// negative example is left out of the mean. Higher is better.
/// </summary>
public sealed record AveragePrecisionOptions;

/// <summary>
/// Spearman's rank correlation: Pearson's correlation of the ranks of predictions and targets, equal values sharing the mean of their ranks, averaged
/// over the outputs. An output whose predictions or targets are all equal is left out. For real targets; higher is better.
/// </summary>
public sealed record SpearmanOptions;

/// <summary>A metric of the order of predictions, averaged over outputs.</summary>
internal sealed class RankingMetric(string name, TargetKinds accepts, OutputMetric metric) : IMetric
{
    public string Name => name;

    public bool HigherIsBetter => true;

    public TargetKinds Accepts => accepts;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    public double Evaluate(Predictions predictions, Targets targets)
    {
        PredictionCheck.Means(this, predictions, targets);
        return MetricMath.MeanOverOutputs(predictions, targets, MetricMath.RankedOutputs(targets), metric);
    }
}

/// <summary>Metrics of the order of one output's predictions.</summary>
internal static class Ranking
{
    private const double Threshold = 0.5;

    /// <summary>Area under the receiver operating characteristic, by the rank sum of Mann and Whitney.</summary>
    public static double Auroc(double[] scores, double[] targets)
    {
        long positives = targets.LongCount(target => target > Threshold), negatives = targets.LongLength - positives;
        if (positives == 0 || negatives == 0)
            return double.NaN;
        double[] ranks = MetricMath.Ranks(scores);
        double sum = 0;
        for (int i = 0; i < ranks.Length; i++)
            sum += targets[i] > Threshold ? ranks[i] : 0;
        return (sum - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }

    /// <summary>Average precision without interpolation.</summary>
    public static double AveragePrecision(double[] scores, double[] targets)
    {
        long positives = targets.LongCount(target => target > Threshold);
        if (positives == 0 || positives == targets.LongLength)
            return double.NaN;
        double[] keys = (double[])scores.Clone(), sorted = (double[])targets.Clone();
        Array.Sort(keys, sorted);
        double sum = 0;
        long found = 0;
        for (int end = keys.Length - 1, start; end >= 0; end = start)
        {
            long before = found;
            for (start = end; start >= 0 && keys[start] == keys[end]; start--)
                found += sorted[start] > Threshold ? 1 : 0;
            sum += (double)(found - before) / positives * found / (keys.Length - 1 - start);
        }

        return sum;
    }

    /// <summary>Spearman's rank correlation.</summary>
    public static double Spearman(double[] predictions, double[] targets)
    {
        double[] x = MetricMath.Ranks(predictions), y = MetricMath.Ranks(targets);
        double mean = (x.Length + 1) / 2.0, xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }

        return xx == 0 || yy == 0 ? double.NaN : xy / Math.Sqrt(xx) / Math.Sqrt(yy);
    }
}
