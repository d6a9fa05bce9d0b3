using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralKernels.Abstractions;

// Notation. n x d the row set; R x S the microkernel's tile; a left panel holds R rows, a right one S rows, both as [k][lane].

namespace NeuralKernels.Compute;

/// <summary>
/// A set of n rows of length d, packed once in the order in which the microkernel reads them, so that any tile of a Gram
/// matrix is computed without packing again.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>
/// Rows are stored twice, as a left and as a right factor. <see cref="SetRow"/> is safe for concurrent use on distinct rows;
/// products are safe for concurrent use when all their rows are set. Rows that were not set are zero.
/// </remarks>
public sealed unsafe class PackedRows<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int K = 256;
    private const int PanelsInL2 = 32;
    private readonly nint _r;
    private readonly nint _s;
    private readonly VectorWidth _width;
    private readonly NativeMatrix<T> _left;
    private readonly NativeMatrix<T> _right;

    /// <summary>Allocates room for a row set.</summary>
    /// <param name="rows">n, at least 0.</param>
    /// <param name="columns">d, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="InsufficientMemoryException">Twice the raw size does not fit into memory.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    public PackedRows(nint rows, nint columns)
        : this(rows, columns, InstructionSet.Widest)
    {
    }

    internal PackedRows(nint rows, nint columns, VectorWidth width)
    {
        InstructionSet.RequireType<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Rows = rows;
        Columns = columns;
        _width = width;
        (_r, _s) = width switch
        {
            VectorWidth.Bits512 => (Kernel512<T>.Rows, Kernel512<T>.Columns),
            VectorWidth.Bits256 => (Kernel256<T>.Rows, Kernel256<T>.Columns),
            _ => (Kernel128<T>.Rows, Kernel128<T>.Columns),
        };
        _left = new NativeMatrix<T>((rows + _r - 1) / _r, checked(columns * _r));
        try
        {
            _right = new NativeMatrix<T>((rows + _s - 1) / _s, checked(columns * _s));
        }
        catch
        {
            _left.Dispose();
            throw;
        }
    }

    /// <summary>Number of rows, n.</summary>
    public nint Rows { get; }

    /// <summary>Length of a row, d.</summary>
    public nint Columns { get; }

    /// <summary>Tiles whose first row and row count are multiples of this waste no work.</summary>
    public int RowAlignment => (int)_r;

    /// <summary>Tiles whose first column and column count are multiples of this waste no work.</summary>
    public int ColumnAlignment => (int)_s;

    /// <summary>Bytes of both packed forms.</summary>
    internal long PackedBytes => sizeof(T) * ((long)_left.Rows * _left.Stride + (long)_right.Rows * _right.Stride);

    /// <summary>Stores one row.</summary>
    /// <param name="i">Which row.</param>
    /// <param name="values">Its d entries.</param>
    /// <exception cref="ArgumentException">Not d entries.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public void SetRow(nint i, ReadOnlySpan<T> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(i);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Rows);
        if (values.Length != Columns)
            throw new ArgumentException($"Row {i} has {values.Length} entries; the row set was made for {Columns}.", nameof(values));
        Scatter(_left.View, i, _r, values);
        Scatter(_right.View, i, _s, values);
        GC.KeepAlive(this);
    }

    /// <summary>Stores consecutive rows: several times as fast as one by one where they begin at a multiple of both alignments.</summary>
    /// <param name="first">Index of the first.</param>
    /// <param name="values">m x d.</param>
    /// <exception cref="ArgumentException">Rows of another length than d.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Rows outside the set.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public void SetRows(nint first, MatrixView<T> values)
    {
        RequireRange(first, values.Rows, nameof(first));
        if (values.Columns != Columns)
            throw new ArgumentException($"The rows have {values.Columns} entries; the row set was made for {Columns}.", nameof(values));
        PackGroup(_left.View, _r, first, values);
        PackGroup(_right.View, _s, first, values);
        GC.KeepAlive(this);
    }

