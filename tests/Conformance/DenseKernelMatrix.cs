using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>A small kernel matrix whose entries a function gives.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Number of columns.</param>
/// <param name="entry">Entry of a row and a column.</param>
/// <param name="symmetric">Whether it is a Gram matrix.</param>
/// <param name="precision">What it says its entries are.</param>
public sealed class DenseKernelMatrix(long rows, long columns, Func<long, long, double> entry, bool symmetric, Precision precision = Precision.Float64)
    : IKernelMatrix
{
    /// <inheritdoc />
    public long Rows => rows;

    /// <inheritdoc />
    public long Columns => columns;

    /// <inheritdoc />
    public bool IsSymmetric => symmetric;

    /// <inheritdoc />
    public Precision Precision => precision;

    /// <inheritdoc />
    public void Diagonal(Span<double> destination)
    {
        if (!symmetric)
            throw new InvalidOperationException("No Gram matrix.");
        for (int i = 0; i < rows; i++)
            destination[i] = entry(i, i);
    }

    /// <inheritdoc />
    public void Multiply(MatrixView<double> vectors, MatrixView<double> result, CancellationToken cancellation)
    {
        for (nint i = 0; i < result.Rows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            result.Row(i).Clear();
            for (nint k = 0; k < vectors.Rows; k++)
            {
                double value = entry(i, k);
                for (nint j = 0; j < result.Columns; j++)
                    result[i, j] += value * vectors[k, j];
            }
        }
    }

    /// <inheritdoc />
    public void CopyBlock(long row, long column, MatrixView<double> destination)
    {
        for (nint i = 0; i < destination.Rows; i++)
        {
            for (nint j = 0; j < destination.Columns; j++)
                destination[i, j] = entry(row + i, column + j);
        }
    }
}

/// <summary>A small matrix in pinned memory.</summary>
public sealed class DenseMatrix : IDisposable
{
    private double[]? _entries;
    private readonly int _rows;
    private readonly int _columns;

    /// <summary>Allocates zeros.</summary>
    public DenseMatrix(int rows, int columns)
    {
        _entries = GC.AllocateArray<double>(rows * columns, pinned: true);
        _rows = rows;
        _columns = columns;
    }

    /// <summary>The entries.</summary>
    public unsafe MatrixView<double> View
    {
        get
        {
            ObjectDisposedException.ThrowIf(_entries is null, this);
            fixed (double* data = _entries)
                return new MatrixView<double>(data, _rows, _columns, _columns);
        }
    }

    /// <summary>Ends the use of the view.</summary>
    public void Dispose() => _entries = null;
}
