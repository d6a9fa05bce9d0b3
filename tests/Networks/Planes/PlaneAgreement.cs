using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>A bound of the error of an entry.</summary>
/// <param name="output">The kernel.</param>
/// <param name="nngp">sqrt(k_ii k_jj) of the NNGP.</param>
/// <param name="ntk">The same of the NTK.</param>
internal delegate double EntryBound(KernelOutputs output, double nngp, double ntk);

/// <summary>Compares the evaluation by planes with the general form.</summary>
internal static class PlaneAgreement
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    /// <summary>Compares the entries of some examples, and the diagonal of the rows.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x1">Examples of the rows.</param>
    /// <param name="x2">Examples of the columns.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="outputs">The kernels to evaluate, both or one alone.</param>
    /// <param name="bound">Largest errors.</param>
    /// <returns>True; errors are exceptions that name the network.</returns>
    public static bool Check<T>(Network network, Examples x1, Examples x2, VectorWidth width, KernelOutputs outputs, EntryBound bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PlaneNetwork? planes = PlaneNetwork.TryCreate(network, x1.Shape, width, out string reason);
        Assert.True(planes is not null, reason);
        GeneralNetwork general = new(network, x1.Shape);
        int m = (int)x1.Count, n = (int)x2.Count;
        using PreparedPositions expectedRows = general.Prepare(x1, Both, default);
        using PreparedPositions expectedColumns = general.Prepare(x2, Both, default);
        using PreparedPlanes<T> rows = planes.Prepare<T>(x1, outputs, default);
        using PreparedPlanes<T> columns = planes.Prepare<T>(x2, outputs, default);
        using NativeMatrix<double> nngp = new(m, n), ntk = new(m, n);
        using NativeMatrix<T> actualNngp = new(m, n), actualNtk = new(m, n);
        general.Evaluate(expectedRows, 0, expectedColumns, 0, nngp.View, ntk.View);
        planes.Evaluate(
            rows, 0, columns, 0,
            outputs.HasFlag(KernelOutputs.Nngp) ? actualNngp.View : default, outputs.HasFlag(KernelOutputs.Ntk) ? actualNtk.View : default);

        double[] nngpX = Diagonal(expectedRows, KernelOutputs.Nngp), ntkX = Diagonal(expectedRows, KernelOutputs.Ntk);
        double[] nngpY = Diagonal(expectedColumns, KernelOutputs.Nngp), ntkY = Diagonal(expectedColumns, KernelOutputs.Ntk);
        double[] actualNngpX = Diagonal(rows, KernelOutputs.Nngp), actualNtkX = Diagonal(rows, KernelOutputs.Ntk);
        for (int i = 0; i < m; i++)
        {
            Near(KernelOutputs.Nngp, nngpX[i], actualNngpX[i], nngpX[i], ntkX[i], "diagonal");
            Near(KernelOutputs.Ntk, ntkX[i], actualNtkX[i], nngpX[i], ntkX[i], "diagonal");
            for (int j = 0; j < n; j++)
            {
                double scale = Math.Sqrt(nngpX[i] * nngpY[j]), ntkScale = Math.Sqrt(ntkX[i] * ntkY[j]);
                if (outputs.HasFlag(KernelOutputs.Nngp))
                    Near(KernelOutputs.Nngp, nngp[i, j], double.CreateChecked(actualNngp[i, j]), scale, ntkScale, $"entry {i}, {j}");
                if (outputs.HasFlag(KernelOutputs.Ntk))
                    Near(KernelOutputs.Ntk, ntk[i, j], double.CreateChecked(actualNtk[i, j]), scale, ntkScale, $"entry {i}, {j}");
            }
        }

        return true;

        void Near(KernelOutputs output, double expected, double actual, double scale, double ntkScale, string what)
        {
            double error = Math.Abs(actual - expected), largest = bound(output, scale, ntkScale);
            if (!(error <= largest))
                Assert.Fail($"{output} {what} of {network.CanonicalText} on {x1.Shape}: {actual:r} instead of {expected:r}, error {error:g3}, bound {largest:g3}");
        }
    }

    private static double[] Diagonal(IPreparedExamples examples, KernelOutputs output)
    {
        double[] values = new double[examples.Count];
        examples.Diagonal(output, values);
        return values;
    }
}
