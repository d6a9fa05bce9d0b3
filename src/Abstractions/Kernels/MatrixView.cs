using System.Runtime.CompilerServices;

namespace NeuralKernels.Abstractions;

/// <summary>
/// A row-major block of a matrix that somebody else owns: a pointer, a shape and a row stride. Rows are contiguous.
/// </summary>
/// <typeparam name="T">The entry type: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A .NET array ends at 2^31 elements and a 50,000 x 50,000 Gram matrix does not, hence native integers and memory. The
/// view does not keep its memory alive: whoever hands one out keeps the owner alive for the duration of the call.
/// Concurrent reads are safe; concurrent writes are safe to disjoint entries.
/// </remarks>
public readonly unsafe struct MatrixView<T>
    where T : unmanaged
{
    /// <summary>Wraps memory.</summary>
    /// <param name="data">Address of entry (0, 0).</param>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <param name="stride">Distance in entries between the starts of two rows, at least <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size, or a stride shorter than a row.</exception>
    public MatrixView(T* data, nint rows, nint columns, nint stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        Data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
    }

    /// <summary>Address of entry (0, 0); null for a view without entries.</summary>
    public T* Data { get; }

    /// <summary>Number of rows.</summary>
    public nint Rows { get; }

    /// <summary>Number of columns.</summary>
    public nint Columns { get; }

    /// <summary>Distance in entries between the starts of two rows.</summary>
    public nint Stride { get; }

    /// <summary>True where the view has no memory: a result that was not asked for.</summary>
    public bool IsNull => Data == null;

    /// <summary>Entry (<paramref name="row"/>, <paramref name="column"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the view.</exception>
    public ref T this[nint row, nint column]
    {
        get
        {
            if ((nuint)row >= (nuint)Rows || (nuint)column >= (nuint)Columns)
                ThrowOutside(row, column);
            return ref Data[row * Stride + column];
        }
    }

    /// <summary>One row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the view.</exception>
    /// <exception cref="OverflowException">A row longer than 2^31 - 1 entries.</exception>
    public Span<T> Row(nint row)
    {
        if ((nuint)row >= (nuint)Rows)
            ThrowOutside(row, 0);
        return new Span<T>(Data + row * Stride, checked((int)Columns));
    }

    /// <summary>The block that starts at (<paramref name="row"/>, <paramref name="column"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not inside the view.</exception>
    public MatrixView<T> Block(nint row, nint column, nint rows, nint columns)
    {
        if (row < 0 || column < 0 || rows < 0 || columns < 0 || row > Rows - rows || column > Columns - columns)
        {
            throw new ArgumentOutOfRangeException(nameof(row),
                $"The block [{row}, {row + rows}) x [{column}, {column + columns}) is not inside a {Rows} x {Columns} matrix.");
        }

        return new MatrixView<T>(Data + row * Stride + column, rows, columns, Stride);
    }

    /// <summary>Sets every entry.</summary>
    public void Fill(T value)
    {
        for (nint i = 0; i < Rows; i++)
            Row(i).Fill(value);
    }

    /// <summary>Copies all entries to <paramref name="destination"/>, which has the same shape and does not overlap.</summary>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public void CopyTo(MatrixView<T> destination)
    {
        if (destination.Rows != Rows || destination.Columns != Columns)
            throw new ArgumentException($"Cannot copy {Rows} x {Columns} entries to a {destination.Rows} x {destination.Columns} matrix.", nameof(destination));
        for (nint i = 0; i < Rows; i++)
            Row(i).CopyTo(destination.Row(i));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowOutside(nint row, nint column) =>
        throw new ArgumentOutOfRangeException(nameof(row), $"Entry ({row}, {column}) is outside a {Rows} x {Columns} matrix.");
}
