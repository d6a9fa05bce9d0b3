using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation: q1, q2 variances, k covariance, c_i coefficients.
// Formulas: ../../docs/math.md, section "Dual activations".

/// <summary>
/// sum_i c_i x^i. K' = sum_l R_l(q1) R_l(q2) k^l, Kdot = sum_l l R_l(q1) R_l(q2) k^(l-1) with the polynomials
/// R_l(q) = sum_i c_(2i+l) (2i+l)! / (2^i i! sqrt(l!)) q^i: the Hermite expansion of phi(sqrt(q) x) with the powers of sqrt(q)
/// moved into k^l, so that nothing is divided by a variance that may be 0.
/// </summary>
public readonly struct PolynomialDual : IDualActivation
{
    private readonly double[][] _sides;

    /// <summary>Makes the dual of a polynomial.</summary>
    /// <param name="coefficients">c_0, c_1, ..: at least one.</param>
    public PolynomialDual(IReadOnlyList<double> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfZero(coefficients.Count);
        _sides = new double[coefficients.Count][];
        for (int l = 0; l < coefficients.Count; l++)
        {
            _sides[l] = new double[(coefficients.Count - 1 - l) / 2 + 1];
            for (int i = 0; i < _sides[l].Length; i++)
            {
                _sides[l][i] = coefficients[2 * i + l] * Combinatorics.Factorial(2 * i + l)
                    / (Math.Pow(2, i) * Combinatorics.Factorial(i) * Math.Sqrt(Combinatorics.Factorial(l)));
            }
        }
    }

    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q);

    /// <inheritdoc />
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T covariance = T.Constant(0);
        T derivative = T.Constant(0);
        for (int l = _sides.Length - 1; l >= 0; l--)
        {
            T term = Horner.Evaluate(x.A, _sides[l]) * Horner.Evaluate(y.A, _sides[l]);
            derivative = T.MultiplyAdd(derivative, k, covariance);
            covariance = T.MultiplyAdd(covariance, k, term);
        }

        return new Dual<T>(covariance, derivative);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        Side<T> side = Side(q);
        return Evaluate(q, side, side);
    }
}

/// <summary>
/// The normalised Hermite polynomial He_n / sqrt(n!). K' = k^n, Kdot = n k^(n-1): exact for unit variance, which the layers
/// before it have to provide.
/// </summary>
/// <param name="Degree">n &gt;= 0.</param>
public readonly record struct HermiteDual(int Degree) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 0;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => default;

    /// <inheritdoc />
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T lower = T.Constant(1);
        for (int i = 1; i < Degree; i++)
            lower *= k;
        return Degree == 0 ? new Dual<T>(lower, T.Constant(0)) : new Dual<T>(lower * k, lower * T.Constant(Degree));
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        Side<T> side = default;
        return Evaluate(q, side, side);
    }
}
