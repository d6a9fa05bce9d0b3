using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>Products of small matrices in managed arrays, on the calling thread.</summary>
internal static unsafe class Matrices
{
    /// <summary>C = alpha op(A) op(B) + beta C with row-major matrices; shapes are those before transposition.</summary>
    public static void Multiply(
        double alpha, ReadOnlySpan<double> a, (int Rows, int Columns) shapeA, bool transposeA,
        ReadOnlySpan<double> b, (int Rows, int Columns) shapeB, bool transposeB, double beta, Span<double> c)
    {
        int rows = transposeA ? shapeA.Columns : shapeA.Rows;
        int columns = transposeB ? shapeB.Rows : shapeB.Columns;
        if (a.Length < (long)shapeA.Rows * shapeA.Columns || b.Length < (long)shapeB.Rows * shapeB.Columns || c.Length < (long)rows * columns)
            throw new ArgumentException($"The numbers do not make matrices of {shapeA}, {shapeB} and {(rows, columns)}.");
        fixed (double* left = a, right = b, result = c)
        {
            Gemm.Multiply(
                alpha, new MatrixView<double>(left, shapeA.Rows, shapeA.Columns, shapeA.Columns), transposeA,
                new MatrixView<double>(right, shapeB.Rows, shapeB.Columns, shapeB.Columns), transposeB,
                beta, new MatrixView<double>(result, rows, columns, columns), threads: 1);
        }
    }
}
