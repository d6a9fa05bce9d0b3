namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; P, D  position and displacement after pooling.

/// <summary>Neighbouring entries of a plane along one axis that go to the same entry of a pooled plane.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Index">Place of the entry in the pooled plane.</param>
internal readonly record struct PoolGroup(int Start, int Count, int Index);

/// <summary>All groups along one axis that go to one pooled displacement.</summary>
internal sealed record PoolTarget(int Displacement, PoolGroup[] Groups);

/// <summary>
/// Pooling over windows that touch: the pairs (p, p + d) of a plane go to the pooled planes D = floor((p + d) / s) - floor(p / s), two along an
/// axis at most. The pooled planes that are needed lie one after the other, in the order of D.
/// </summary>
internal sealed class PlanePooling
{
    private readonly PoolTarget[][] _rowTargets;
    private readonly PoolTarget[][] _columnTargets;
    private readonly long[,] _offsets;

    /// <summary>Plans the pooling.</summary>
    /// <param name="input">Grid before.</param>
    /// <param name="output">Grid after.</param>
    /// <param name="rows">Rows of a window.</param>
    /// <param name="columns">Columns of a window.</param>
    /// <param name="scale">Factor of each covariance in the sum over two windows.</param>
    /// <param name="needRows">Whether the pooled displacement D_h = i - (rows - 1) is needed, for each i.</param>
    /// <param name="needColumns">Likewise along the columns.</param>
    public PlanePooling(PlaneGrid input, PlaneGrid output, int rows, int columns, double scale, bool[] needRows, bool[] needColumns)
    {
        Input = input;
        Output = output;
        Scale = scale;
        _rowTargets = Targets(input.Rows, output.Rows, rows, needRows);
        _columnTargets = Targets(input.Columns, output.Columns, columns, needColumns);
        _offsets = new long[needRows.Length, needColumns.Length];
        for (int i = 0; i < needRows.Length; i++)
        {
            for (int j = 0; j < needColumns.Length; j++)
            {
                _offsets[i, j] = Entries;
                if (needRows[i] && needColumns[j])
                    Entries += (output.Rows - Math.Abs(i - output.Rows + 1)) * (output.Columns - Math.Abs(j - output.Columns + 1));
            }
        }
    }

    public PlaneGrid Input { get; }

    public PlaneGrid Output { get; }

    /// <summary>Factor of each covariance.</summary>
    public double Scale { get; }

    /// <summary>Entries of all pooled planes.</summary>
    public long Entries { get; }

    /// <summary>Place of the first entry of a pooled plane.</summary>
    public long Offset(int displacementRows, int displacementColumns) =>
        _offsets[displacementRows + Output.Rows - 1, displacementColumns + Output.Columns - 1];

    /// <summary>Where the rows of a plane go.</summary>
    public ReadOnlySpan<PoolTarget> RowTargets(int displacement) => _rowTargets[displacement + Input.Rows - 1];

    /// <summary>Where the columns of a plane go.</summary>
    public ReadOnlySpan<PoolTarget> ColumnTargets(int displacement) => _columnTargets[displacement + Input.Columns - 1];

    /// <summary>Displacements before the pooling that are needed.</summary>
    public bool[] NeededRows => Array.ConvertAll(_rowTargets, targets => targets.Length > 0);

    /// <summary>Displacements before the pooling that are needed.</summary>
    public bool[] NeededColumns => Array.ConvertAll(_columnTargets, targets => targets.Length > 0);

    private static PoolTarget[][] Targets(int length, int pooledLength, int window, bool[] needed)
    {
        PoolTarget[][] result = new PoolTarget[2 * length - 1][];
        for (int i = 0; i < result.Length; i++)
        {
            int d = i - (length - 1);
            int first = Math.Max(0, -d);
            result[i] = [.. Enumerable.Range(first, length - Math.Abs(d))
                .Select(p => (Entry: p - first, Pooled: p / window, Displacement: (p + d) / window - p / window))
                .Where(e => e.Pooled < pooledLength && e.Pooled + e.Displacement < pooledLength && needed[e.Displacement + pooledLength - 1])
                .GroupBy(e => e.Displacement)
                .Select(target => new PoolTarget(target.Key, [.. target
                    .GroupBy(e => e.Pooled - Math.Max(0, -target.Key))
                    .Select(group => new PoolGroup(group.First().Entry, group.Count(), group.Key))]))];
        }

        return result;
    }
}
