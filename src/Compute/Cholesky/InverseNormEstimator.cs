using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>
/// Estimates the 1-norm of the inverse of a factored symmetric matrix from a few solves (Higham, "FORTRAN codes for estimating
/// the one-norm of a real or complex matrix", 1988, algorithm 4.1).
/// </summary>
internal static unsafe class InverseNormEstimator
{
    private const int MaxSteps = 5;

    public static double Estimate(Cholesky factor)
    {
        nint n = factor.Size;
        using var vector = new NativeMatrix<double>(n, 1);
        MatrixView<double> x = vector.View;
        x.Fill(1.0 / n);
        factor.Solve(x);
        double estimate = Norm(x);
        if (n == 1)
            return estimate;
        double[] signs = new double[n];
        TakeSigns(x, signs);
        factor.Solve(x);
        nint largest = Largest(x);
        for (int step = 0; step < MaxSteps; step++)
        {
            x.Fill(0);
            x[largest, 0] = 1;
            factor.Solve(x);
            double previous = estimate;
            estimate = Math.Max(previous, Norm(x));
            if (!TakeSigns(x, signs) || estimate <= previous)
                break;
            factor.Solve(x);
            nint next = Largest(x);
            if (Math.Abs(x[next, 0]) == Math.Abs(x[largest, 0]))
                break;
            largest = next;
        }

        // A vector of alternating signs catches the matrices that defeat the iteration.
        for (nint i = 0; i < n; i++)
            x[i, 0] = (i % 2 == 0 ? 1 : -1) * (1 + (double)i / (n - 1));
        factor.Solve(x);
        return Math.Max(estimate, 2 * Norm(x) / (3.0 * n));
    }

    private static double Norm(MatrixView<double> x)
    {
        double sum = 0;
        for (nint i = 0; i < x.Rows; i++)
            sum += Math.Abs(x[i, 0]);
        return sum;
    }

    private static nint Largest(MatrixView<double> x)
    {
        nint largest = 0;
        for (nint i = 1; i < x.Rows; i++)
        {
            if (Math.Abs(x[i, 0]) > Math.Abs(x[largest, 0]))
                largest = i;
        }

        return largest;
    }

    /// <summary>Replaces x by its signs; false if they are the same as last time.</summary>
    private static bool TakeSigns(MatrixView<double> x, double[] signs)
    {
        bool changed = false;
        for (nint i = 0; i < x.Rows; i++)
        {
            double sign = x[i, 0] >= 0 ? 1 : -1;
            changed |= sign != signs[i];
            x[i, 0] = signs[i] = sign;
        }

        return changed;
    }
}
