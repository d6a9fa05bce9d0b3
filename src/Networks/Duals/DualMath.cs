using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>Side factors of nonlinearities whose duals depend on the correlation.</summary>
internal static class Correlation
{
    /// <summary>A = sqrt(q), B = 1/sqrt(q), with 0 for a zero example: its correlation with anything counts as 0.</summary>
    public static Side<T> Side<T>(T q)
        where T : struct, IReal<T>
    {
        T zero = T.Constant(0);
        T root = T.Sqrt(q);
        return new Side<T>(root, T.IfLess(zero, q, T.Constant(1) / root, zero));
    }
}

/// <summary>Polynomials.</summary>
internal static class Horner
{
    /// <summary>sum_i coefficients[i] x^i; at least one coefficient.</summary>
    public static T Evaluate<T>(T x, double[] coefficients)
        where T : struct, IReal<T>
    {
        T sum = T.Constant(coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--)
            sum = T.MultiplyAdd(sum, x, T.Constant(coefficients[i]));
        return sum;
    }
}

/// <summary>Sums and differences of exponentials.</summary>
internal static class Exponentials
{
    /// <summary>e^(c + x) - e^(c - x) with small relative error for small x.</summary>
    /// <param name="high">e^(c + x).</param>
    /// <param name="low">e^(c - x).</param>
    /// <param name="x">Half the difference of the exponents.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Difference<T>(T high, T low, T x)
        where T : struct, IReal<T>
    {
        // high - low = (high + low) tanh x, and tanh x = x H(x^2) for |x| <= 1/2.
        T square = T.Min(x * x, T.Constant(0.25));
        T near = (high + low) * (x * H(square));
        return T.IfLess(T.Abs(x), T.Constant(0.5), near, high - low);
    }

    // H(y) = tanh(sqrt y) / sqrt y: relative error 1.3e-8 (degree 4) and 1.1e-16 (degree 9); scripts/fit-polynomials.py.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T H<T>(T y)
        where T : struct, IReal<T>
    {
        if (T.IsSinglePrecision)
        {
            T p = T.Constant(0.01713134443132676);
            p = T.MultiplyAdd(p, y, T.Constant(-0.052984238828528));
            p = T.MultiplyAdd(p, y, T.Constant(0.133247505047911));
            p = T.MultiplyAdd(p, y, T.Constant(-0.33333067944422556));
            p = T.MultiplyAdd(p, y, T.Constant(0.9999999867573895));
            return p;
        }
        else
        {
            T p = T.Constant(-0.00014673527238646172);
            p = T.MultiplyAdd(p, y, T.Constant(0.0005454738642982913));
            p = T.MultiplyAdd(p, y, T.Constant(-0.0014433442347910623));
            p = T.MultiplyAdd(p, y, T.Constant(0.0035899690540195884));
            p = T.MultiplyAdd(p, y, T.Constant(-0.008863002184819035));
            p = T.MultiplyAdd(p, y, T.Constant(0.021869473090633033));
            p = T.MultiplyAdd(p, y, T.Constant(-0.053968253378740796));
            p = T.MultiplyAdd(p, y, T.Constant(0.13333333332187502));
            p = T.MultiplyAdd(p, y, T.Constant(-0.3333333333332468));
            p = T.MultiplyAdd(p, y, T.Constant(0.9999999999999999));
            return p;
        }
    }
}

/// <summary>Small numbers of combinatorics, in double.</summary>
internal static class Combinatorics
{
    /// <summary>n (n-2) (n-4) .. down to 1 or 2; 1 for n &lt;= 0.</summary>
    public static double DoubleFactorial(int n) => n <= 1 ? 1 : n * DoubleFactorial(n - 2);

    /// <summary>n!</summary>
    public static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}
