using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Triangular solves with one right-hand side, which memory bounds: one pass over the rows of L.</summary>
internal static unsafe class TriangularVector
{
    /// <summary>L x = b in place.</summary>
    public static void Solve(MatrixView<double> lower, double* x)
    {
        for (nint i = 0; i < lower.Rows; i++)
        {
            double* row = lower.Data + i * lower.Stride;
            x[i] = (x[i] - VectorLoops.Dot(row, x, i)) / row[i];
        }
    }

    /// <summary>L^T x = b in place.</summary>
    public static void SolveTransposed(MatrixView<double> lower, double* x)
    {
        for (nint i = lower.Rows - 1; i >= 0; i--)
        {
            double* row = lower.Data + i * lower.Stride;
            x[i] /= row[i];
            VectorLoops.AddScaled(-x[i], row, x, i);
        }
    }
}
