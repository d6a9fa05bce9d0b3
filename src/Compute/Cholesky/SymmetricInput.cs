using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Checks on a symmetric matrix given by its lower triangle.</summary>
internal static unsafe class SymmetricInput
{
    /// <summary>The 1-norm, in one pass that also finds NaN and infinity.</summary>
    /// <exception cref="NotFiniteNumberException">Names the first such entry.</exception>
    public static double RequireFiniteNorm<T>(MatrixView<T> a, int threads)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int RowsPerItem = 64;
        nint n = a.Rows;
        if (n == 0)
            return 0;
        threads = Parallelism.Resolve(threads);
        using var sums = new NativeMatrix<T>(threads, n);
        MatrixView<T> columnSums = sums.View;
        Parallelism.For((n + RowsPerItem - 1) / RowsPerItem, threads, (worker, item) =>
        {
            T* sum = columnSums.Data + worker * columnSums.Stride;
            for (nint i = item * RowsPerItem; i < Math.Min(n, (item + 1) * RowsPerItem); i++)
            {
                T* row = a.Data + i * a.Stride;
                sum[i] += VectorLoops.AddAbsolute(row, sum, i) + T.Abs(row[i]);
            }
        });
        double norm = 0;
        for (nint j = 0; j < n; j++)
        {
            double sum = 0;
            for (nint t = 0; t < threads; t++)
                sum += double.CreateChecked(columnSums.Data[t * columnSums.Stride + j]);
            norm = double.Max(norm, sum);
        }

        if (!double.IsFinite(norm))
            ThrowFirstNotFinite(a);
        return norm;
    }

    private static void ThrowFirstNotFinite<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (nint i = 0; i < a.Rows; i++)
        {
            for (nint j = 0; j <= i; j++)
            {
                double value = double.CreateChecked(a.Data[i * a.Stride + j]);
                if (!double.IsFinite(value))
                {
                    throw new NotFiniteNumberException(
                        $"Entry ({i}, {j}) of the {a.Rows} x {a.Rows} matrix is {value}: look at examples {i} and {j} and at the kernel's parameters.", value);
                }
            }
        }
    }
}
