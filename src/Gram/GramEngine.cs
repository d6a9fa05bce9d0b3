using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Gram;

/// <summary>How kernel matrices are computed.</summary>
public sealed record GramOptions
{
    /// <summary>Worker threads; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Side of a tile; null for what the kernel prefers. Results do not depend on it.</summary>
    public int? TileSize { get; init; }

    /// <summary>Takes progress after each tile, from any thread.</summary>
    public IProgress<GramProgress>? Progress { get; init; }
}

/// <summary>State of a computation.</summary>
/// <param name="PairsDone">Pairs of examples that were evaluated.</param>
/// <param name="PairsTotal">Pairs of examples in all; of a Gram matrix those of the upper triangle.</param>
public readonly record struct GramProgress(long PairsDone, long PairsTotal);

/// <summary>The kernel matrices of one computation.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Nngp">The NNGP; null where it was not wanted.</param>
/// <param name="Ntk">The NTK; null where it was not wanted.</param>
public sealed record KernelMatrices<T>(KernelMatrix<T>? Nngp, KernelMatrix<T>? Ntk) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The matrix of one output.</summary>
    /// <exception cref="InvalidOperationException">The output was not computed.</exception>
    public KernelMatrix<T> this[KernelOutputs output] =>
        (output == KernelOutputs.Ntk ? Ntk : Nngp) ?? throw new InvalidOperationException($"{output} was not computed.");

    /// <summary>Frees the matrices.</summary>
    public void Dispose()
    {
        Nngp?.Dispose();
        Ntk?.Dispose();
    }
}

/// <summary>
/// Computes kernel matrices by tiles on all cores: of a Gram matrix the upper triangle only, its diagonal from the exact
/// variance pass.
/// </summary>
/// <remarks>
/// Results do not depend on the number of threads or the size of tiles. A cancelled computation ends when the tiles in hand are
/// done.
/// </remarks>
public static class GramEngine
{
    /// <summary>All pairs of one set of examples.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="kernel">The kernel.</param>
    /// <param name="examples">Examples that this kernel prepared.</param>
    /// <param name="outputs">What to compute: a subset of what was prepared for.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Symmetric matrices, both triangles filled; disposed by the caller.</returns>
    /// <exception cref="UserErrorException">Not enough memory, or an entry that is NaN or infinite: names the pair.</exception>
    public static KernelMatrices<T> Gram<T>(
        IKernel kernel, IPreparedExamples examples, KernelOutputs outputs, GramOptions options, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        return Allocate<T>(examples.Count, examples.Count, outputs, examples, options, (nngp, ntk) =>
        {
            Work<T> work = new(kernel, examples, examples, nngp, ntk, options, isSymmetric: true);
            work.Run(cancellation);
            SetDiagonal(nngp, examples, KernelOutputs.Nngp);
            SetDiagonal(ntk, examples, KernelOutputs.Ntk);
        });
    }

    /// <summary>All pairs of row examples and column examples.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">Examples that this kernel prepared.</param>
    /// <param name="columns">Examples that this kernel prepared.</param>
    /// <param name="outputs">What to compute: a subset of what was prepared for.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Rectangular matrices; disposed by the caller.</returns>
    /// <exception cref="UserErrorException">Not enough memory, or an entry that is NaN or infinite: names the pair.</exception>
    public static KernelMatrices<T> Cross<T>(
        IKernel kernel, IPreparedExamples rows, IPreparedExamples columns, KernelOutputs outputs, GramOptions options, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(options);
        return Allocate<T>(rows.Count, columns.Count, outputs, null, options, (nngp, ntk) =>
            new Work<T>(kernel, rows, columns, nngp, ntk, options, isSymmetric: false).Run(cancellation));
    }

