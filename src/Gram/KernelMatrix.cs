using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Gram;

/// <summary>A kernel matrix in memory, all entries stored.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>Thread-safe for reading.</remarks>
public sealed class KernelMatrix<T> : IKernelMatrix, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeMatrix<T> _entries;
    private readonly double[]? _diagonal;
    private readonly int _threads;

    internal KernelMatrix(NativeMatrix<T> entries, double[]? diagonal, int threads)
    {
        _entries = entries;
        _diagonal = diagonal;
        _threads = threads;
    }

    /// <inheritdoc />
    public long Rows => _entries.Rows;

    /// <inheritdoc />
    public long Columns => _entries.Columns;

    /// <inheritdoc />
    public bool IsSymmetric => _diagonal is not null;

    /// <inheritdoc />
    public Precision Precision => TileMath<T>.Precision;

    /// <summary>The entries; valid until the matrix is disposed.</summary>
    public MatrixView<T> Entries => _entries.View;

    /// <inheritdoc />
    public void Diagonal(Span<double> destination)
    {
        if (_diagonal is null)
            throw new InvalidOperationException("Only a Gram matrix has the diagonal of examples with themselves.");
        _diagonal.CopyTo(destination);
    }

    /// <inheritdoc />
    public void Multiply(MatrixView<double> vectors, MatrixView<double> result, CancellationToken cancellation)
    {
        TileMath<T>.CheckProduct(this, vectors, result);
        nint blocks = (_entries.Rows + TileMath<T>.BlockRows - 1) / TileMath<T>.BlockRows;
        MatrixView<T> entries = _entries.View;
        Parallelism.For(blocks, _threads, (_, block) =>
        {
            nint row = block * TileMath<T>.BlockRows;
            nint rows = Math.Min(TileMath<T>.BlockRows, entries.Rows - row);
            TileMath<T>.Multiply(entries.Block(row, 0, rows, entries.Columns), vectors, result.Block(row, 0, rows, result.Columns), beta: 0);
        }, cancellation);
    }

    /// <inheritdoc />
    public void CopyBlock(long row, long column, MatrixView<double> destination) =>
        TileMath<T>.Convert(_entries.View.Block((nint)row, (nint)column, destination.Rows, destination.Columns), destination);

    /// <summary>Frees the entries.</summary>
    public void Dispose() => _entries.Dispose();
}
