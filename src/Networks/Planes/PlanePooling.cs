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
/// Pooling: the pair (p, p + d) of a plane goes to (P, P + D) where the window of P has p and that of P + D has p + d. All pooled planes of one D_h
/// have a place, called a shelf; shelves are used again when their planes have been read.
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
    /// <param name="windows">The windows.</param>
    /// <param name="scale">Factor of each covariance in the sum over two windows.</param>
    /// <param name="needRows">Whether the pooled displacement D_h = i - (rows - 1) is needed, for each i.</param>
    /// <param name="needColumns">Likewise along the columns.</param>
    /// <param name="keepsAll">Whether all pooled planes are kept to the end.</param>
    public PlanePooling(PlaneGrid input, PlaneGrid output, AxisWindows windows, double scale, bool[] needRows, bool[] needColumns, bool keepsAll)
    {
        Input = input;
        Output = output;
        Scale = scale;
        _rowTargets = Targets(input.Rows, windows.Rows, needRows);
        _columnTargets = Targets(input.Columns, windows.Columns, needColumns);
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

    private static PoolTarget[][] Targets(int length, AxisWindow[] windows, bool[] needed)
    {
        var runs = new SortedDictionary<int, List<PoolRun>>[2 * length - 1];
        Dictionary<int, int> first = [], last = [];
        for (int i = 0; i < runs.Length; i++)
        {
            int d = i - (length - 1);
            int start = Math.Max(0, -d), end = start + length - Math.Abs(d) - 1;
            runs[i] = [];
            for (int pooled = 0, other = 0; pooled < windows.Length; pooled++)
            {
                // Windows ascend, and with them the first that reaches those of the other side.
                while (other < windows.Length && windows[other].High < windows[pooled].Low + d)
                    other++;
                for (int partner = other; partner < windows.Length && windows[partner].Low <= windows[pooled].High + d; partner++)
                {
                    int displacement = partner - pooled;
                    int low = Math.Max(start, Math.Max(windows[pooled].Low, windows[partner].Low - d));
                    int high = Math.Min(end, Math.Min(windows[pooled].High, windows[partner].High - d));
                    if (low > high || !needed[displacement + windows.Length - 1])
                        continue;
                    if (!runs[i].TryGetValue(displacement, out List<PoolRun>? list))
                        runs[i].Add(displacement, list = []);
                    list.Add(new PoolRun(low - start, 0, high - low + 1, pooled - Math.Max(0, -displacement), 1));
                    first.TryAdd(displacement, i);
                    last[displacement] = i;
                }
            }
        }

        return [.. runs.Select((targets, i) => targets
            .Select(t => new PoolTarget(t.Key, Runs([.. t.Value]), Opens: first[t.Key] == i, Closes: last[t.Key] == i)).ToArray())];
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