    private static KernelMatrices<T> Allocate<T>(
        long rows, long columns, KernelOutputs outputs, IPreparedExamples? gram, GramOptions options, Action<MatrixView<T>, MatrixView<T>> fill)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NativeMatrix<T>? nngp = null;
        NativeMatrix<T>? ntk = null;
        try
        {
            nngp = outputs.HasFlag(KernelOutputs.Nngp) ? new NativeMatrix<T>((nint)rows, (nint)columns, clear: false) : null;
            ntk = outputs.HasFlag(KernelOutputs.Ntk) ? new NativeMatrix<T>((nint)rows, (nint)columns, clear: false) : null;
            fill(nngp?.View ?? default, ntk?.View ?? default);
            return new KernelMatrices<T>(
                nngp is null ? null : new KernelMatrix<T>(nngp, DiagonalOf(gram, KernelOutputs.Nngp), options.Threads),
                ntk is null ? null : new KernelMatrix<T>(ntk, DiagonalOf(gram, KernelOutputs.Ntk), options.Threads));
        }
        catch (Exception failure)
        {
            nngp?.Dispose();
            ntk?.Dispose();
            if (failure is InsufficientMemoryException)
            {
                throw new UserErrorException(
                    $"The {rows:N0} x {columns:N0} kernel matrix ({TileMath<T>.Precision.ToString().ToLowerInvariant()}) does not fit: {failure.Message}",
                    "Use fewer examples (split.train, dataset.take) or precision: float32.", failure);
            }

            throw;
        }
    }

    private static double[]? DiagonalOf(IPreparedExamples? examples, KernelOutputs output)
    {
        if (examples is null)
            return null;
        double[] diagonal = new double[examples.Count];
        examples.Diagonal(output, diagonal);
        return diagonal;
    }

    private static void SetDiagonal<T>(MatrixView<T> matrix, IPreparedExamples examples, KernelOutputs output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (matrix.IsNull)
            return;
        double[] diagonal = DiagonalOf(examples, output)!;
        for (nint i = 0; i < matrix.Rows; i++)
            matrix[i, i] = T.CreateChecked(diagonal[i]);
    }

    private sealed class Work<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int DiagonalStrips = 5;
        private const int LargestSlowTile = 16;
        private readonly IKernel _kernel;
        private readonly IPreparedExamples _rows;
        private readonly IPreparedExamples _columns;
        private readonly MatrixView<T> _nngp;
        private readonly MatrixView<T> _ntk;
        private readonly GramOptions _options;
        private readonly bool _isSymmetric;
        private readonly int _tile;
        private readonly long _pairs;
        private long _done;

        public Work(
            IKernel kernel, IPreparedExamples rows, IPreparedExamples columns, MatrixView<T> nngp, MatrixView<T> ntk, GramOptions options, bool isSymmetric)
        {
            (_kernel, _rows, _columns, _nngp, _ntk, _options, _isSymmetric) = (kernel, rows, columns, nngp, ntk, options, isSymmetric);
            _tile = TileSchedule.TileSize(options, rows, columns);
            _pairs = isSymmetric ? rows.Count * (rows.Count + 1) / 2 : rows.Count * columns.Count;
        }

        public void Run(CancellationToken cancellation)
        {
            TileSchedule schedule = new(_rows.Count, _columns.Count, _tile, _isSymmetric);
            Parallelism.For((nint)schedule.Count, _options.Threads, (_, index) => Compute(schedule[index], cancellation), cancellation);
        }

        private void Compute(Tile tile, CancellationToken cancellation)
        {
            long pairs = tile.Rows * tile.Columns;
            if (!_isSymmetric)
            {
                Evaluate(tile, cancellation);
            }
            else if (tile.Row != tile.Column)
            {
                Evaluate(tile, cancellation);
                Mirror(tile);
            }
            else
            {
                // Strips that start at the diagonal leave out most of the lower triangle.
                pairs = tile.Rows * (tile.Rows + 1) / 2;
                nint height = Math.Max(tile.Rows / DiagonalStrips, 1);
                for (nint start = 0; start < tile.Rows; start += height)
                {
                    nint rows = Math.Min(height, tile.Rows - start);
                    Tile strip = new(tile.Row + start, tile.Column + start, rows, tile.Columns - start);
                    Evaluate(strip, cancellation);
                    Mirror(strip with { Column = strip.Column + rows, Columns = strip.Columns - rows });
                }
            }

            long done = Interlocked.Add(ref _done, pairs);
            _options.Progress?.Report(new GramProgress(done, _pairs));
        }

        private void Evaluate(Tile tile, CancellationToken cancellation)
        {
            MatrixView<T> nngp = BlockOf(_nngp, tile);
            MatrixView<T> ntk = BlockOf(_ntk, tile);

            // Kernels that prefer small tiles take long for each pair: they go row by row, so that a cancellation is heeded.
            nint step = tile.Rows <= LargestSlowTile ? 1 : tile.Rows;
            for (nint row = 0; row < tile.Rows; row += step)
            {
                cancellation.ThrowIfCancellationRequested();
                _kernel.Evaluate(_rows, tile.Row + row, _columns, tile.Column, RowsOf(nngp, row, step), RowsOf(ntk, row, step));
            }

            TileSchedule.RequireFinite(nngp, tile, "NNGP");
            TileSchedule.RequireFinite(ntk, tile, "NTK");
        }

        private static MatrixView<T> RowsOf(MatrixView<T> tile, nint row, nint count) =>
            tile.IsNull ? default : tile.Block(row, 0, count, tile.Columns);

        private void Mirror(Tile tile)
        {
            Tile mirrored = new(tile.Column, tile.Row, tile.Columns, tile.Rows);
            if (!_nngp.IsNull)
                TileMath<T>.Transpose(BlockOf(_nngp, tile), BlockOf(_nngp, mirrored));
            if (!_ntk.IsNull)
                TileMath<T>.Transpose(BlockOf(_ntk, tile), BlockOf(_ntk, mirrored));
        }

        private static MatrixView<T> BlockOf(MatrixView<T> matrix, Tile tile) =>
            matrix.IsNull ? default : matrix.Block(tile.Row, tile.Column, tile.Rows, tile.Columns);
    }
}
