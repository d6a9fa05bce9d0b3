using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Solvers;

/// <summary>Estimates ||A^-1||_1 of a symmetric matrix from solves alone.</summary>
/// <remarks>Hager, "Condition estimates", SIAM J. Sci. Stat. Comput. 5 (1984). A lower bound, rarely below a third.</remarks>
internal static class InverseNorm
{
    private const int MostSteps = 5;

    /// <summary>Estimates.</summary>
    /// <param name="n">Rows of A.</param>
    /// <param name="solve">Solves A x = b in place for an n x 1 right-hand side.</param>
    public static double Estimate(nint n, Action<MatrixView<double>> solve)
    {
        using var vector = new NativeMatrix<double>(n, 1);
        MatrixView<double> x = vector.View;
        x.Fill(1.0 / n);
        double estimate = 0;
        nint corner = -1;
        for (int step = 0; step < MostSteps; step++)
        {
            solve(x);
            double norm = 0;
            for (nint i = 0; i < n; i++)
                norm += Math.Abs(x[i, 0]);
            if (norm <= estimate)
                break;
            estimate = norm;

            // The subgradient of ||A^-1 x||_1 points to the corner of the unit ball where to go on.
            for (nint i = 0; i < n; i++)
                x[i, 0] = x[i, 0] < 0 ? -1 : 1;
            solve(x);
            nint best = 0;
            for (nint i = 1; i < n; i++)
            {
                if (Math.Abs(x[i, 0]) > Math.Abs(x[best, 0]))
                    best = i;
            }

            if (best == corner)
                break;
            corner = best;
            x.Fill(0);
            x[best, 0] = 1;
        }

        return estimate;
    }
}
