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

/// <summary>Small numbers of combinatorics, in double.</summary>
internal static class Combinatorics
{
    /// <summary>n (n-2) (n-4) .. down to 1 or 2; 1 for n &lt;= 0.</summary>
    public static double DoubleFactorial(int n) => n <= 1 ? 1 : n * DoubleFactorial(n - 2);

    /// <summary>n!</summary>
    public static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}
