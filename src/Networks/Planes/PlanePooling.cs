namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; P, D  position and displacement after pooling.

/// <summary>Groups of neighbouring entries along one axis, each of which goes to one entry of a pooled plane: a regular sequence of them.</summary>
/// <param name="Start">First entry of the first group.</param>
/// <param name="Stride">Distance between groups.</param>
/// <param name="Count">Entries in a group.</param>
/// <param name="Index">Place in the pooled plane of the first group; the next ones follow.</param>
/// <param name="Length">How many groups.</param>
internal readonly record struct PoolRun(int Start, int Stride, int Count, int Index, int Length);

/// <summary>All groups along one axis that go to one pooled displacement.</summary>
/// <param name="Displacement">D.</param>
/// <param name="Runs">The groups.</param>
/// <param name="Opens">Whether no displacement before this one goes there.</param>
/// <param name="Closes">Whether no displacement after this one goes there.</param>
internal sealed record PoolTarget(int Displacement, PoolRun[] Runs, bool Opens, bool Closes);

/// <summary>
/// Pooling over windows that touch: the pairs (p, p + d) of a plane go to the pooled planes D = floor((p + d) / s) - floor(p / s), two along an
/// axis at most. All pooled planes of one D_h have a place, called a shelf; shelves are used again when their planes have been read.
/// </summary>
internal sealed class PlanePooling
{
    private readonly PoolTarget[][] _rowTargets;
    private readonly PoolTarget[][] _columnTargets;
    private readonly long[] _columnOffsets;
    private readonly int[] _shelves;

    /// <summary>Plans the pooling.</summary>
    /// <param name="input">Grid before.</param>
    /// <param name="output">Grid after.</param>
    /// <param name="window">Sides of a window.</param>
    /// <param name="scale">Factor of each covariance in the sum over two windows.</param>
    /// <param name="needRows">Whether the pooled displacement D_h = i - (rows - 1) is needed, for each i.</param>
    /// <param name="needColumns">Likewise along the columns.</param>
    /// <param name="keepsAll">Whether all pooled planes are kept to the end.</param>
    public PlanePooling(PlaneGrid input, PlaneGrid output, PlaneGrid window, double scale, bool[] needRows, bool[] needColumns, bool keepsAll)
    {
        Input = input;
        Output = output;
        Scale = scale;
        _rowTargets = Targets(input.Rows, output.Rows, window.Rows, needRows);
        _columnTargets = Targets(input.Columns, output.Columns, window.Columns, needColumns);
        _columnOffsets = new long[needColumns.Length];
        for (int j = 0; j < needColumns.Length; j++)
        {
            _columnOffsets[j] = ShelfEntries;
            if (needColumns[j])
                ShelfEntries += (long)output.Rows * (output.Columns - Math.Abs(j - output.Columns + 1));
        }

        _shelves = new int[needRows.Length];
        Shelves = keepsAll ? needRows.Count(needed => needed) : Overlap(_rowTargets);
        int next = 0;
        for (int i = 0; i < needRows.Length; i++)
        {
            if (needRows[i])
                _shelves[i] = next++ % Shelves;
        }
    }

    public PlaneGrid Input { get; }

    public PlaneGrid Output { get; }

    /// <summary>Factor of each covariance.</summary>
    public double Scale { get; }

    /// <summary>Shelves that are in use at one time, at most.</summary>
    public int Shelves { get; }

    /// <summary>Entries of a shelf.</summary>
    public long ShelfEntries { get; }

    /// <summary>Place of the shelf of D_h.</summary>
    public long ShelfOffset(int displacementRows) => _shelves[displacementRows + Output.Rows - 1] * ShelfEntries;

    /// <summary>Place of the first entry of a pooled plane.</summary>
    public long Offset(int displacementRows, int displacementColumns) =>
        ShelfOffset(displacementRows) + _columnOffsets[displacementColumns + Output.Columns - 1];

    /// <summary>Where the rows of a plane go, D_h ascending.</summary>
    public ReadOnlySpan<PoolTarget> RowTargets(int displacement) => _rowTargets[displacement + Input.Rows - 1];

    /// <summary>Where the columns of a plane go.</summary>
    public ReadOnlySpan<PoolTarget> ColumnTargets(int displacement) => _columnTargets[displacement + Input.Columns - 1];

    /// <summary>Displacements before the pooling that are needed.</summary>
    public bool[] NeededRows => Array.ConvertAll(_rowTargets, targets => targets.Length > 0);

    /// <summary>Displacements before the pooling that are needed.</summary>
    public bool[] NeededColumns => Array.ConvertAll(_columnTargets, targets => targets.Length > 0);

    private static PoolTarget[][] Targets(int length, int pooledLength, int window, bool[] needed)
    {
        var groups = new (int Displacement, PoolRun[] Runs)[2 * length - 1][];
        for (int i = 0; i < groups.Length; i++)
        {
            int d = i - (length - 1);
            int first = Math.Max(0, -d);
            groups[i] = [.. Enumerable.Range(first, length - Math.Abs(d))
                .Select(p => (Entry: p - first, Pooled: p / window, Displacement: (p + d) / window - p / window))
                .Where(e => e.Pooled < pooledLength && e.Pooled + e.Displacement < pooledLength && needed[e.Displacement + pooledLength - 1])
                .GroupBy(e => e.Displacement)
                .OrderBy(target => target.Key)
                .Select(target => (target.Key, Runs([.. target
                    .GroupBy(e => e.Pooled - Math.Max(0, -target.Key))
                    .Select(group => new PoolRun(group.First().Entry, 0, group.Count(), group.Key, 1))])))];
        }

        int FirstOf(int displacement) => Array.FindIndex(groups, list => list.Any(g => g.Displacement == displacement));
        int LastOf(int displacement) => Array.FindLastIndex(groups, list => list.Any(g => g.Displacement == displacement));
        return [.. groups.Select((list, i) => Array.ConvertAll(list, g =>
            new PoolTarget(g.Displacement, g.Runs, Opens: FirstOf(g.Displacement) == i, Closes: LastOf(g.Displacement) == i)))];
    }

    // Joins groups of one size that follow each other at one distance.
    private static PoolRun[] Runs(PoolRun[] groups)
    {
        List<PoolRun> runs = [];
        foreach (PoolRun group in groups)
        {
            if (runs.Count > 0 && runs[^1] is var run && run.Count == group.Count && run.Index + run.Length == group.Index)
            {
                int stride = group.Start - (run.Start + (run.Length - 1) * run.Stride);
                if (run.Length == 1 || stride == run.Stride)
                {
                    runs[^1] = run with { Stride = stride, Length = run.Length + 1 };
                    continue;
                }
            }

            runs.Add(group);
        }

        return [.. runs];
    }

    private static int Overlap(PoolTarget[][] targets)
    {
        int open = 0, most = 1;
        foreach (PoolTarget[] list in targets)
        {
            open += list.Count(target => target.Opens);
            most = Math.Max(most, open);
            open -= list.Count(target => target.Closes);
        }

        return most;
    }
}
