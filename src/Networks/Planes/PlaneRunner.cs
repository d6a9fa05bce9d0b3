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

    /// <summary>Evaluates the pairs of some row examples and a vector of column examples; K of all lanes, then T, are in <see cref="Result"/>.</summary>
    /// <param name="work">The workspace, with the factors of the row examples; says whether the NTK is wanted.</param>
    /// <param name="firstRow">The first of the row examples that the workspace has.</param>
    /// <param name="rows">Row examples, at most those that a run takes.</param>
    /// <param name="columns">Inputs and factors of the column examples, lanes innermost.</param>
    public void Run(PlaneWorkspace<TScalar> work, int firstRow, int rows, TScalar* columns)
    {
        Pass pass = new(_program.Segments, work, firstRow, rows, columns, isSelf: false);
        RunPlanes(pass);
        for (int row = 0; row < rows; row++)
        {
            TScalar* result = Result(work, row);
            RowTask<TScalar> task = new(
                (nint)result, work.Entry > TReal.Lanes ? (nint)(result + TReal.Lanes) : 0, TReal.Lanes,
                (nint)(work.RowFactors(firstRow + row) + _program.TailFactor), 1,
                (nint)(columns + (nint)_program.TailFactor * TReal.Lanes), TReal.Lanes,
                (nint)work.Scratch, TReal.Lanes);
            foreach (RowStep<TScalar> step in _tail)
                step.Run(task);
        }
    }

    /// <summary>Where the results of a row example are until the next run.</summary>
    public static TScalar* Result(PlaneWorkspace<TScalar> work, int row) => work.Sums(row) + 3 * work.Entry;

    /// <summary>Sends each example of a vector through the network with itself as far as the variances of all positions need, and writes the factors.</summary>
    /// <param name="work">A workspace for the variance segments, with the NTK.</param>
    /// <param name="examples">Inputs of the examples, lanes innermost; factors are written behind them.</param>
    public void RunVariances(PlaneWorkspace<TScalar> work, TScalar* examples)
    {
        Pass pass = new(_program.VarianceSegments, work, 0, 1, examples, isSelf: true);
        for (int s = 0; s < _stages.Length; s++)
        {
            PlaneSegment segment = pass.Segments[s];
            if (segment.Pooling is { } pooling)
                PlaneSums<TScalar, TReal>.Clear(work.Field(0, s), pooling.Shelves * pooling.ShelfEntries * work.Entry);

            // The plane d = 0 of examples with themselves has the variances, which all other planes need.
            RunBatch(pass, s, [new PlaneTask(0, 0, 0)]);
            foreach (int rowDisplacement in segment.RowDisplacements)
            {
                foreach (int columnDisplacement in segment.ColumnDisplacements)
                {
                    if (segment.Pooling is not null && (rowDisplacement != 0 || columnDisplacement != 0))
                        RunBatch(pass, s, [new PlaneTask(0, rowDisplacement, columnDisplacement)]);
                }
            }
        }
    }

    /// <summary>Evaluates each example of a vector with itself up to the steps on single numbers; results as of <see cref="Run"/>.</summary>
    /// <param name="work">A workspace as for <see cref="Run"/>, with the NTK.</param>
    /// <param name="examples">Inputs and factors of the examples, lanes innermost.</param>
    public void RunSelf(PlaneWorkspace<TScalar> work, TScalar* examples) => RunPlanes(new Pass(_program.Segments, work, 0, 1, examples, isSelf: true));

    private void RunPlanes(Pass pass)
    {
        int entry = pass.Work.Entry;
        for (int row = 0; row < pass.Rows; row++)
            PlaneSums<TScalar, TReal>.Clear(pass.Work.Sums(row) + 3 * entry, entry);
        foreach (int rowDisplacement in pass.Segments[0].RowDisplacements)
            RunShelf(pass, 0, rowDisplacement);
        TReal scale = TReal.Constant(_program.FinalScale);
        for (int row = 0; row < pass.Rows; row++)
        {
            TScalar* total = Result(pass.Work, row);
            for (int i = 0; i < entry; i += TReal.Lanes)
                TReal.Store(TReal.Load(total + i) * scale, total + i);
        }
    }

    // All planes of one d_h, and then those of the next segment that have become complete.
    private void RunShelf(Pass pass, int s, int rowDisplacement)
    {
        PlaneWorkspace<TScalar> work = pass.Work;
        PlaneSegment segment = pass.Segments[s];
        ReadOnlySpan<PoolTarget> targets = segment.Pooling is { } pooling ? pooling.RowTargets(rowDisplacement / segment.RowStride) : [];
        for (int row = 0; row < pass.Rows; row++)
        {
            foreach (PoolTarget target in targets)
            {
                if (target.Opens)
                    PlaneSums<TScalar, TReal>.Clear(work.Field(row, s) + (nint)segment.Pooling!.ShelfOffset(target.Displacement) * work.Entry, segment.Pooling.ShelfEntries * work.Entry);
            }

            if (segment.Pooling is null)
                PlaneSums<TScalar, TReal>.Clear(work.Sums(row) + 2 * work.Entry, work.Entry);
        }

        Span<PlaneTask> batch = stackalloc PlaneTask[PlaneWorkspace<TScalar>.Batch];
        int count = 0;
        foreach (int columnDisplacement in segment.ColumnDisplacements)
        {
            for (int row = 0; row < pass.Rows; row++)
            {
                batch[count++] = new PlaneTask(row, rowDisplacement, columnDisplacement);
                if (count < batch.Length)
                    continue;
                RunBatch(pass, s, batch);
                count = 0;
            }
        }

        RunBatch(pass, s, batch[..count]);
        if (segment.Pooling is null)
        {
            for (int row = 0; row < pass.Rows; row++)
                PlaneSums<TScalar, TReal>.Add(work.Sums(row) + 2 * work.Entry, work.Sums(row) + 3 * work.Entry, work.Entry);
        }

        foreach (PoolTarget target in targets)
        {
            if (target.Closes)
                RunShelf(pass, s + 1, target.Displacement);
        }
    }

    private void RunBatch(Pass pass, int s, ReadOnlySpan<PlaneTask> tasks)
    {
        PlaneWorkspace<TScalar> work = pass.Work;
        PlaneSegment segment = pass.Segments[s];
        for (int i = 0; i < tasks.Length; i++)
        {
            PlaneState<TScalar> plane = work.Planes[i];
            plane.ColumnFactors = pass.Columns;
            plane.RowFactors = pass.IsSelf ? pass.Columns : work.RowFactors(pass.FirstRow + tasks[i].Row);
            plane.Start(segment.Input, tasks[i].RowDisplacement, tasks[i].ColumnDisplacement);
            plane.TangentsAreZero = s == 0 && plane.HasTangents;
            if (s > 0)
            {
                long offset = pass.Segments[s - 1].Pooling!.Offset(tasks[i].RowDisplacement, tasks[i].ColumnDisplacement);
                ReadField(plane, work.Field(tasks[i].Row, s - 1) + (nint)offset * plane.Entry);
            }
        }

        if (s == 0)
            ReadInputs(work.Planes, tasks, segment.Input);
        foreach (PlaneStage<TScalar> stage in _stages[s])
        {
            for (int i = 0; i < tasks.Length; i++)
            {
                if (pass.IsSelf && tasks[i] is { RowDisplacement: 0, ColumnDisplacement: 0 })
                    stage.RunDiagonal(work.Planes[i]);
                else
                    stage.Run(work.Planes[i]);
            }
        }

        for (int i = 0; i < tasks.Length; i++)
        {
            PlaneState<TScalar> plane = work.Planes[i];
            TScalar* sums = work.Sums(tasks[i].Row);
            plane.StoreTangents();
            if (segment.Pooling is { } pooling)
            {
                PlaneSums<TScalar, TReal>.Pool(plane, pooling, work.Field(tasks[i].Row, s));
            }
            else
            {
                PlaneSums<TScalar, TReal>.Sum(plane, sums + plane.Entry);
                PlaneSums<TScalar, TReal>.Add(sums + plane.Entry, sums + 2 * plane.Entry, plane.Entry);
            }
        }
    }

    private void ReadInputs(PlaneState<TScalar>[] planes, ReadOnlySpan<PlaneTask> tasks, PlaneGrid grid)
    {
        bool together = tasks.Length == PlaneInputs<TScalar, TReal, TRow>.Together && (tasks[0].ColumnDisplacement >= 0 || tasks[^1].ColumnDisplacement <= 0);
        for (int i = 1; i < tasks.Length; i++)
            together &= tasks[i].Row == tasks[0].Row && tasks[i].ColumnDisplacement == tasks[0].ColumnDisplacement + i;
        if (together)
        {
            PlaneInputs<TScalar, TReal, TRow>.ReadFour(planes, grid, _program.Channels);
            return;
        }

        for (int i = 0; i < tasks.Length; i++)
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

    private readonly record struct PlaneTask(int Row, int RowDisplacement, int ColumnDisplacement);

    private sealed class Pass(IReadOnlyList<PlaneSegment> segments, PlaneWorkspace<TScalar> work, int firstRow, int rows, TScalar* columns, bool isSelf)
    {
        public IReadOnlyList<PlaneSegment> Segments => segments;

        public PlaneWorkspace<TScalar> Work => work;

        public int FirstRow => firstRow;

        public int Rows => rows;

        public TScalar* Columns => columns;

        public bool IsSelf => isSelf;
    }
}
