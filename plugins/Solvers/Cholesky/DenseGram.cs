using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Solvers;

/// <summary>Makes dense float64 copies of Gram matrices.</summary>
internal static unsafe class DenseGram
{
    private const int BlockRows = 128;
    private const int Tile = 64;

    /// <summary>Copies the rows and columns of a pattern, both triangles.</summary>
    /// <param name="kernel">n x n Gram matrix, of which the lower triangle is read.</param>
    /// <param name="pattern">Which examples.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <param name="report">Takes the fraction that is done.</param>
    /// <exception cref="UserErrorException">An entry is NaN or infinite: names the two examples.</exception>
    public static NativeMatrix<double> Copy(IKernelMatrix kernel, ObservationPattern pattern, FitContext context, Action<double> report)
    {
        nint n = pattern.Size;
        var gram = new NativeMatrix<double>(n, n, clear: false);
        try
        {
            MatrixView<double> view = gram.View;
            using NativeMatrix<double>? scratch = pattern.Rows is null ? null : new NativeMatrix<double>(BlockRows, pattern.Examples, clear: false);
            for (nint row = 0; row < n; row += BlockRows)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                MatrixView<double> block = view.Block(row, 0, Math.Min(BlockRows, n - row), Math.Min(n, row + BlockRows));
                if (scratch is null)
                    kernel.CopyBlock(row, 0, block);
                else
                    CopyObserved(kernel, pattern, row, block, scratch.View);
                RequireFinite(block, row, pattern);
                report((double)block.Columns / n * block.Columns / n);
            }

            Mirror(view, context);
            return gram;
        }
        catch
        {
            gram.Dispose();
            throw;
        }
    }

    /// <summary>Sets the lower triangle from the upper one, and the diagonal to <paramref name="diagonal"/> + <paramref name="shift"/>.</summary>
    public static void RestoreLower(MatrixView<double> a, double[] diagonal, double shift, FitContext context)
    {
        ForTiles(a.Rows, context, (i, first, end) =>
        {
            for (nint j = first; j < end; j++)
                a.Data[i * a.Stride + j] = a.Data[j * a.Stride + i];
        });
        for (nint i = 0; i < a.Rows; i++)
            a.Data[i * a.Stride + i] = diagonal[i] + shift;
    }

    private static void Mirror(MatrixView<double> a, FitContext context) => ForTiles(a.Rows, context, (i, first, end) =>
    {
        for (nint j = first; j < end; j++)
            a.Data[j * a.Stride + i] = a.Data[i * a.Stride + j];
    });

    // Calls for pieces [first, end) of the rows i below the diagonal, tile by tile, so that both triangles are walked in cache.
    private static void ForTiles(nint n, FitContext context, Action<nint, nint, nint> piece) =>
        Parallelism.For((n + Tile - 1) / Tile, context.Threads, (_, tile) =>
        {
            nint end = Math.Min(n, (tile + 1) * Tile);
            for (nint column = 0; column <= tile * Tile; column += Tile)
            {
                for (nint i = tile * Tile; i < end; i++)
                    piece(i, column, Math.Min(i, column + Tile));
            }
        }, context.Cancellation);

    private static void CopyObserved(IKernelMatrix kernel, ObservationPattern pattern, nint row, MatrixView<double> block, MatrixView<double> scratch)
    {
        int[] rows = pattern.Rows!;
        nint columns = rows[block.Columns - 1] + 1;

        // Observed examples that follow each other closely are read in one piece.
        for (nint first = 0; first < block.Rows;)
        {
            nint start = rows[row + first], last = first;
            while (last + 1 < block.Rows && rows[row + last + 1] - start < BlockRows)
                last++;
            MatrixView<double> piece = scratch.Block(0, 0, rows[row + last] - start + 1, columns);
            kernel.CopyBlock(start, 0, piece);
            for (; first <= last; first++)
            {
                ReadOnlySpan<double> from = piece.Row(rows[row + first] - start);
                Span<double> to = block.Row(first);
                for (int j = 0; j < to.Length; j++)
                    to[j] = from[rows[j]];
            }
        }
    }

    private static void RequireFinite(MatrixView<double> block, nint row, ObservationPattern pattern)
    {
        for (nint i = 0; i < block.Rows; i++)
        {
            int column = IndexOfNonFinite(block.Row(i));
            if (column >= 0)
            {
                throw new UserErrorException(
                    $"The kernel of training examples {pattern.Example(row + i)} and {pattern.Example(column)} is {block[i, column]}.",
                    "Look at these two examples, and at weight variances that let the kernel overflow.");
            }
        }
    }

    /// <summary>Index of the first NaN or infinity; -1 where there is none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<double> values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            if (!double.IsFinite(values[j]))
                return j;
        }

        return -1;
    }
}
