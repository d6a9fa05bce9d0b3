using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Gram;

/// <summary>A rectangular kernel matrix that is computed whenever it is used, tile by tile: memory does not grow with its size.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>For what is needed once or twice, such as the kernel of test examples. Thread-safe.</remarks>
public sealed class LazyKernelMatrix<T> : IKernelMatrix
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The order of summation in a product: fixed, so that results depend on neither threads nor tiles.
    private const int ProductColumns = 512;

    private readonly IKernel _kernel;
    private readonly IPreparedExamples _rows;
    private readonly IPreparedExamples _columns;
    private readonly KernelOutputs _output;
    private readonly GramOptions _options;
    private readonly int _tile;

    /// <summary>Describes a matrix.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">Examples that this kernel prepared; kept alive by the caller.</param>
    /// <param name="columns">Examples that this kernel prepared; kept alive by the caller.</param>
    /// <param name="output">One output that both were prepared for.</param>
    /// <param name="options">How it is computed.</param>
    public LazyKernelMatrix(IKernel kernel, IPreparedExamples rows, IPreparedExamples columns, KernelOutputs output, GramOptions options)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(options);
        (_kernel, _rows, _columns, _output, _options) = (kernel, rows, columns, output, options);
        _tile = TileSchedule.TileSize(options, rows, columns);
    }

    /// <inheritdoc />
    public long Rows => _rows.Count;

    /// <inheritdoc />
    public long Columns => _columns.Count;

    /// <inheritdoc />
    public bool IsSymmetric => false;

    /// <inheritdoc />
    public Precision Precision => TileMath<T>.Precision;

    /// <inheritdoc />
    public void Diagonal(Span<double> destination) =>
        throw new InvalidOperationException("Only a Gram matrix has the diagonal of examples with themselves.");

    /// <inheritdoc />
    public void Multiply(MatrixView<double> vectors, MatrixView<double> result, CancellationToken cancellation)
    {
        TileMath<T>.CheckProduct(this, vectors, result);
        nint blocks = (nint)((Rows + _tile - 1) / _tile);
        long done = 0;
        Parallelism.For(blocks, _options.Threads, (_, index) =>
        {
            nint row = index * _tile;
            nint rows = (nint)Math.Min(_tile, Rows - row);
            using NativeMatrix<T> entries = new(rows, (nint)Math.Min(ProductColumns, Columns), clear: false);
            for (nint column = 0; column < Columns; column += ProductColumns)
            {
                nint columns = (nint)Math.Min(ProductColumns, Columns - column);
                MatrixView<T> block = entries.View.Block(0, 0, rows, columns);
                for (nint start = 0; start < columns; start += _tile)
                {
                    cancellation.ThrowIfCancellationRequested();
                    nint width = Math.Min(_tile, columns - start);
                    Evaluate(row, column + start, block.Block(0, start, rows, width));
                    _options.Progress?.Report(new GramProgress(Interlocked.Add(ref done, rows * width), Rows * Columns));
                }

                TileMath<T>.Multiply(
                    block, vectors.Block(column, 0, columns, vectors.Columns), result.Block(row, 0, rows, result.Columns), column == 0 ? 0 : 1);
            }
        }, cancellation);
    }

    /// <inheritdoc />
    public void CopyBlock(long row, long column, MatrixView<double> destination)
    {
        TileSchedule schedule = new(destination.Rows, destination.Columns, _tile, isSymmetric: false);
        Parallelism.For(schedule.Count, _options.Threads, (_, index) =>
        {
            Tile tile = schedule[index];
            using NativeMatrix<T> entries = new(tile.Rows, tile.Columns, clear: false);
            Evaluate((nint)row + tile.Row, (nint)column + tile.Column, entries.View);
            TileMath<T>.Convert(entries.View, destination.Block(tile.Row, tile.Column, tile.Rows, tile.Columns));
        });
    }

    private void Evaluate(nint row, nint column, MatrixView<T> tile)
    {
        _kernel.Evaluate(_rows, row, _columns, column, _output == KernelOutputs.Ntk ? default : tile, _output == KernelOutputs.Ntk ? tile : default);
        TileSchedule.RequireFinite(tile, new Tile(row, column, tile.Rows, tile.Columns), _output == KernelOutputs.Ntk ? "NTK" : "NNGP");
    }
}
