using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>Gram tiles of packed rows, one tile a thread at a time, beside one product of the same shape.</summary>
internal static class TileBenchmark
{
    private const int Rounds = 9;
    private const int Tiles = 8;

    // A multiple of both alignments of every register width.
    private const int GroupOfRows = 96;

    public static void Run(Report report, string[] arguments)
    {
        foreach (int d in Report.Sizes(arguments, 784, 3072, 20_000))
        {
            Square<float>(report, 512, d, "float");
            Square<double>(report, 512, d, "double");
        }
    }

    private static void Square<T>(Report report, int size, int d, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int threads = Environment.ProcessorCount;
        using NativeMatrix<T> rows = Report.Random<T>(2 * size, d, 1);
        using var packed = new PackedRows<T>(2 * size, d);
        Parallelism.For(rows.Rows, 0, (_, i) => packed.SetRow(i, rows.Row(i)));
        using NativeMatrix<T> results = new(Tiles * size, size), whole = new(size, size);
        report.Compare(
            Rounds,
            2.0 * Tiles * size * size * d,
            "GFLOP/s",
            Report.FmaPeak<T>(threads),
            ($"{name} packed tiles {size} x {size} x {d}, {threads} threads", null, () => Parallelism.For(Tiles, threads, (_, i) =>
                PackedRows<T>.MultiplyTile(packed, i % 2 * size, size, packed, i / 2 % 2 * size, size, T.One, results.View.Block(i * size, 0, size, size)))),
            ($"{name} GEMM A B^T {size} x {size} x {d}, {threads} threads", null, () =>
            {
                for (int i = 0; i < Tiles; i++)
                {
                    Gemm.Multiply(
                        T.One, rows.View.Block(i % 2 * size, 0, size, d), false, rows.View.Block(i / 2 % 2 * size, 0, size, d), true, T.Zero, whole.View, threads);
                }
            }
        ));
        report.Compare(
            Rounds,
            3.0 * rows.Rows * d * Unsafe.SizeOf<T>(),
            "GB/s",
            () => PeakRate.MeasureCopyBandwidth(threads, TimeSpan.FromMilliseconds(60)),
            ($"{name} SetRow, {2 * size} rows of {d}, {threads} threads", null, () => Parallelism.For(rows.Rows, 0, (_, i) => packed.SetRow(i, rows.Row(i)))),
            ($"{name} SetRows, {2 * size} rows of {d}, {threads} threads", null, () => Parallelism.For((rows.Rows + GroupOfRows - 1) / GroupOfRows, 0, (_, i) =>
                packed.SetRows(i * GroupOfRows, rows.View.Block(i * GroupOfRows, 0, Math.Min(GroupOfRows, rows.Rows - i * GroupOfRows), d)))));
    }
}
