using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

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

    /// <summary>Evaluates the pairs of one row example and a vector of column examples; K of all lanes, then T, are in <see cref="Result"/>.</summary>
    /// <param name="work">The workspace, with the factors of the row examples; says whether the NTK is wanted.</param>
    /// <param name="row">Which of the row examples that the workspace has.</param>
    /// <param name="columns">Inputs and factors of the column examples, lanes innermost.</param>
    public void Run(PlaneWorkspace<TScalar> work, int row, TScalar* columns)
    {
        TScalar* rows = work.RowFactors(row);
        RunPlanes(new Pass(_program.Segments, work, rows, columns, isSelf: false));
        TScalar* result = Result(work);
        RowTask<TScalar> task = new(
            (nint)result, work.Entry > TReal.Lanes ? (nint)(result + TReal.Lanes) : 0, TReal.Lanes,
            (nint)(rows + _program.TailFactor), 1,
            (nint)(columns + (nint)_program.TailFactor * TReal.Lanes), TReal.Lanes,
            (nint)work.Scratch, TReal.Lanes);
        foreach (RowStep<TScalar> step in _tail)
            step.Run(task);
    }

    /// <summary>Where the results are until the next run.</summary>
    public static TScalar* Result(PlaneWorkspace<TScalar> work) => work.Sums + 3 * work.Entry;

    /// <summary>Sends each example of a vector through the network with itself as far as the variances of all positions need, and writes the factors.</summary>
    /// <param name="work">A workspace for the variance segments, with the NTK.</param>
    /// <param name="examples">Inputs of the examples, lanes innermost; factors are written behind them.</param>
    public void RunVariances(PlaneWorkspace<TScalar> work, TScalar* examples)
    {
        Pass pass = new(_program.VarianceSegments, work, examples, examples, isSelf: true);
        for (int s = 0; s < _stages.Length; s++)
        {
            PlaneSegment segment = pass.Segments[s];
            if (segment.Pooling is { } pooling)
                PlaneSums<TScalar, TReal>.Clear(work.Field(s), pooling.Shelves * pooling.ShelfEntries * work.Entry);

            // The plane d = 0 of examples with themselves has the variances, which all other planes need.
            RunBatch(pass, s, 0, [0]);
            foreach (int rowDisplacement in segment.RowDisplacements)
            {
                foreach (int columnDisplacement in segment.ColumnDisplacements)
                {
                    if (segment.Pooling is not null && (rowDisplacement != 0 || columnDisplacement != 0))
                        RunBatch(pass, s, rowDisplacement, [columnDisplacement]);
                }
            }
        }
    }

    /// <summary>Evaluates each example of a vector with itself up to the steps on single numbers; results as of <see cref="Run"/>.</summary>
    /// <param name="work">A workspace as for <see cref="Run"/>, with the NTK.</param>
    /// <param name="examples">Inputs and factors of the examples, lanes innermost.</param>
    public void RunSelf(PlaneWorkspace<TScalar> work, TScalar* examples) => RunPlanes(new Pass(_program.Segments, work, examples, examples, isSelf: true));

    private void RunPlanes(Pass pass)
    {
        int entry = pass.Work.Entry;
        TScalar* total = Result(pass.Work);
        PlaneSums<TScalar, TReal>.Clear(total, entry);
        foreach (int rowDisplacement in pass.Segments[0].RowDisplacements)
            RunShelf(pass, 0, rowDisplacement);
        nint count = _program.CountFactor;
        TReal scale = count < 0
            ? TReal.Constant(_program.FinalScale)
            : TRow.Load(pass.Rows + count * TRow.Stride) * TReal.Load(pass.Columns + count * TReal.Lanes);
        for (int i = 0; i < entry; i += TReal.Lanes)
            TReal.Store(TReal.Load(total + i) * scale, total + i);
    }

    // All planes of one d_h, and then those of the next segment that have become complete.
    private void RunShelf(Pass pass, int s, int rowDisplacement)
    {
        PlaneWorkspace<TScalar> work = pass.Work;
        PlaneSegment segment = pass.Segments[s];
        ReadOnlySpan<PoolTarget> targets = segment.Pooling is { } pooling ? pooling.RowTargets(rowDisplacement / segment.RowStride) : [];
        foreach (PoolTarget target in targets)
        {
            if (target.Opens)
                PlaneSums<TScalar, TReal>.Clear(work.Field(s) + (nint)segment.Pooling!.ShelfOffset(target.Displacement) * work.Entry, segment.Pooling.ShelfEntries * work.Entry);
        }

        if (segment.Pooling is null)
            PlaneSums<TScalar, TReal>.Clear(work.Sums + 2 * work.Entry, work.Entry);
        ReadOnlySpan<int> columnDisplacements = segment.ColumnDisplacements;
        for (int start = 0; start < columnDisplacements.Length; start += PlaneWorkspace<TScalar>.Batch)
            RunBatch(pass, s, rowDisplacement, columnDisplacements[start..Math.Min(start + PlaneWorkspace<TScalar>.Batch, columnDisplacements.Length)]);
        if (segment.Pooling is null)
            PlaneSums<TScalar, TReal>.Add(work.Sums + 2 * work.Entry, work.Sums + 3 * work.Entry, work.Entry);
        foreach (PoolTarget target in targets)
        {
            if (target.Closes)
                RunShelf(pass, s + 1, target.Displacement);
        }
    }

    // The planes of one d_h and some d_w through all layers of a segment, one after the other.
    private void RunBatch(Pass pass, int s, int rowDisplacement, ReadOnlySpan<int> columnDisplacements)
    {
        PlaneWorkspace<TScalar> work = pass.Work;
        PlaneSegment segment = pass.Segments[s];
        for (int i = 0; i < columnDisplacements.Length; i++)
        {
            PlaneState<TScalar> plane = work.Planes[i];
            plane.ColumnFactors = pass.Columns;
            plane.RowFactors = pass.Rows;
            plane.Start(segment.Input, rowDisplacement, columnDisplacements[i]);
            plane.TangentsAreZero = s == 0 && plane.HasTangents;
            if (s > 0)
                ReadField(plane, work.Field(s - 1) + (nint)pass.Segments[s - 1].Pooling!.Offset(rowDisplacement, columnDisplacements[i]) * plane.Entry);
        }

        if (s == 0)
            ReadInputs(work.Planes, columnDisplacements, segment.Input);
        for (int i = 0; i < columnDisplacements.Length; i++)
        {
            PlaneState<TScalar> plane = work.Planes[i];
            bool isDiagonal = pass.IsSelf && rowDisplacement == 0 && columnDisplacements[i] == 0;
            foreach (PlaneStage<TScalar> stage in _stages[s])
            {
                if (isDiagonal)
                    stage.RunDiagonal(plane);
                else
                    stage.Run(plane);
            }

            plane.StoreTangents();
            if (segment.Pooling is { } pooling)
            {
                PlaneSums<TScalar, TReal>.Pool(plane, pooling, work.Field(s));
            }
            else
            {
                PlaneSums<TScalar, TReal>.Sum(plane, work.Sums + plane.Entry);
                PlaneSums<TScalar, TReal>.Add(work.Sums + plane.Entry, work.Sums + 2 * plane.Entry, plane.Entry);
            }
        }
    }

    private void ReadInputs(PlaneState<TScalar>[] planes, ReadOnlySpan<int> columnDisplacements, PlaneGrid grid)
    {
        // Four neighbouring displacements, none of the other sign.
        bool together = columnDisplacements.Length == PlaneWorkspace<TScalar>.Batch
            && (columnDisplacements[0] >= 0 || columnDisplacements[^1] <= 0)
            && columnDisplacements[^1] - columnDisplacements[0] == columnDisplacements.Length - 1;
        if (together)
        {
            PlaneInputs<TScalar, TReal, TRow>.ReadFour(planes, grid, _program.Channels);
            return;
        }

        for (int i = 0; i < columnDisplacements.Length; i++)
            PlaneInputs<TScalar, TReal, TRow>.Read(planes[i], grid, _program.Channels);
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

    private sealed class Pass(IReadOnlyList<PlaneSegment> segments, PlaneWorkspace<TScalar> work, TScalar* rows, TScalar* columns, bool isSelf)
    {
        public IReadOnlyList<PlaneSegment> Segments => segments;

        public PlaneWorkspace<TScalar> Work => work;

        public TScalar* Rows => rows;

        public TScalar* Columns => columns;

        public bool IsSelf => isSelf;
    }
}
