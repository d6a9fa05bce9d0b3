using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Gram;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;

namespace NeuralKernels.Bench;

/// <summary>
/// NNGP and NTK of a network with three hidden ReLU layers: the rate counts the operations of the product of inputs alone, so that
/// the ratio says what all else costs.
/// </summary>
internal static class GramBenchmark
{
    private const int Rounds = 7;
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    public static void Run(Report report, string[] arguments)
    {
        int[] sizes = Report.Sizes(arguments, 4000, 3072);
        Measure<float>(report, sizes[0], sizes.Length > 1 ? sizes[1] : 3072, "float32");
        Measure<double>(report, sizes[0], sizes.Length > 1 ? sizes[1] : 3072, "float64");
    }

    private static void Measure<T>(Report report, int n, int d, string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        NetworkKernel kernel = new(new NetworkKernelOptions
        {
            Network =
            [
                new Repeat { Times = 3, Layers = [new Dense { WStd = 1.4142, BStd = 0.1 }, new Relu()] },
                new Dense { WStd = 1, BStd = 0 },
            ],
        });
        using NativeMatrix<double> features = Report.Random<double>(n, d, 1);
        double[] values = new double[n * d];
        for (int i = 0; i < n; i++)
            features.Row(i).CopyTo(values.AsSpan(i * d));
        VectorExamples examples = new(FeatureSource.FromArray(values, d));
        int threads = Environment.ProcessorCount;
        using IPreparedExamples prepared = kernel.Prepare<T>(examples, Both, default);
        GramOptions options = new() { Threads = threads };
        double product = 2.0 * n * n * d;
        report.Compare(
            Rounds, product, "GFLOP/s", Report.FmaPeak<T>(threads),
            ($"{name} NNGP + NTK, {n} x {n} x {d}, all pairs", null, () =>
            {
                using KernelMatrices<T> cross = GramEngine.Cross<T>(kernel, prepared, prepared, Both, options, default);
            }
        ));
        report.Compare(
            Rounds, product / 2, "GFLOP/s", Report.FmaPeak<T>(threads),
            ($"{name} NNGP + NTK, {n} x {n} x {d}, Gram", null, () =>
            {
                using KernelMatrices<T> gram = GramEngine.Gram<T>(kernel, prepared, Both, options, default);
            }
        ));
    }
}
