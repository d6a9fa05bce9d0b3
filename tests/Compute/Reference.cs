using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

/// <summary>Simple loops to compare with, and the error bounds of Higham, "Accuracy and stability of numerical algorithms", chapter 3.</summary>
internal static class Reference
{
    public static readonly int[] Widths = [(int)VectorWidth.Bits128, (int)VectorWidth.Bits256, (int)VectorWidth.Bits512];

    public static double UnitRoundoff<T>() => typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53);

    /// <summary>gamma_k = k u / (1 - k u).</summary>
    public static double Gamma<T>(double k) => k * UnitRoundoff<T>() / (1 - k * UnitRoundoff<T>());

    public static NativeMatrix<T> Random<T>(nint rows, nint columns, ulong seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var matrix = new NativeMatrix<T>(rows, columns);
        var stream = new RandomStream(seed, "test matrix");
        for (nint i = 0; i < rows; i++)
        {
            foreach (ref T value in matrix.Row(i))
                value = T.CreateChecked(2 * stream.NextDouble() - 1);
        }

        return matrix;
    }

    /// <summary>A A^T / columns + ridge I, both triangles.</summary>
    public static NativeMatrix<double> PositiveDefinite(nint n, nint rank, double ridge, ulong seed)
    {
        using NativeMatrix<double> factor = Random<double>(n, rank, seed);
        var matrix = new NativeMatrix<double>(n, n);
        Gemm.Multiply(1.0 / rank, factor.View, false, factor.View, true, 0.0, matrix.View);
        for (nint i = 0; i < n; i++)
        {
            matrix[i, i] += ridge;
            for (nint j = 0; j < i; j++)
                matrix[j, i] = matrix[i, j];
        }

        return matrix;
    }

    public static NativeMatrix<T> Copy<T>(MatrixView<T> source)
        where T : unmanaged
    {
        var copy = new NativeMatrix<T>(source.Rows, source.Columns);
        source.CopyTo(copy.View);
        return copy;
    }

    public static double At<T>(MatrixView<T> view, bool transpose, nint i, nint j)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        double.CreateChecked(transpose ? view[j, i] : view[i, j]);

    /// <summary>The exact-enough entry of alpha op(A) op(B) + beta C, and the sum of the magnitudes of its terms.</summary>
    public static (double Value, double Magnitude) Entry<T>(
        double alpha, MatrixView<T> a, bool transposeA, MatrixView<T> b, bool transposeB, double beta, double c, nint i, nint j)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0, magnitude = 0;
        nint depth = transposeA ? a.Rows : a.Columns;
        for (nint k = 0; k < depth; k++)
        {
            double term = At(a, transposeA, i, k) * At(b, transposeB, k, j);
            sum += term;
            magnitude += Math.Abs(term);
        }

        double kept = beta == 0 ? 0 : beta * c;
        return (alpha * sum + kept, Math.Abs(alpha) * magnitude + Math.Abs(kept));
    }

    /// <summary>
    /// Fails unless every entry of the result is within the bound: an inner product of k terms in any order errs by gamma_k, scaling and
    /// adding by two more roundings and the cut into blocks by one each; the reference, in double, by as much again.
    /// </summary>
    public static void AssertProduct<T>(
        double alpha, MatrixView<T> a, bool transposeA, MatrixView<T> b, bool transposeB, double beta, MatrixView<T> before, MatrixView<T> after, bool lowerOnly = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint depth = transposeA ? a.Rows : a.Columns;
        double gamma = 2 * Gamma<T>(depth + 4 + depth / 128.0);
        for (nint i = 0; i < after.Rows; i++)
        {
            for (nint j = 0; j < (lowerOnly ? i + 1 : after.Columns); j++)
            {
                (double expected, double magnitude) = Entry(alpha, a, transposeA, b, transposeB, beta, double.CreateChecked(before[i, j]), i, j);
                double error = Math.Abs(double.CreateChecked(after[i, j]) - expected);
                Assert.True(error <= gamma * magnitude, $"Entry ({i}, {j}) is {after[i, j]} instead of {expected}: error {error} exceeds {gamma * magnitude}.");
            }
        }
    }
}
