using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Symmetric products.</summary>
public static class Syrk
{
    /// <summary>The lower triangle, diagonal included, of C = alpha A A^T + beta C (or alpha A^T A + beta C).</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="alpha">Factor of the product. With 0, A is not read.</param>
    /// <param name="a">n x k, or k x n if <paramref name="transposeA"/>.</param>
    /// <param name="transposeA">False for A A^T, true for A^T A.</param>
    /// <param name="beta">Factor of C. With 0, C is not read.</param>
    /// <param name="c">n x n; entries above the diagonal are neither read nor written. Must not overlap A.</param>
    /// <param name="threads">Number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    public static void Multiply<T>(T alpha, MatrixView<T> a, bool transposeA, T beta, MatrixView<T> c, int threads = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Multiply(alpha, a, transposeA, beta, c, threads, InstructionSet.Widest);

    internal static void Multiply<T>(T alpha, MatrixView<T> a, bool transposeA, T beta, MatrixView<T> c, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InstructionSet.RequireType<T>();
        Operand<T> left = Operand<T>.Left(a, transposeA);
        if (c.Rows != left.Lanes || c.Columns != left.Lanes)
            throw new ArgumentException($"The product of a {left.Lanes} x {left.Depth} matrix with its transpose does not fit a {c.Rows} x {c.Columns} result.");
        Product.Run(alpha, left, left, beta, c, lowerOnly: true, Parallelism.Resolve(threads), width);
    }
}
