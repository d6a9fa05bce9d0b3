using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation
//   p, p'     positions of the row and of the column example       d = p' - p   displacement
//   plane d   all pairs (p, p + d) that exist: a rectangle of (H - |d_h|) x (W - |d_w|) entries
//   lanes     one row example against as many column examples as a vector has lanes
//   entry     the covariances of one pair of positions, all lanes: K, then T where the NTK is wanted

/// <summary>A grid of one or two axes; one axis is the second.</summary>
internal readonly record struct PlaneGrid(int Rows, int Columns)
{
    public int Count => Rows * Columns;

    public static PlaneGrid Of(IReadOnlyList<int> sizes) => sizes.Count == 1 ? new(1, sizes[0]) : new(sizes[0], sizes[1]);
}

/// <summary>Where a step finds its factors: entry (position, factor) is at FirstFactor + position Factors + factor.</summary>
/// <param name="FirstFactor">Place of the step's first factor among those of an example.</param>
/// <param name="Factors">Factors at a position.</param>
/// <param name="Grid">Positions.</param>
internal readonly record struct PointSite(int FirstFactor, int Factors, PlaneGrid Grid);

/// <summary>How factors of the row side are read: one number for all lanes, or one for each.</summary>
internal unsafe interface IRowFactors<TSelf, TScalar, TReal>
    where TSelf : struct, IRowFactors<TSelf, TScalar, TReal>
    where TScalar : unmanaged
{
    /// <summary>Numbers that one factor takes.</summary>
    static abstract int Stride { get; }

    static abstract TReal Load(TScalar* source);
}

/// <summary>One row example against all lanes.</summary>
internal readonly unsafe struct OneRow<TScalar, TReal> : IRowFactors<OneRow<TScalar, TReal>, TScalar, TReal>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public static int Stride => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TReal Load(TScalar* source) => TReal.Broadcast(*source);
}

/// <summary>A row example for each lane: examples with themselves.</summary>
internal readonly unsafe struct RowPerLane<TScalar, TReal> : IRowFactors<RowPerLane<TScalar, TReal>, TScalar, TReal>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public static int Stride => TReal.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TReal Load(TScalar* source) => TReal.Load(source);
}

/// <summary>The rows of a plane in their ring, by value.</summary>
internal readonly unsafe struct PlaneRows<TScalar>(TScalar* ring, int ringRows, nint pitch, int start, int height, TScalar* zero)
    where TScalar : unmanaged
{
    private readonly TScalar* _end = ring + ringRows * pitch;

    /// <summary>Rows of the plane.</summary>
    public readonly int Height = height;

    /// <summary>The first column of a row of zeros.</summary>
    public readonly TScalar* Zero = zero;

    /// <summary>Row r, from -1 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TScalar* At(int r)
    {
        int place = start + r;
        return ring + (place < 0 ? place + ringRows : place >= ringRows ? place - ringRows : place) * pitch;
    }

    /// <summary>The row that follows another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TScalar* Next(TScalar* row) => row + pitch < _end ? row + pitch : row + pitch - ringRows * pitch;
}

/// <summary>Size and displacement of a plane.</summary>
internal readonly record struct PlaneShape(int Height, int Width, int DisplacementRows, int DisplacementColumns);

