using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Host.Pipeline;

// Notation: C classes, m outputs, e_c one-hot vector.
// Classes: y = e_c - 1/C, zero-mean for balanced classes. Real values: y = (v - mean) / deviation of the training values.

/// <summary>Turns targets into the numbers that are regressed on, and predictions back.</summary>
internal sealed class TargetEncoding
{
    private readonly double[] _offset;
    private readonly double[] _scale;

    private TargetEncoding(double[] offset, double[] scale, bool isClassification) =>
        (_offset, _scale, IsClassification) = (offset, scale, isClassification);

    /// <summary>Added to decoded outputs.</summary>
    public ReadOnlySpan<double> Offset => _offset;

    /// <summary>Factor of decoded outputs.</summary>
    public ReadOnlySpan<double> Scale => _scale;

    /// <summary>Whether outputs are classes.</summary>
    public bool IsClassification { get; }

    /// <summary>Outputs m.</summary>
    public int Outputs => _offset.Length;

    /// <summary>Learns from the training targets.</summary>
    /// <exception cref="UserErrorException">An output without any training value.</exception>
    public static TargetEncoding Fit(Targets train, bool standardize)
    {
        double[] offset = new double[train.Outputs];
        double[] scale = new double[train.Outputs];
        Array.Fill(scale, 1);
        if (train is ClassTargets)
        {
            Array.Fill(offset, 1.0 / train.Outputs);
            return new TargetEncoding(offset, scale, isClassification: true);
        }

        ReadOnlySpan<double> values = ((RealTargets)train).Values;
        for (int output = 0; output < train.Outputs; output++)
        {
            (long count, double mean, double squares) = (0, 0, 0);
            for (int i = output; i < values.Length; i += train.Outputs)
            {
                if (double.IsNaN(values[i]))
                    continue;
                count++;
                double difference = values[i] - mean;
                mean += difference / count;
                squares += difference * (values[i] - mean);
            }

            if (count == 0)
            {
                throw new UserErrorException(
                    $"The target '{train.Names[output]}' has no value among the {train.Count} training examples.",
                    "Leave this target out (dataset.target) or use another split.");
            }

            if (!standardize)
                continue;
            offset[output] = mean;
            double deviation = Math.Sqrt(squares / count);
            scale[output] = deviation > 0 ? deviation : 1;
        }

        return new TargetEncoding(offset, scale, isClassification: false);
    }

    /// <summary>Encodes targets: one row an example, NaN where a value is missing.</summary>
    public NativeMatrix<double> Encode(Targets targets)
    {
        NativeMatrix<double> encoded = new((nint)targets.Count, Outputs, clear: false);
        for (int i = 0; i < targets.Count; i++)
        {
            Span<double> row = encoded.Row(i);
            for (int j = 0; j < row.Length; j++)
            {
                double value = targets is ClassTargets classes
                    ? (classes.Labels[i] == j ? 1 : 0)
                    : ((RealTargets)targets).Values[i * Outputs + j];
                row[j] = (value - _offset[j]) / _scale[j];
            }
        }

        return encoded;
    }

    /// <summary>Turns predictions of the encoded targets into predictions in the units of the targets.</summary>
    /// <param name="mean">t x m.</param>
    /// <param name="variance">t x m variances in encoded units, noise included; null where they are not known.</param>
    public Predictions Decode(MatrixView<double> mean, MatrixView<double>? variance = null)
    {
        int count = checked((int)mean.Rows);
        double[] decoded = new double[checked(count * Outputs)];
        double[]? variances = variance is null ? null : new double[decoded.Length];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < Outputs; j++)
            {
                decoded[i * Outputs + j] = mean[i, j] * _scale[j] + _offset[j];
                if (variances is not null)
                    variances[i * Outputs + j] = variance!.Value[i, j] * _scale[j] * _scale[j];
            }
        }

        return new Predictions(count, Outputs, decoded, IsClassification ? Probabilities(decoded) : null, variances);
    }

    /// <summary>
    /// Class probabilities: the scores estimate E[e_c | x] = P(c | x), and the nearest point of the probability simplex to them is
    /// the estimate that is a distribution.
    /// </summary>
    private double[] Probabilities(double[] scores)
    {
        double[] probabilities = new double[scores.Length];
        for (int i = 0; i < scores.Length; i += Outputs)
            ProbabilitySimplex.Project(scores.AsSpan(i, Outputs), probabilities.AsSpan(i, Outputs));
        return probabilities;
    }
}

/// <summary>The set of distributions over a number of classes.</summary>
internal static class ProbabilitySimplex
{
    /// <summary>The Euclidean projection: max(v - t, 0) with t such that the sum is 1 (Duchi et al. 2008, figure 1).</summary>
    public static void Project(ReadOnlySpan<double> values, Span<double> result)
    {
        Span<double> sorted = values.Length <= 64 ? stackalloc double[values.Length] : new double[values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        double sum = 0;
        double threshold = 0;
        for (int count = 1; count <= sorted.Length; count++)
        {
            double value = sorted[^count];
            sum += value;
            double candidate = (sum - 1) / count;
            if (value <= candidate)
                break;
            threshold = candidate;
        }

        for (int i = 0; i < values.Length; i++)
            result[i] = Math.Max(values[i] - threshold, 0);
    }
}
