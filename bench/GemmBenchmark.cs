using System.Numerics;
using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>General and symmetric products of square matrices.</summary>
internal static class GemmBenchmark
{
    private const int Rounds = 9;

    public static void Run(Report report, string[] arguments)
    {
        foreach (int n in Report.Sizes(arguments, 512, 1024, 2048, 4096))
        {
            foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                Square<float>(report, n, threads, "S");
                Square<double>(report, n, threads, "D");
            }
        }
    }

    private static void Square<T>(Report report, int n, int threads, string letter)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using NativeMatrix<T> a = Report.Random<T>(n, n, 1), b = Report.Random<T>(n, n, 2), c = new(n, n);
        double work = 2.0 * n * n * n;
        report.Compare(
            Rounds,
            work,
            "GFLOP/s",
            Report.FmaPeak<T>(threads),
            ($"{letter}GEMM A B, n = {n}, {threads} threads", null, () => Gemm.Multiply(T.One, a.View, false, b.View, false, T.Zero, c.View, threads)),
            ($"{letter}GEMM A B^T, n = {n}, {threads} threads", null, () => Gemm.Multiply(T.One, a.View, false, b.View, true, T.Zero, c.View, threads)));
        report.Compare(
            Rounds,
            work / 2,
            "GFLOP/s",
            Report.FmaPeak<T>(threads),
            ($"{letter}SYRK A A^T, n = {n}, {threads} threads", null, () => Syrk.Multiply(T.One, a.View, false, T.Zero, c.View, threads)));
    }
}
