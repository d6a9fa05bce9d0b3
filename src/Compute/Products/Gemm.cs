using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>General matrix products.</summary>
public static class Gemm
{
    /// <summary>C = alpha op(A) op(B) + beta C, where op(X) is X or its transpose.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="alpha">Factor of the product. With 0 neither A nor B is read.</param>
    /// <param name="a">m x k, or k x m if <paramref name="transposeA"/>.</param>
    /// <param name="transposeA">Whether A is used transposed.</param>
    /// <param name="b">k x n, or n x k if <paramref name="transposeB"/>.</param>
    /// <param name="transposeB">Whether B is used transposed.</param>
    /// <param name="beta">Factor of C. With 0, C is not read: NaN in it does not propagate.</param>
    /// <param name="c">m x n; must not overlap A or B.</param>
    /// <param name="threads">Number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    /// <remarks>
    /// Each entry is summed over k in blocks by fused multiply-adds; its error is at most gamma_k |alpha| (|A| |B|) plus a
    /// rounding of the update, gamma_k = k u / (1 - k u).
    /// </remarks>
    public static void Multiply<T>(
        T alpha, MatrixView<T> a, bool transposeA, MatrixView<T> b, bool transposeB, T beta, MatrixView<T> c, int threads = 0)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Multiply(alpha, a, transposeA, b, transposeB, beta, c, threads, InstructionSet.Widest);

    internal static void Multiply<T>(
        T alpha, MatrixView<T> a, bool transposeA, MatrixView<T> b, bool transposeB, T beta, MatrixView<T> c, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InstructionSet.RequireType<T>();
        Operand<T> left = Operand<T>.Left(a, transposeA), right = Operand<T>.Right(b, transposeB);
        if (left.Depth != right.Depth || left.Lanes != c.Rows || right.Lanes != c.Columns)
        {
            throw new ArgumentException(
                $"The product of {left.Lanes} x {left.Depth} and {right.Depth} x {right.Lanes} matrices does not fit a {c.Rows} x {c.Columns} result.");
        }

        Product.Run(alpha, left, right, beta, c, lowerOnly: false, Parallelism.Resolve(threads), width);
    }
}
