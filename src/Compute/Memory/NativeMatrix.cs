using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>
/// A row-major matrix in native memory: 64-byte aligned, not bounded by the 2^31 elements of a .NET array, and freed when
/// disposed or finalized.
/// </summary>
/// <typeparam name="T">The entry type.</typeparam>
/// <remarks>
/// Concurrent reads are safe; concurrent writes are safe to disjoint entries. A <see cref="View"/> does not keep the
/// matrix alive: its user keeps the matrix reachable (a <c>using</c> does) as long as the view is in use.
/// </remarks>
public sealed unsafe class NativeMatrix<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    // Rows a multiple of this apart compete for the same few cache sets and look like aliases to the store buffer.
    private const int AliasDistance = 2048;

    // Narrower rows stay dense: padding an n x 1 matrix to cache lines would multiply its memory.
    private const int SmallestPaddedRow = 256;

    private readonly nint _rows;
    private readonly nint _columns;
    private readonly nint _stride;
    private readonly long _bytes;
    private void* _allocation;
    private T* _data;

    /// <summary>Allocates a matrix.</summary>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <param name="clear">True sets every entry to zero (the pages are only touched when used); false leaves the entries undefined.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="InsufficientMemoryException">The matrix does not fit into the memory that is available now.</exception>
    public NativeMatrix(nint rows, nint columns, bool clear = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        _rows = rows;
        _columns = columns;
        _stride = PaddedStride(columns);
        string what = $"a {rows} x {columns} matrix of {typeof(T).Name}";
        Int128 bytes = (Int128)rows * _stride * sizeof(T) + Alignment;
        _bytes = bytes > long.MaxValue ? long.MaxValue : (long)bytes;
        AvailableMemory.Require(_bytes, what);
        try
        {
            _allocation = clear ? NativeMemory.AllocZeroed((nuint)_bytes) : NativeMemory.Alloc((nuint)_bytes);
        }
        catch (OutOfMemoryException inner)
        {
            throw AvailableMemory.Insufficient(_bytes, what, inner);
        }

        _data = (T*)(((nuint)_allocation + Alignment - 1) & ~(nuint)(Alignment - 1));
        GC.AddMemoryPressure(_bytes);
    }

    /// <summary>Frees the memory of a matrix that was not disposed.</summary>
    ~NativeMatrix() => Free();

    /// <summary>Number of rows.</summary>
    public nint Rows => _rows;

    /// <summary>Number of columns.</summary>
    public nint Columns => _columns;

    /// <summary>Distance in entries between the starts of two rows.</summary>
    public nint Stride => _stride;

    /// <summary>All entries. Valid until the matrix is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public MatrixView<T> View
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data == null, this);
            return new MatrixView<T>(_data, _rows, _columns, _stride);
        }
    }

    /// <summary>Entry (<paramref name="row"/>, <paramref name="column"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the matrix.</exception>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public ref T this[nint row, nint column] => ref View[row, column];

    /// <summary>One row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the matrix.</exception>
    /// <exception cref="OverflowException">A row longer than 2^31 - 1 entries.</exception>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public Span<T> Row(nint row) => View.Row(row);

    /// <summary>Frees the memory. A second call does nothing.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static nint PaddedStride(nint columns)
    {
        if ((Int128)columns * sizeof(T) < SmallestPaddedRow || Alignment % sizeof(T) != 0)
            return columns;
        nint line = Alignment / sizeof(T);
        nint stride = checked(columns + line - 1) / line * line;
        return stride % (AliasDistance / sizeof(T)) == 0 ? stride + line : stride;
    }

    private void Free()
    {
        if (_allocation == null)
            return;
        NativeMemory.Free(_allocation);
        _allocation = null;
        _data = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}