#pragma warning disable CA1000 // Both factors are row sets of this very type: there is no better home.
    /// <summary>One tile of a Gram matrix: c[i, j] = alpha times the inner product of left row rowStart + i and right row columnStart + j.</summary>
    /// <param name="left">The row set of the tile's rows.</param>
    /// <param name="rowStart">First row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="right">The row set of the tile's columns; may be <paramref name="left"/>.</param>
    /// <param name="columnStart">First column.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="alpha">Factor.</param>
    /// <param name="c">rows x columns result; its old values are not read.</param>
    /// <exception cref="ArgumentException">Different row lengths, or c has another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Rows or columns outside the sets.</exception>
    /// <exception cref="ObjectDisposedException">A set was disposed.</exception>
    /// <remarks>Single-threaded: callers run tiles in parallel. Entries depend on neither the tile's place nor its size.</remarks>
    public static void MultiplyTile(
        PackedRows<T> left, nint rowStart, nint rows, PackedRows<T> right, nint columnStart, nint columns, T alpha, MatrixView<T> c)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        left.RequireRange(rowStart, rows, nameof(rowStart));
        right.RequireRange(columnStart, columns, nameof(columnStart));
        if (left.Columns != right.Columns || left._width != right._width)
            throw new ArgumentException($"Rows of {left.Columns} and of {right.Columns} entries have no inner product.", nameof(right));
        if (c.Rows != rows || c.Columns != columns)
            throw new ArgumentException($"A {rows} x {columns} tile does not fit a {c.Rows} x {c.Columns} result.", nameof(c));
        switch (left._width)
        {
            case VectorWidth.Bits512:
                Multiply<Kernel512<T>>(left, rowStart, right, columnStart, alpha, c);
                break;
            case VectorWidth.Bits256:
                Multiply<Kernel256<T>>(left, rowStart, right, columnStart, alpha, c);
                break;
            default:
                Multiply<Kernel128<T>>(left, rowStart, right, columnStart, alpha, c);
                break;
        }

        GC.KeepAlive(left);
        GC.KeepAlive(right);
    }
#pragma warning restore CA1000

    /// <summary>Frees the memory. A second call does nothing.</summary>
    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private static void PackGroup(MatrixView<T> panels, nint width, nint first, MatrixView<T> values)
    {
        // Short pieces keep the target, one panel's piece, and its four source rows in L1.
        const int Piece = 256;
        nint i = 0;
        for (; i < values.Rows && (first + i) % width != 0; i++)
            Scatter(panels, first + i, width, values.Row(i));
        Operand<T> source = Operand<T>.Left(values, transpose: false);
        for (; i + width <= values.Rows; i += width)
        {
            T* panel = panels.Data + (first + i) / width * panels.Stride;
            for (nint k = 0; k < values.Columns; k += Piece)
                Packing.Panel(source, i, width, k, Math.Min(Piece, values.Columns - k), panel + k * width);
        }

        for (; i < values.Rows; i++)
            Scatter(panels, first + i, width, values.Row(i));
    }

    private static void Scatter(MatrixView<T> panels, nint i, nint width, ReadOnlySpan<T> values)
    {
        T* to = panels.Data + i / width * panels.Stride + i % width;
        for (int k = 0; k < values.Length; k++, to += width)
            *to = values[k];
    }

    private static void Multiply<TKernel>(PackedRows<T> left, nint rowStart, PackedRows<T> right, nint columnStart, T alpha, MatrixView<T> c)
        where TKernel : struct, IMicroKernel<T>
    {
        if (left.Columns == 0)
        {
            c.Fill(T.Zero);
            return;
        }

        nint r = TKernel.Rows, s = TKernel.Columns;
        MatrixView<T> a = left._left.View, b = right._right.View;

        // The origin is shifted so that rows and columns of c are counted as in the row sets.
        T* origin = c.Data - rowStart * c.Stride - columnStart;
        nint firstColumn = columnStart / s * s;
        for (nint blockRow = rowStart / r * r; blockRow < rowStart + c.Rows; blockRow += r * PanelsInL2)
        {
            var target = new Target<T>(
                origin, c.Stride, Math.Max(rowStart, blockRow), Math.Min(rowStart + c.Rows, blockRow + r * PanelsInL2), columnStart, columnStart + c.Columns, false);
            for (nint k = 0; k < left.Columns; k += K)
            {
                TileLoop<T, TKernel>.Run(
                    a.Data + blockRow / r * a.Stride + k * r,
                    a.Stride,
                    blockRow,
                    b.Data + firstColumn / s * b.Stride + k * s,
                    b.Stride,
                    firstColumn,
                    Math.Min(K, left.Columns - k),
                    alpha,
                    k == 0 ? T.Zero : T.One,
                    target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RequireRange(nint start, nint count, string name)
    {
        if (start < 0 || count < 0 || start > Rows - count)
            throw new ArgumentOutOfRangeException(name, $"Rows [{start}, {start + count}) are not among the {Rows} packed rows.");
    }
}
