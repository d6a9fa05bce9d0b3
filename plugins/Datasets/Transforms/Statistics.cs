using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

// Notation: n numbers of a group have the mean m = (1/n) sum x and the sum of squares M = sum (x - m)^2.
// Update by one number: Welford, "Note on a method for calculating corrected sums of squares and products" (Technometrics 1962).
// Merging of two sets: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979), eq. 2.1.

namespace NeuralKernels.Datasets;

/// <summary>Means and variances of groups of features, in one pass over the examples.</summary>
/// <remarks>Rows are divided into chunks by their number alone and merged pairwise, so that the result does not depend on threads.</remarks>
internal sealed class Statistics
{
    private const int MostChunks = 256, LeastRows = 64;

    private readonly long[] _counts;
    private readonly double[] _means;
    private readonly double[] _squares;

    private Statistics(int groups)
    {
        _counts = new long[groups];
        _means = new double[groups];
        _squares = new double[groups];
    }

    /// <summary>Mean of each group; 0 for a group without numbers.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>
    /// Standard deviation (divisor n) of each group; 0 for a group that is constant up to the rounding of its mean.
    /// </summary>
    public double[] Deviations()
    {
        const double Epsilon = 2.220446049250313e-16;
        double[] deviations = new double[_counts.Length];
        for (int g = 0; g < deviations.Length; g++)
        {
            double n = Math.Max(_counts[g], 1), variance = _squares[g] / n, rounding = n * Epsilon * _means[g];
            deviations[g] = variance <= n * Epsilon * variance + rounding * rounding ? 0 : Math.Sqrt(variance);
        }

        return deviations;
    }

    /// <summary>Group of a number within an example of a shape.</summary>
    public static int Group(StatisticsPer per, int feature, int channels) => per switch
    {
        StatisticsPer.Feature => feature,
        StatisticsPer.Channel => feature % channels,
        _ => 0,
    };

    /// <summary>Reads all examples once.</summary>
    public static Statistics Of(FeatureExamples examples, StatisticsPer per, CancellationToken cancellation)
    {
        FeatureSource source = examples.Features;
        long rows = Math.Max(LeastRows, (source.Count + MostChunks - 1) / MostChunks);
        var chunks = new Statistics[(source.Count + rows - 1) / rows];
        int channels = examples.Shape.Channels;
        int groups = per switch
        {
            StatisticsPer.Feature => source.Width,
            StatisticsPer.Channel => channels,
            _ => 1,
        };
        Parallelism.For(chunks.Length, 0, (_, chunk) =>
        {
            var statistics = new Statistics(groups);
            double[] row = new double[source.Width];
            for (long i = chunk * rows; i < Math.Min((chunk + 1) * rows, source.Count); i++)
            {
                cancellation.ThrowIfCancellationRequested();
                source.Read(i, row);
                ReadOnlySpan<double> present = row.AsSpan(0, Sequences.Present(examples, i));
                if (per == StatisticsPer.Feature)
                    statistics.AddToEach(present);
                else
                    statistics.AddRow(present);
            }

            chunks[chunk] = statistics;
        }, cancellation);
        if (chunks.Length == 0)
            return new Statistics(groups);
        for (int step = 1; step < chunks.Length; step *= 2)
        {
            for (int i = 0; i + step < chunks.Length; i += 2 * step)
                chunks[i].Merge(chunks[i + step]);
        }

        return chunks[0];
    }

    private void AddToEach(ReadOnlySpan<double> row)
    {
        for (int g = 0; g < row.Length; g++)
        {
            double difference = row[g] - _means[g];
            _means[g] += difference / ++_counts[g];
            _squares[g] += difference * (row[g] - _means[g]);
        }
    }

    // The numbers of one row that share a group: their mean first, then their squares about it.
    private void AddRow(ReadOnlySpan<double> row)
    {
        int groups = _counts.Length;
        long count = row.Length / groups;
        if (count == 0)
            return;
        for (int g = 0; g < groups; g++)
        {
            double sum = 0, squares = 0;
            for (int k = g; k < row.Length; k += groups)
                sum += row[k];
            double mean = sum / count;
            for (int k = g; k < row.Length; k += groups)
                squares += (row[k] - mean) * (row[k] - mean);
            Merge(g, count, mean, squares);
        }
    }

    private void Merge(Statistics other)
    {
        for (int g = 0; g < _counts.Length; g++)
            Merge(g, other._counts[g], other._means[g], other._squares[g]);
    }

    private void Merge(int group, long count, double mean, double squares)
    {
        long total = _counts[group] + count;
        if (count == 0)
            return;
        double difference = mean - _means[group], share = (double)count / total;
        _means[group] += difference * share;
        _squares[group] += squares + difference * difference * share * _counts[group];
        _counts[group] = total;
    }
}
