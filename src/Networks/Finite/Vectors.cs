using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralKernels.Networks;

/// <summary>Operations on rows of numbers.</summary>
internal static class Vectors
{
    /// <summary>y += a x.</summary>
    public static void AddScaled(double a, ReadOnlySpan<double> x, Span<double> y)
    {
        ReadOnlySpan<Vector<double>> wideX = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> wideY = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> factor = new(a);
        for (int i = 0; i < wideX.Length; i++)
            wideY[i] += factor * wideX[i];
        for (int i = wideX.Length * Vector<double>.Count; i < x.Length; i++)
            y[i] += a * x[i];
    }

    /// <summary>y = a y.</summary>
    public static void Scale(double a, Span<double> y)
    {
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> factor = new(a);
        foreach (ref Vector<double> value in wide)
            value *= factor;
        foreach (ref double value in y[(wide.Length * Vector<double>.Count)..])
            value *= a;
    }

    /// <summary>The inner product.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector<double>> wideX = MemoryMarshal.Cast<double, Vector<double>>(x), wideY = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> even = default, odd = default;
        int wide = 0;
        for (; wide + 1 < wideX.Length; wide += 2)
        {
            even += wideX[wide] * wideY[wide];
            odd += wideX[wide + 1] * wideY[wide + 1];
        }

        double sum = Vector.Sum(even + odd);
        for (int i = wide * Vector<double>.Count; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
