using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>The factorisation of a positive definite matrix, beside a product in the same run.</summary>
internal static class CholeskyBenchmark
{
    private const int Rounds = 5;

    public static void Run(Report report, string[] arguments)
    {
        foreach (int n in Report.Sizes(arguments, 1000, 2000, 4000, 8000))
        {
            using NativeMatrix<double> saved = Report.Random<double>(n, n, 1), c = new(n, n);

            // Entries in [-1, 1) with n on the diagonal are diagonally dominant.
            for (int i = 0; i < n; i++)
                saved[i, i] = n;
            double work = (double)n * n * n / 3;
            var copy = new NativeMatrix<double>(n, n);
            report.Compare(
                Rounds,
                work,
                "GFLOP/s",
                Report.FmaPeak<double>(0),
                ($"Cholesky double, n = {n}", Restore, () => Cholesky.Factor(copy)));
            report.Compare(
                Rounds,
                work * 6,
                "GFLOP/s",
                Report.FmaPeak<double>(0),
                ($"DGEMM, n = {n}", null, () => Gemm.Multiply(1.0, saved.View, false, saved.View, false, 0.0, c.View)));
            Restore();
            using Cholesky factor = Cholesky.Factor(copy);
            using NativeMatrix<double> vector = Report.Random<double>(n, 1, 2), many = Report.Random<double>(n, 512, 3);
            report.Compare(
                Rounds, 8.0 * n * n, "GB/s", () => PeakRate.MeasureCopyBandwidth(1, TimeSpan.FromMilliseconds(60)), ($"Solve, 1 column, n = {n}", null, () => factor.Solve(vector.View)));
            report.Compare(Rounds, 2.0 * n * n * 512, "GFLOP/s", Report.FmaPeak<double>(0), ($"Solve, 512 columns, n = {n}", null, () => factor.Solve(many.View)));

            void Restore() => saved.View.CopyTo(copy.View);
        }
    }
}
