using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Solves triangular systems with many right-hand sides, in place.</summary>
public static class Trsm
{
    private const int Block = 256;

    /// <summary>Solves op(L) X = B, where op(L) is L or its transpose.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="lower">n x n; only its lower triangle is read, and its diagonal must not hold zeros.</param>
    /// <param name="transpose">Whether L is used transposed.</param>
    /// <param name="b">n x m: B on entry, X on return. Must not overlap L.</param>
    /// <param name="threads">Number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    /// <remarks>By substitution, hence backward stable row by row: |op(L) X - B| is at most gamma_n |L| |X|.</remarks>
    public static void SolveLeft<T>(MatrixView<T> lower, bool transpose, MatrixView<T> b, int threads = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SolveLeft(lower, transpose, b, threads, InstructionSet.Widest);

    /// <summary>Solves X op(L) = B, where op(L) is L or its transpose.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="lower">n x n; only its lower triangle is read, and its diagonal must not hold zeros.</param>
    /// <param name="transpose">Whether L is used transposed.</param>
    /// <param name="b">m x n: B on entry, X on return. Must not overlap L.</param>
    /// <param name="threads">Number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    /// <remarks>By substitution: |X op(L) - B| is at most gamma_n |X| |L|.</remarks>
    public static void SolveRight<T>(MatrixView<T> lower, bool transpose, MatrixView<T> b, int threads = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SolveRight(lower, transpose, b, threads, InstructionSet.Widest);

    internal static void SolveLeft<T>(MatrixView<T> lower, bool transpose, MatrixView<T> b, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint n = RequireShapes(lower, b.Rows);
        threads = Parallelism.Resolve(threads);
        for (nint step = 0; step < n; step += Block)
        {
            nint size = Math.Min(Block, n - step);
            nint at = transpose ? n - step - size : step;
            MatrixView<T> x = b.Block(at, 0, size, b.Columns);
            SolveDiagonal(lower.Block(at, at, size, size), transpose, Operand<T>.Right(x, false), threads, width);
            if (transpose)
                Gemm.Multiply(-T.One, lower.Block(at, 0, size, at), true, x, false, T.One, b.Block(0, 0, at, b.Columns), threads, width);
            else
                Gemm.Multiply(-T.One, Below(lower, at, size), false, x, false, T.One, b.Block(at + size, 0, n - at - size, b.Columns), threads, width);
        }
    }

    internal static void SolveRight<T>(MatrixView<T> lower, bool transpose, MatrixView<T> b, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint n = RequireShapes(lower, b.Columns);
        threads = Parallelism.Resolve(threads);
        for (nint step = 0; step < n; step += Block)
        {
            nint size = Math.Min(Block, n - step);
            nint at = transpose ? step : n - step - size;
            MatrixView<T> x = b.Block(0, at, b.Rows, size);
            SolveDiagonal(lower.Block(at, at, size, size), !transpose, Operand<T>.Left(x, false), threads, width);
            if (transpose)
                Gemm.Multiply(-T.One, x, false, Below(lower, at, size), true, T.One, b.Block(0, at + size, b.Rows, n - at - size), threads, width);
            else
                Gemm.Multiply(-T.One, x, false, lower.Block(at, 0, size, at), false, T.One, b.Block(0, 0, b.Rows, at), threads, width);
        }
    }

    private static MatrixView<T> Below<T>(MatrixView<T> lower, nint at, nint size)
        where T : unmanaged =>
        lower.Block(at + size, at, lower.Rows - at - size, size);

    private static nint RequireShapes<T>(MatrixView<T> lower, nint unknowns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InstructionSet.RequireType<T>();
        if (lower.Rows != lower.Columns || lower.Rows != unknowns)
            throw new ArgumentException($"A {lower.Rows} x {lower.Columns} triangular matrix does not fit right-hand sides of {unknowns} entries.");
        return lower.Rows;
    }

    private static void SolveDiagonal<T>(MatrixView<T> lower, bool backward, Operand<T> x, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                TriangularBlock<T, Kernel512<T>>.Solve(lower, backward, x, threads);
                break;
            case VectorWidth.Bits256:
                TriangularBlock<T, Kernel256<T>>.Solve(lower, backward, x, threads);
                break;
            default:
                TriangularBlock<T, Kernel128<T>>.Solve(lower, backward, x, threads);
                break;
        }
    }
}
