using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

// Notation as in PairCovariance.cs; F the taps of a window, in(o, d) the input position of tap d of output o.

/// <summary>A step that couples positions: it has a general form only.</summary>
internal abstract record PositionStep : Step
{
    public override double Cost => 0;

    public sealed override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides) => throw NotForVectors();

    public sealed override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => throw NotForVectors();

    private InvalidOperationException NotForVectors() => new($"{GetType().Name} needs positions.");
}

/// <summary>
/// A convolution with shared weights: C(K)[o, o'] = sum_d K[in(o, d), in(o', d)] / |F|, then the affine map. Taps outside count as 0 and
/// the divisor stays.
/// </summary>
internal sealed record ConvolutionStep(WindowTable Windows, AffineStep Affine) : PositionStep
{
    /// <summary>The windows as they were described.</summary>
    public required WindowShape Shape { get; init; }

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        pair.Map(Sum, Windows.Mask(pair.RowMask), Windows.Mask(pair.ColumnMask));
        Affine.Apply(pair, rows, columns);
    }

    private double[,] Sum(double[,] k)
    {
        int count = Windows.Taps.Length;
        double[,] result = new double[count, count];
        double scale = 1.0 / Windows.Taps[0].Length;
        for (int o = 0; o < count; o++)
        {
            int[] left = Windows.Taps[o];
            for (int p = 0; p < count; p++)
            {
                int[] right = Windows.Taps[p];
                double sum = 0;
                for (int d = 0; d < left.Length; d++)
                {
                    if (left[d] >= 0 && right[d] >= 0)
                        sum += k[left[d], right[d]];
                }

                result[o, p] = scale * sum;
            }
        }

        return result;
    }
}

/// <summary>A convolution with weights of its own at every position: as a convolution on equal positions, 0 elsewhere.</summary>
internal sealed record LocalConvolutionStep(WindowTable Windows, AffineStep Affine) : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        pair.Map(Sum, Windows.Mask(pair.RowMask), Windows.Mask(pair.ColumnMask));
        pair.ForEach((o, p, k, t) => o == p ? Affine.Advance(k, t) : (0, 0));
    }

    private double[,] Sum(double[,] k)
    {
        int count = Windows.Taps.Length;
        double[,] result = new double[count, count];
        for (int o = 0; o < count; o++)
            result[o, o] = Windows.Taps[o].Where(p => p >= 0).Sum(p => k[p, p]) / Windows.Taps[o].Length;
        return result;
    }
}

/// <summary>
/// The same linear map of positions on both sides, K' = M K M^T: pooling, resizing, slices.
/// </summary>
/// <param name="Weights">For each output position its input positions with weights.</param>
/// <param name="MaskOf">The mask of the output from that of the input.</param>
internal sealed record PositionMapStep((int Position, double Weight)[][] Weights, Func<bool[]?, bool[]?> MaskOf) : PositionStep
{
    /// <summary>The grid of the output.</summary>
    public required PositionGrid Output { get; init; }

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns) =>
        pair.Map(k => Both(k, Weights, Weights), MaskOf(pair.RowMask), MaskOf(pair.ColumnMask));

    /// <summary>M K N^T.</summary>
    public static double[,] Both(double[,] k, (int Position, double Weight)[][] left, (int Position, double Weight)[][] right)
    {
        double[,] half = new double[left.Length, k.GetLength(1)];
        for (int o = 0; o < left.Length; o++)
        {
            foreach ((int position, double weight) in left[o])
            {
                for (int j = 0; j < half.GetLength(1); j++)
                    half[o, j] += weight * k[position, j];
            }
        }

        double[,] result = new double[left.Length, right.Length];
        for (int o = 0; o < left.Length; o++)
        {
            for (int p = 0; p < right.Length; p++)
            {
                double sum = 0;
                foreach ((int position, double weight) in right[p])
                    sum += weight * half[o, position];
                result[o, p] = sum;
            }
        }

        return result;
    }
}

/// <summary>Sum or mean over all positions that exist: K' = sum K[p, p'], divided by n n' for the mean.</summary>
internal sealed record GlobalPoolStep(bool IsMean) : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        double divisor = 1;
        if (IsMean)
            divisor = (double)(pair.RowMask is { } rowMask ? Existing(rowMask) : pair.Rows) * (pair.ColumnMask is { } columnMask ? Existing(columnMask) : pair.Columns);
        pair.Map(k => new[,] { { k.Cast<double>().Sum() / divisor } }, null, null);
    }

    /// <summary>Positions that exist.</summary>
    /// <exception cref="UserErrorException">None does.</exception>
    public static int Existing(bool[] mask) => mask.Count(exists => exists) is > 0 and int count
        ? count
        : throw new UserErrorException(
            "GlobalAvgPool takes the mean over the positions of a sequence, and the layers before it leave none.",
            "Leave out sequences that are so short, or use padding: SAME and smaller filters and windows.");
}

/// <summary>Joins positions and channels: the mean of K over equal positions, those that do not exist included.</summary>
internal sealed record FlattenStep : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns) => pair.Map(
        k => new[,] { { Enumerable.Range(0, pair.Rows).Sum(p => k[p, p]) / pair.Rows } }, null, null);
}

/// <summary>
/// Layer normalisation over the channels, and over the position axes that <see cref="Groups"/> joins: K' = K / sqrt(v[p] v[p']) with v = eps +
/// the mean variance of the position's group. Positions that do not exist do not count.
/// </summary>
/// <param name="Groups">The group of each position.</param>
/// <param name="Eps">Added to the variance.</param>
internal sealed record GroupNormalizeStep(int[] Groups, double Eps) : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
            rows[Number] = Factors(pair);
        double[] x = rows[Number];
        double[] y = columns[Number];
        pair.ForEach((i, j, k, t) => (k * (x[i] * y[j]), t * (x[i] * y[j])));
    }

    private double[] Factors(PairCovariance self)
    {
        double[] sums = new double[Groups.Max() + 1];
        int[] counts = new int[sums.Length];
        for (int p = 0; p < Groups.Length; p++)
        {
            if (self.RowMask is { } mask && !mask[p])
                continue;
            sums[Groups[p]] += self.K[p, p];
            counts[Groups[p]]++;
        }

        return [.. Groups.Select(group =>
        {
            double variance = counts[group] == 0 ? 0 : Eps + sums[group] / counts[group];
            return variance > 0 ? 1 / Math.Sqrt(variance) : 0;
        })];
    }
}

/// <summary>Sum over the neighbours in a graph: K' = A1^T K A2, A[i, j] the weight of the edge (i, j).</summary>
internal sealed record AggregateStep : PositionStep
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        (int, double)[][] left = Incoming(rows.Graph!, pair.Rows);
        (int, double)[][] right = Incoming(columns.Graph!, pair.Columns);
        pair.Map(k => PositionMapStep.Both(k, left, right), pair.RowMask, pair.ColumnMask);
    }

    private static (int Position, double Weight)[][] Incoming(Abstractions.Graph graph, int nodes)
    {
        List<(int, double)>[] incoming = [.. Enumerable.Range(0, nodes).Select(_ => new List<(int, double)>())];
        for (int e = 0; e < graph.EdgeFrom.Length; e++)
            incoming[graph.EdgeTo[e]].Add((graph.EdgeFrom[e], graph.EdgeWeights[e]));
        return Array.ConvertAll(incoming, list => list.ToArray());
    }
}