/// <summary>
/// One plane on its way through a segment. Its rows lie in a ring, so that a convolution writes its result over rows that it needs no
/// more: output row r takes the place of input row r - low.
/// </summary>
internal sealed unsafe class PlaneState<TScalar>
    where TScalar : unmanaged
{
    private readonly Stack<nint> _spare = new();
    private readonly NativeArena _arena;
    private readonly TScalar* _ring;
    private readonly int _ringRows;
    private readonly int _pitch;
    private int _base;

    /// <summary>Takes room for planes.</summary>
    /// <param name="arena">The memory.</param>
    /// <param name="ringRows">Rows of the largest plane, and as many as convolutions shift it.</param>
    /// <param name="columns">Columns of the largest plane.</param>
    /// <param name="margin">Zeros that filters need on each side of a row, in columns, at least 1.</param>
    /// <param name="filter">Columns of the widest filter.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    public PlaneState(NativeArena arena, int ringRows, int columns, int margin, int filter, int lanes)
    {
        // Zeros on both sides of each row, room for what loops write behind it, and rows that don't lie a power of two apart.
        _ringRows = ringRows;
        Margin = margin;
        _pitch = ((columns + margin + Math.Max(margin, PlaneProgram.SparePositions)) * 2 + 1) * lanes;
        _arena = arena;
        int start = 2 * margin * lanes;
        Zero = arena.Take<TScalar>(_pitch) + start;
        Scratch = arena.Take<TScalar>((columns + 2 * filter) * 2 * lanes);
        _ring = arena.Take<TScalar>((long)ringRows * _pitch) + start;
    }

    /// <summary>Whether entries have a T.</summary>
    public bool HasTangents { get; set; }

    /// <summary>Whether T is 0 throughout and not stored; only before the first layer.</summary>
    public bool TangentsAreZero { get; set; }

    /// <summary>Numbers in an entry.</summary>
    public int Entry { get; set; }

    /// <summary>Size and displacement.</summary>
    public PlaneShape Shape { get; set; }

    /// <summary>Zeros on each side of a row, in entries.</summary>
    public int Margin { get; }

    /// <summary>Rows of the plane.</summary>
    public int Height => Shape.Height;

    /// <summary>Columns of the plane.</summary>
    public int Width => Shape.Width;

    /// <summary>d_h.</summary>
    public int DisplacementRows => Shape.DisplacementRows;

    /// <summary>d_w.</summary>
    public int DisplacementColumns => Shape.DisplacementColumns;

    /// <summary>Factors of the row side.</summary>
    public TScalar* RowFactors { get; set; }

    /// <summary>Factors of the column side.</summary>
    public TScalar* ColumnFactors { get; set; }

    /// <summary>The first column of a row of zeros.</summary>
    public TScalar* Zero { get; }

    /// <summary>Room for a row and the margin of a filter.</summary>
    public TScalar* Scratch { get; }

    /// <summary>Starts a plane on a grid.</summary>
    public void Start(PlaneGrid grid, int displacementRows, int displacementColumns)
    {
        _base = 0;
        Move(grid, displacementRows, displacementColumns, 0);
    }

    /// <summary>All rows.</summary>
    public PlaneRows<TScalar> Rows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_ring, _ringRows, _pitch, _base, Height, Zero);
    }

    /// <summary>Row r, before the plane is moved.</summary>
    public TScalar* Row(int r) => Rows.At(r);

    /// <summary>Goes over to the result of a convolution that wrote its row r in place of row r - <paramref name="low"/>.</summary>
    public void Move(PlaneGrid grid, int displacementRows, int displacementColumns, int low)
    {
        Shape = new PlaneShape(
            Math.Max(grid.Rows - Math.Abs(displacementRows), 0),
            Math.Max(grid.Columns - Math.Abs(displacementColumns), 0),
            displacementRows,
            displacementColumns);
        _base -= low;
        if (_base < 0)
            _base += _ringRows;
    }

    /// <summary>Factors of a step on the row side, from the start of row r on.</summary>
    /// <param name="site">Where the step's factors are.</param>
    /// <param name="r">The row.</param>
    /// <param name="stride">Numbers that one factor takes.</param>
    public TScalar* RowFactorsAt(PointSite site, int r, int stride) =>
        RowFactors + (site.FirstFactor + (nint)RowPosition(site.Grid, r) * site.Factors) * stride;

    /// <summary>Factors of a step on the column side, from the start of row r on.</summary>
    /// <param name="site">Where the step's factors are.</param>
    /// <param name="r">The row.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    public TScalar* ColumnFactorsAt(PointSite site, int r, int lanes) =>
        ColumnFactors + (site.FirstFactor + (nint)ColumnPosition(site.Grid, r) * site.Factors) * lanes;

    /// <summary>Position of the row example at the start of row r.</summary>
    public int RowPosition(PlaneGrid grid, int r) =>
        (Math.Max(0, -DisplacementRows) + r) * grid.Columns + Math.Max(0, -DisplacementColumns);

    /// <summary>Position of the column example at the start of row r.</summary>
    public int ColumnPosition(PlaneGrid grid, int r) =>
        (Math.Max(0, DisplacementRows) + r) * grid.Columns + Math.Max(0, DisplacementColumns);

    /// <summary>Sets the zeros that follow a row.</summary>
    public void EndRow(TScalar* row, int width)
    {
        for (TScalar* place = row + (nint)width * Entry; place < row + (nint)(width + Margin) * Entry; place += Entry)
            new Span<TScalar>(place, Entry).Clear();
    }

    /// <summary>Stores the zeros that T is where it was not stored.</summary>
    public void StoreTangents()
    {
        if (!TangentsAreZero)
            return;
        TangentsAreZero = false;
        int lanes = Entry / 2;
        for (int r = 0; r < Height; r++)
        {
            TScalar* row = Row(r) + lanes;
            for (int c = 0; c < Width; c++)
                new Span<TScalar>(row + (nint)c * Entry, lanes).Clear();
        }
    }

    /// <summary>Room for a copy of any plane, of undefined content; goes back by <see cref="Return"/>.</summary>
    public TScalar* Rent() => _spare.TryPop(out nint kept)
        ? (TScalar*)kept
        : _arena.Take<TScalar>((long)_ringRows * _pitch);

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(TScalar* copy) => _spare.Push((nint)copy);

    /// <summary>Copies the plane, rows dense.</summary>
    public void CopyTo(TScalar* copy)
    {
        int count = Width * Entry;
        for (int r = 0; r < Height; r++)
            new ReadOnlySpan<TScalar>(Row(r), count).CopyTo(new Span<TScalar>(copy + (nint)r * count, count));
    }

    /// <summary>Replaces the rows of the plane, which has its shape already.</summary>
    public void CopyFrom(TScalar* copy)
    {
        int count = Width * Entry;
        for (int r = 0; r < Height; r++)
        {
            TScalar* row = Row(r);
            new ReadOnlySpan<TScalar>(copy + (nint)r * count, count).CopyTo(new Span<TScalar>(row, count));
            EndRow(row, Width);
        }
    }
}
