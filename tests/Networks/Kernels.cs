using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Evaluates networks on small arrays.</summary>
internal static class Kernels
{
    /// <summary>NNGP and NTK of all pairs; where <paramref name="x2"/> is null, of x1 with itself, with the exact diagonal.</summary>
    public static (double[,] Nngp, double[,] Ntk) Evaluate<T>(Network network, double[][] x1, double[][]? x2, VectorWidth width = VectorWidth.Best)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        VectorNetwork compiled = new(network, x1[0].Length, width);
        using PreparedVectors<T> rows = Prepare<T>(compiled, x1);
        using PreparedVectors<T>? other = x2 is null ? null : Prepare<T>(compiled, x2);
        PreparedVectors<T> columns = other ?? rows;
        using NativeMatrix<T> nngp = new(x1.Length, (nint)columns.Count);
        using NativeMatrix<T> ntk = new(x1.Length, (nint)columns.Count);
        compiled.Evaluate(rows, 0, columns, 0, nngp.View, ntk.View);
        double[,] resultNngp = ToArray(nngp.View);
        double[,] resultNtk = ToArray(ntk.View);
        if (x2 is null)
        {
            double[] diagonal = new double[x1.Length];
            rows.Diagonal(KernelOutputs.Nngp, diagonal);
            for (int i = 0; i < x1.Length; i++)
                resultNngp[i, i] = diagonal[i];
            rows.Diagonal(KernelOutputs.Ntk, diagonal);
            for (int i = 0; i < x1.Length; i++)
                resultNtk[i, i] = diagonal[i];
        }

        return (resultNngp, resultNtk);
    }

    private static PreparedVectors<T> Prepare<T>(VectorNetwork network, double[][] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        network.Prepare<T>(FeatureSource.FromArray([.. x.SelectMany(row => row)], x[0].Length), KernelOutputs.Nngp | KernelOutputs.Ntk, default);

    private static double[,] ToArray<T>(MatrixView<T> view)
        where T : unmanaged, INumberBase<T>
    {
        double[,] result = new double[view.Rows, view.Columns];
        for (int i = 0; i < view.Rows; i++)
        {
            for (int j = 0; j < view.Columns; j++)
                result[i, j] = double.CreateChecked(view[i, j]);
        }

        return result;
    }
}
