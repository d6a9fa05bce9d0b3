using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>What one run needs beside its results; used by one thread at a time.</summary>
internal sealed unsafe class PlaneWorkspace<TScalar> : IDisposable
    where TScalar : unmanaged
{
    private readonly nint[] _fields;

    public PlaneWorkspace(PlaneProgram program, int lanes, bool tangents)
    {
        int entry = tangents ? 2 * lanes : lanes;
        Plane = new PlaneState<TScalar>(program.RingRows, program.Columns, program.Margin, lanes) { HasTangents = tangents, Entry = entry };
        _fields = [.. program.Segments.Where(s => s.Pooling is not null).Select(s => Allocate(s.Pooling!.Entries * entry))];
        Sums = (TScalar*)Allocate(4 * entry);
        RowFactors = (TScalar*)Allocate(program.Factors);
        Scratch = (TScalar*)Allocate(Math.Max(1, program.Tail.Select(step => step.ScratchRows).DefaultIfEmpty().Max()) * lanes);
    }

    ~PlaneWorkspace() => Free();

    public PlaneState<TScalar> Plane { get; }

    /// <summary>Sums of a row, a plane, the planes of one d_h, and all planes.</summary>
    public TScalar* Sums { get; }

    /// <summary>Room for the factors of one row example.</summary>
    public TScalar* RowFactors { get; }

    /// <summary>Room for the steps on single numbers.</summary>
    public TScalar* Scratch { get; }

    /// <summary>The pooled planes after a segment.</summary>
    public TScalar* Field(int segment) => (TScalar*)_fields[segment];

    public void Dispose()
    {
        Plane.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private static nint Allocate(long count) => (nint)NativeMemory.AlignedAlloc((nuint)(count * sizeof(TScalar)), 64);

    private void Free()
    {
        foreach (nint field in _fields)
            NativeMemory.AlignedFree((void*)field);
        NativeMemory.AlignedFree(Sums);
        NativeMemory.AlignedFree(RowFactors);
        NativeMemory.AlignedFree(Scratch);
    }
}

/// <summary>A plane program for one vector type.</summary>
/// <remarks>Thread-safe: all that changes is in the workspace.</remarks>
internal sealed unsafe class PlaneRunner<TScalar, TReal, TRow>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    private readonly PlaneProgram _program;
    private readonly PlaneStage<TScalar>[][] _stages;
    private readonly RowStep<TScalar>[] _tail;

    public PlaneRunner(PlaneProgram program)
    {
        _program = program;
        _stages = [.. program.Segments.Select(s => Array.ConvertAll(s.Layers, layer => layer.Compile<TScalar, TReal, TRow>()))];
        _tail = new RowStep<TScalar>[program.Tail.Count];
        int sideRow = 0;
        for (int i = 0; i < _tail.Length; i++)
        {
            _tail[i] = program.Tail[i].Compile<TScalar, TReal>(sideRow);
            sideRow += program.Tail[i].SideRows;
        }
    }

    /// <summary>Evaluates the pairs of one row example and a vector of column examples.</summary>
    /// <param name="work">The workspace; says whether the NTK is wanted.</param>
    /// <param name="rows">Inputs and factors of the row example.</param>
    /// <param name="columns">Inputs and factors of the column examples, lanes innermost.</param>
    /// <returns>K of all lanes, then T; valid until the next run.</returns>
    public TScalar* Run(PlaneWorkspace<TScalar> work, TScalar* rows, TScalar* columns)
    {
        TScalar* result = RunPlanes(work, rows, columns, isSelf: false);
        RowTask<TScalar> task = new(
            (nint)result, work.Plane.HasTangents ? (nint)(result + TReal.Lanes) : 0, TReal.Lanes,
            (nint)(rows + _program.TailFactor), 1,
            (nint)(columns + (nint)_program.TailFactor * TReal.Lanes), TReal.Lanes,
            (nint)work.Scratch, TReal.Lanes);
        foreach (RowStep<TScalar> step in _tail)
            step.Run(task);
        return result;
    }

    /// <summary>Evaluates each example of a vector with itself up to the steps on single numbers, and writes the factors.</summary>
    /// <param name="work">The workspace, with the NTK.</param>
    /// <param name="examples">Inputs of the examples, lanes innermost; factors are written behind them.</param>
    /// <returns>K of all lanes, then T; valid until the next run.</returns>
    public TScalar* RunSelf(PlaneWorkspace<TScalar> work, TScalar* examples) => RunPlanes(work, examples, examples, isSelf: true);

    private TScalar* RunPlanes(PlaneWorkspace<TScalar> work, TScalar* rows, TScalar* columns, bool isSelf)
    {
        PlaneState<TScalar> plane = work.Plane;
        plane.RowFactors = rows;
        plane.ColumnFactors = columns;
        TScalar* total = work.Sums + 3 * plane.Entry;
        Clear(total, plane.Entry);
        for (int s = 0; s < _stages.Length; s++)
        {
            PlaneSegment segment = _program.Segments[s];
            if (segment.Pooling is { } pooling)
                Clear(work.Field(s), pooling.Entries * plane.Entry);

            // The plane d = 0 of examples with themselves has the variances, which all other planes need.
            if (isSelf)
                RunPlane(work, s, 0, 0, isDiagonal: true);
            foreach (int rowDisplacement in segment.RowDisplacements)
            {
                if (segment.Pooling is null)
                    Clear(work.Sums + 2 * plane.Entry, plane.Entry);
                foreach (int columnDisplacement in segment.ColumnDisplacements)
                {
                    if (!isSelf || rowDisplacement != 0 || columnDisplacement != 0)
                        RunPlane(work, s, rowDisplacement, columnDisplacement, isDiagonal: false);
                }

                if (segment.Pooling is null)
                    Add(work.Sums + 2 * plane.Entry, total, plane.Entry);
            }
        }

        TReal scale = TReal.Constant(_program.FinalScale);
        for (int i = 0; i < plane.Entry; i += TReal.Lanes)
            TReal.Store(TReal.Load(total + i) * scale, total + i);
        return total;
    }

    private void RunPlane(PlaneWorkspace<TScalar> work, int index, int rowDisplacement, int columnDisplacement, bool isDiagonal)
    {
        PlaneState<TScalar> plane = work.Plane;
        PlaneSegment segment = _program.Segments[index];
        plane.Start(segment.Input, rowDisplacement, columnDisplacement);
        if (index == 0)
            ReadInputs(plane, segment.Input);
        else
            ReadField(plane, work.Field(index - 1) + (nint)_program.Segments[index - 1].Pooling!.Offset(rowDisplacement, columnDisplacement) * plane.Entry);
        foreach (PlaneStage<TScalar> stage in _stages[index])
        {
            if (isDiagonal)
                stage.RunDiagonal(plane);
            else
                stage.Run(plane);
        }

        if (segment.Pooling is { } pooling)
        {
            Pool(plane, pooling, work.Field(index));
        }
        else
        {
            Sum(plane, work.Sums);
            Add(work.Sums + plane.Entry, work.Sums + (isDiagonal ? 3 : 2) * plane.Entry, plane.Entry);
        }
    }

    // K[p, p'] = x[p] . y[p'] / C.
    private void ReadInputs(PlaneState<TScalar> plane, PlaneGrid grid)
    {
        int channels = _program.Channels;
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* row = plane.Row(r);
            ReadInputRow(
                row, plane.Width, channels, plane.Entry,
                plane.RowFactors + (nint)plane.RowPosition(grid, r) * channels * TRow.Stride,
                plane.ColumnFactors + (nint)plane.ColumnPosition(grid, r) * channels * TReal.Lanes);
            plane.EndRow(row, plane.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadInputRow(TScalar* entry, int count, int channels, int stride, TScalar* x, TScalar* y)
    {
        TReal scale = TReal.Constant(1.0 / channels);
        TReal zero = TReal.Constant(0);
        for (int c = 0; c < count; c++)
        {
            TReal sum = TRow.Load(x) * TReal.Load(y);
            x += TRow.Stride;
            y += TReal.Lanes;
            for (int channel = 1; channel < channels; channel++)
            {
                sum = TReal.MultiplyAdd(TRow.Load(x), TReal.Load(y), sum);
                x += TRow.Stride;
                y += TReal.Lanes;
            }

            TReal.Store(sum * scale, entry);
            if (stride > TReal.Lanes)
                TReal.Store(zero, entry + TReal.Lanes);
            entry += stride;
        }
    }

    private static void ReadField(PlaneState<TScalar> plane, TScalar* source)
    {
        int count = plane.Width * plane.Entry;
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* row = plane.Row(r);
            new ReadOnlySpan<TScalar>(source, count).CopyTo(new Span<TScalar>(row, count));
            plane.EndRow(row, plane.Width);
            source += count;
        }
    }

    private static void Pool(PlaneState<TScalar> plane, PlanePooling pooling, TScalar* field)
    {
        int entry = plane.Entry;
        foreach (PoolTarget rows in pooling.RowTargets(plane.DisplacementRows))
        {
            foreach (PoolTarget columns in pooling.ColumnTargets(plane.DisplacementColumns))
            {
                TScalar* target = field + (nint)pooling.Offset(rows.Displacement, columns.Displacement) * entry;
                int width = pooling.Output.Columns - Math.Abs(columns.Displacement);
                foreach (PoolGroup group in rows.Groups)
                {
                    TScalar* row = target + (nint)group.Index * width * entry;
                    int r = 0;
                    for (; r + 1 < group.Count; r += 2)
                        PoolRows(plane.Row(group.Start + r), plane.Row(group.Start + r + 1), entry, pooling.Scale, row, columns.Groups);
                    if (r < group.Count)
                        PoolRows(plane.Row(group.Start + r), null, entry, pooling.Scale, row, columns.Groups);
                }
            }
        }
    }

    // One or two rows of a plane, so that a window of 2 x 2 is added to its place at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PoolRows(TScalar* first, TScalar* second, int entry, double factor, TScalar* pooled, ReadOnlySpan<PoolGroup> groups)
    {
        TReal scale = TReal.Constant(factor);
        foreach (PoolGroup group in groups)
        {
            TScalar* target = pooled + group.Index * entry;
            nint start = group.Start * entry;
            nint end = start + group.Count * entry;
            for (int lane = 0; lane < entry; lane += TReal.Lanes)
            {
                TReal sum = TReal.Load(first + start + lane);
                for (nint at = start + entry; at < end; at += entry)
                    sum += TReal.Load(first + at + lane);
                for (nint at = start; second != null && at < end; at += entry)
                    sum += TReal.Load(second + at + lane);
                TReal.Store(TReal.MultiplyAdd(sum, scale, TReal.Load(target + lane)), target + lane);
            }
        }
    }

    // Sums of rows first, so that the error does not grow with the number of entries.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(PlaneState<TScalar> plane, TScalar* sums)
    {
        int entry = plane.Entry;
        Clear(sums + entry, entry);
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* row = plane.Row(r);
            for (int lane = 0; lane < entry; lane += TReal.Lanes)
            {
                TReal sum = TReal.Constant(0);
                for (int c = 0; c < plane.Width; c++)
                    sum += TReal.Load(row + c * entry + lane);
                TReal.Store(TReal.Load(sums + entry + lane) + sum, sums + entry + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TScalar* source, TScalar* target, int count)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
            TReal.Store(TReal.Load(target + i) + TReal.Load(source + i), target + i);
    }

    private static void Clear(TScalar* target, long count) => NativeMemory.Clear(target, (nuint)(count * sizeof(TScalar)));
}
