using MathNet.Numerics.LinearAlgebra;
using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>All eigenvectors of a symmetric matrix: the managed code, a native LAPACK where there is one, MathNet up to n = 1000.</summary>
internal static class EigenBenchmark
{
    private const int Rounds = 3;
    private const int LargestForMathNet = 1000;

    public static void Run(Report report, string[] arguments)
    {
        foreach (int n in Report.Sizes(arguments, 500, 1000, 2000))
        {
            using NativeMatrix<double> factor = Report.Random<double>(n, n, 1), saved = new(n, n), a = new(n, n);
            Gemm.Multiply(1.0 / n, factor.View, false, factor.View, true, 0.0, saved.View);
            var contestants = new List<(string, Action?, Action)> { ($"eigen managed, n = {n}", Restore, () => Decompose(EigenProvider.Managed)) };
            if (Lapack.Find() is { } lapack)
                contestants.Add(($"eigen {lapack.Name}, n = {n}", Restore, () => Decompose(EigenProvider.Native)));
            if (n <= LargestForMathNet)
            {
                Matrix<double> matrix = Matrix<double>.Build.Dense(n, n, (i, j) => saved[i, j]);
                contestants.Add(($"eigen MathNet, n = {n}", null, () => matrix.Evd(Symmetricity.Symmetric)));
            }

            // The usual count: 4/3 n^3 to reduce, about 6 n^3 for the rotations, 2 n^3 to transform back.
            report.Compare(Rounds, 28.0 / 3 * n * n * n, "GFLOP/s", Report.FmaPeak<double>(0), [.. contestants]);

            void Restore() => saved.View.CopyTo(a.View);

            void Decompose(EigenProvider provider) => SymmetricEigen.Decompose(a, provider, 0, InstructionSet.Widest, CancellationToken.None).Dispose();
        }
    }
}
