using System.Numerics;
using NeuralKernels.Abstractions;

// Notation. A = L L^T, both in the lower triangle of the same n x n storage. Right-looking: a diagonal block L11 is factored, the panel below it
// becomes A21 L11^-T, and the trailing matrix loses the panel's square. (Golub and Van Loan, Matrix Computations, 4.2.)

namespace NeuralKernels.Compute;

/// <summary>The pivot at which a factorisation stopped.</summary>
internal readonly record struct FailedPivot(nint Index, double Value);

/// <summary>The blocked, parallel factorisation itself.</summary>
internal static unsafe class CholeskyFactorization
{
    private const int Block = 256;
    private const int Leaf = 24;

    /// <summary>Overwrites the lower triangle with L; returns the pivot that was not positive, or null.</summary>
    public static FailedPivot? Run<T>(MatrixView<T> a, int threads, VectorWidth width, Action<double>? report, CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint n = a.Rows;
        for (nint at = 0; at < n; at += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint size = Math.Min(Block, n - at), rest = n - at - size;
            if (FactorBlock(a.Block(at, at, size, size), width) is { } failed)
                return failed with { Index = at + failed.Index };
            MatrixView<T> panel = a.Block(at + size, at, rest, size);
            Trsm.SolveRight(a.Block(at, at, size, size), true, panel, threads, width);
            cancellationToken.ThrowIfCancellationRequested();
            Syrk.Multiply(-T.One, panel, false, T.One, a.Block(at + size, at + size, rest, rest), threads, width);
            report?.Invoke(1 - Math.Pow((double)rest / n, 3));
        }

        return null;
    }

    private static FailedPivot? FactorBlock<T>(MatrixView<T> a, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint n = a.Rows;
        if (n <= Leaf)
            return FactorLeaf(a);
        nint half = n / 2;
        MatrixView<T> leading = a.Block(0, 0, half, half), below = a.Block(half, 0, n - half, half), trailing = a.Block(half, half, n - half, n - half);
        if (FactorBlock(leading, width) is { } failed)
            return failed;
        Trsm.SolveRight(leading, true, below, 1, width);
        Syrk.Multiply(-T.One, below, false, T.One, trailing, 1, width);
        return FactorBlock(trailing, width) is { } later ? later with { Index = half + later.Index } : null;
    }

    private static FailedPivot? FactorLeaf<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (nint i = 0; i < a.Rows; i++)
        {
            T* row = a.Data + i * a.Stride;
            for (nint j = 0; j < i; j++)
            {
                T* other = a.Data + j * a.Stride;
                row[j] = (row[j] - VectorLoops.Dot(row, other, j)) / other[j];
            }

            T pivot = row[i] - VectorLoops.Dot(row, row, i);
            if (!(pivot > T.Zero))
                return new FailedPivot(i, double.CreateChecked(pivot));
            row[i] = T.Sqrt(pivot);
        }

        return null;
    }
}
