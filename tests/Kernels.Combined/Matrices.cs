using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Gram;

namespace NeuralKernels.Tests.Kernels.Combined;

/// <summary>Kernel matrices as arrays.</summary>
internal static class Matrices
{
    /// <summary>All pairs of two sets.</summary>
    public static double[,] Cross<T>(IKernel kernel, Examples rows, Examples columns, KernelOutputs output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IPreparedExamples x = kernel.Prepare<T>(rows, output, default), y = kernel.Prepare<T>(columns, output, default);
        using KernelMatrices<T> matrices = GramEngine.Cross<T>(kernel, x, y, output, new GramOptions(), default);
        return Copy(matrices[output].Entries);
    }

    /// <summary>All pairs of one set, with the exact diagonal.</summary>
    public static double[,] Gram<T>(IKernel kernel, Examples examples, KernelOutputs output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IPreparedExamples x = kernel.Prepare<T>(examples, output, default);
        using KernelMatrices<T> matrices = GramEngine.Gram<T>(kernel, x, output, new GramOptions(), default);
        return Copy(matrices[output].Entries);
    }

    /// <summary>The diagonal.</summary>
    public static double[] Diagonal<T>(IKernel kernel, Examples examples, KernelOutputs output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IPreparedExamples prepared = kernel.Prepare<T>(examples, output, default);
        double[] diagonal = new double[examples.Count];
        prepared.Diagonal(output, diagonal);
        return diagonal;
    }

    /// <summary>Fails unless all entries agree.</summary>
    /// <param name="expected">Gives the entries.</param>
    /// <param name="actual">The matrix.</param>
    /// <param name="tolerance">The largest difference, absolute.</param>
    public static void RequireEqual(Func<int, int, double> expected, double[,] actual, double tolerance)
    {
        for (int i = 0; i < actual.GetLength(0); i++)
        {
            for (int j = 0; j < actual.GetLength(1); j++)
                Assert.True(Math.Abs(expected(i, j) - actual[i, j]) <= tolerance, $"[{i}, {j}]: {expected(i, j):r}, and not {actual[i, j]:r}");
        }
    }

    /// <summary>The largest size of an entry.</summary>
    public static double Largest(double[,] matrix) => matrix.Cast<double>().Max(Math.Abs);

    private static double[,] Copy<T>(MatrixView<T> view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[,] copy = new double[view.Rows, view.Columns];
        for (int i = 0; i < view.Rows; i++)
        {
            for (int j = 0; j < view.Columns; j++)
                copy[i, j] = double.CreateChecked(view[i, j]);
        }

        return copy;
    }
}
