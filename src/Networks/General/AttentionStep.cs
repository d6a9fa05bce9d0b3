using System.Text.Json.Serialization;

namespace NeuralKernels.Networks;

/// <summary>What turns attention scores into weights.</summary>
public enum AttentionMechanism
{
    /// <summary>exp(s) / sum exp(s) over the keys that exist.</summary>
    [JsonStringEnumMemberName("SOFTMAX")]
    Softmax,

    /// <summary>The score.</summary>
    [JsonStringEnumMemberName("IDENTITY")]
    Identity,

    /// <summary>Its absolute value.</summary>
    [JsonStringEnumMemberName("ABS")]
    Abs,

    /// <summary>Its positive part.</summary>
    [JsonStringEnumMemberName("RELU")]
    Relu,
}

/// <summary>How positional embeddings enter attention.</summary>
public enum PositionEmbedding
{
    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("NONE")]
    None,

    /// <summary>Added to the input.</summary>
    [JsonStringEnumMemberName("SUM")]
    Sum,

    /// <summary>Joined to the channels of the input.</summary>
    [JsonStringEnumMemberName("CONCAT")]
    Concat,
}

// Notation (Hron et al. 2020)
//   K~ = a K + c R   input with positional embeddings, R the identity on positions
//   G[p, p'] = zeta(QK K~self[p, p'])   attention weights of one example: deterministic in the limit when queries and keys share weights

/// <summary>
/// Self-attention with scores scaled by 1/n (queries and keys tied): K' = OV^2 G1 K G2^T + b^2,
/// T' = OV^2 G1 T G2^T + b^2 + 2 (K' - b^2); values see K~ instead of K where embeddings reach them.
/// </summary>
internal sealed record TiedAttentionStep(
    AttentionMechanism Mechanism, double QueryKey, double OutValue, double Bias, (double A, double C) Embedding, bool EmbedValues) : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
            rows[Number] = Weights(pair);
        int n = pair.Rows;
        int m = pair.Columns;
        (double a, double c) = EmbedValues ? Embedding : (1, 0);
        double[,] k = Sandwich(rows[Number], AttentionMath.Embed(pair.K, a, c, pair), columns[Number]);
        double[,] t = Sandwich(rows[Number], AttentionMath.Embed(pair.T, a, c, pair), columns[Number]);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                k[i, j] = OutValue * OutValue * k[i, j];
                t[i, j] = OutValue * OutValue * t[i, j] + Bias * Bias + 2 * k[i, j];
                k[i, j] += Bias * Bias;
            }
        }

        pair.Replace(k, t, pair.RowMask, pair.ColumnMask);
    }

    private double[] Weights(PairCovariance self)
    {
        int n = self.Rows;
        double[,] scores = AttentionMath.Embed(self.K, Embedding.A, Embedding.C, self);
        double[] weights = new double[n * n];
        for (int p = 0; p < n; p++)
        {
            Span<double> row = weights.AsSpan(p * n, n);
            double max = double.NegativeInfinity;
            for (int j = 0; j < n; j++)
            {
                row[j] = QueryKey * scores[p, j];
                if (AttentionMath.Exists(self.RowMask, j))
                    max = Math.Max(max, row[j]);
            }

            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                row[j] = !AttentionMath.Exists(self.RowMask, j) ? 0 : Mechanism switch
                {
                    AttentionMechanism.Softmax => Math.Exp(row[j] - max),
                    AttentionMechanism.Abs => Math.Abs(row[j]),
                    AttentionMechanism.Relu => Math.Max(row[j], 0),
                    _ => row[j],
                };
                sum += row[j];
            }

            if (Mechanism == AttentionMechanism.Softmax)
            {
                foreach (ref double weight in row)
                    weight /= sum;
            }
        }

        return weights;
    }

    private static double[,] Sandwich(double[] left, double[,] k, double[] right)
    {
        int n = k.GetLength(0);
        int m = k.GetLength(1);
        double[,] half = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            for (int p = 0; p < n; p++)
            {
                double weight = left[i * n + p];
                for (int j = 0; j < m; j++)
                    half[i, j] += weight * k[p, j];
            }
        }

        double[,] result = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                double sum = 0;
                for (int p = 0; p < m; p++)
                    sum += half[i, p] * right[j * m + p];
                result[i, j] = sum;
            }
        }

        return result;
    }
}

/// <summary>
/// Self-attention with identity weights and scores scaled by 1/sqrt(n): with s = QK OV and inner products over positions,
/// K' = s^2 &lt;K~, K&gt; K~ + b^2 and T' = s^2 [(&lt;K~, T&gt; + &lt;K, T~&gt;) K~ + &lt;K~, K&gt; (T~ + 4 K~)] + b^2.
/// </summary>
internal sealed record UntiedAttentionStep(double Scale, double Bias, (double A, double C) Embedding, bool EmbedValues) : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        double[,] k = AttentionMath.Embed(pair.K, Embedding.A, Embedding.C, pair);
        double[,] t = AttentionMath.Embed(pair.T, Embedding.A, Embedding.C, pair);
        double[,] valueK = EmbedValues ? k : pair.K;
        double[,] valueT = EmbedValues ? t : pair.T;
        double kk = AttentionMath.Inner(k, valueK);
        double kt = AttentionMath.Inner(k, valueT) + AttentionMath.Inner(valueK, t);
        pair.ForEach((i, j, _, _) => (
            Scale * Scale * kk * k[i, j] + Bias * Bias,
            Scale * Scale * (kt * k[i, j] + kk * (t[i, j] + 4 * k[i, j])) + Bias * Bias));
    }
}

/// <summary>Parts that both forms of attention share.</summary>
internal static class AttentionMath
{
    /// <summary>a K + c R; positions that do not exist have no embeddings.</summary>
    public static double[,] Embed(double[,] k, double a, double c, PairCovariance pair)
    {
        double[,] result = (double[,])k.Clone();
        for (int i = 0; i < k.GetLength(0); i++)
        {
            for (int j = 0; j < k.GetLength(1); j++)
                result[i, j] = a * k[i, j] + (i == j && Exists(pair.RowMask, i) && Exists(pair.ColumnMask, j) ? c : 0);
        }

        return result;
    }

    /// <summary>Whether a position exists.</summary>
    public static bool Exists(bool[]? mask, int position) => mask is null || mask[position];

    public static double Inner(double[,] a, double[,] b)
    {
        double sum = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            for (int j = 0; j < a.GetLength(1); j++)
                sum += a[i, j] * b[i, j];
        }

        return sum;
    }
}
