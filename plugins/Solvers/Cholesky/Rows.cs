using System.Numerics;
using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Solvers;

/// <summary>Loops over rows of numbers, vectorised.</summary>
internal static class Rows
{
    /// <summary>Sum of x_k^2.</summary>
    public static double SquaredNorm(ReadOnlySpan<double> x)
    {
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(x);
        Vector<double> sums = Vector<double>.Zero;
        foreach (Vector<double> v in vectors)
            sums += v * v;
        double sum = Vector.Sum(sums);
        foreach (double value in x[(vectors.Length * Vector<double>.Count)..])
            sum += value * value;
        return sum;
    }

    /// <summary>Sum of w_k x_k^2.</summary>
    public static double SquaredNorm(ReadOnlySpan<double> x, ReadOnlySpan<double> w)
    {
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(x), weights = MemoryMarshal.Cast<double, Vector<double>>(w);
        Vector<double> sums = Vector<double>.Zero;
        for (int k = 0; k < vectors.Length; k++)
            sums += weights[k] * vectors[k] * vectors[k];
        double sum = Vector.Sum(sums);
        for (int k = vectors.Length * Vector<double>.Count; k < x.Length; k++)
            sum += w[k] * x[k] * x[k];
        return sum;
    }

    /// <summary>y += a x.</summary>
    public static void AddScaled(ReadOnlySpan<double> x, double a, Span<double> y)
    {
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int k = 0; k < from.Length; k++)
            to[k] += a * from[k];
        for (int k = from.Length * Vector<double>.Count; k < x.Length; k++)
            y[k] += a * x[k];
    }

    /// <summary>y_k += a x_k^2.</summary>
    public static void AddScaledSquares(ReadOnlySpan<double> x, double a, Span<double> y)
    {
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int k = 0; k < from.Length; k++)
            to[k] += a * from[k] * from[k];
        for (int k = from.Length * Vector<double>.Count; k < x.Length; k++)
            y[k] += a * x[k] * x[k];
    }

    /// <summary>The greatest sum of magnitudes of a row: of a symmetric matrix also the 1-norm.</summary>
    public static double InfinityNorm(MatrixView<double> a)
    {
        double norm = 0;
        for (nint i = 0; i < a.Rows; i++)
        {
            double sum = 0;
            foreach (double value in a.Row(i))
                sum += Math.Abs(value);
            norm = Math.Max(norm, sum);
        }

        return norm;
    }
}
