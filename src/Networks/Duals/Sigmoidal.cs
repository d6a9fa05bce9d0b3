using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation: q1, q2 variances, k covariance, p = q1 q2.
// Formulas: ../../docs/math.md, section "Dual activations".

/// <summary>
/// a erf(b x) + c. With v = 2 b^2 k / sqrt((1 + 2 b^2 q1)(1 + 2 b^2 q2)): K' = a^2 (2/pi) asin(v) + c^2 and
/// Kdot = 4 a^2 b^2 / (pi sqrt((1 + 2 b^2 q1)(1 + 2 b^2 q2)) sqrt(1 - v^2)) (Williams 1997, equation 11). Since k^2 &lt;= q1 q2,
/// 1 - v^2 is at least A1^2 + A2^2 - A1^2 A2^2 with A = 1 / sqrt(1 + 2 b^2 q): a bound that holds v off 1 where it is rounded.
/// </summary>
/// <param name="Scale">a.</param>
/// <param name="Slope">b.</param>
/// <param name="Offset">c.</param>
public readonly record struct ErfDual(double Scale, double Slope, double Offset) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> =>
        new(T.Constant(1) / T.Sqrt(T.MultiplyAdd(T.Constant(2 * Slope * Slope), q, T.Constant(1))));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T norm = x.A * y.A;
        T v = k * norm * T.Constant(2 * Slope * Slope);
        T covariance = T.MultiplyAdd(ArcFunctions.ArcSine(v), T.Constant(2 / Math.PI * Scale * Scale), T.Constant(Offset * Offset));
        T least = x.A * x.A + y.A * y.A - norm * norm;
        T cosine = T.Sqrt(T.Max((T.Constant(1) - v) * (T.Constant(1) + v), least));
        T derivative = T.Constant(4 / Math.PI * Scale * Scale * Slope * Slope) * norm / cosine;
        return new Dual<T>(covariance, derivative);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        // 1 - v^2 = (1 + 4 b^2 q) / (1 + 2 b^2 q)^2 has no cancellation on the diagonal.
        T scaled = T.Constant(2 * Slope * Slope) * q;
        T root = T.Sqrt(T.MultiplyAdd(T.Constant(2), scaled, T.Constant(1)));
        T v = scaled / (T.Constant(1) + scaled);
        return new Dual<T>(
            T.MultiplyAdd(ArcFunctions.ArcSine(v), T.Constant(2 / Math.PI * Scale * Scale), T.Constant(Offset * Offset)),
            T.Constant(4 / Math.PI * Scale * Scale * Slope * Slope) / root);
    }
}

/// <summary>
/// x Phi(x), the exact GELU. With D = (1 + q1)(1 + q2) - k^2, d = sqrt(D), t = atan(k / d), g = 1 / ((1 + q1)(1 + q2)):
/// K' = [(k^2 + p D) g / d + k t] / (2 pi) + k / 4 and
/// Kdot = k [1/D + (1 - p) g + 1] / (2 pi d) + 1/4 + t / (2 pi). D is at least 1 + q1 + q2, since k^2 &lt;= q1 q2.
/// </summary>
public readonly record struct GeluDual : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 2;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q, T.Constant(1) / (T.Constant(1) + q));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T g = x.B * y.B;
        T rootG = T.Sqrt(g);
        T v = k * rootG;
        T p = x.A * y.A;
        T one = T.Constant(1);
        T least = x.B + y.B - g;
        T squaredCosine = T.Max((one - v) * (one + v), least);
        return FromCorrelation(k, p, g, ArcFunctions.ArcSine(v), rootG / T.Sqrt(squaredCosine), squaredCosine / g);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        // D = (1 + q)^2 - q^2 = 1 + 2 q has no cancellation on the diagonal.
        T one = T.Constant(1);
        T d2 = T.MultiplyAdd(T.Constant(2), q, one);
        T inverse = one / (one + q);
        return FromCorrelation(q, q * q, inverse * inverse, ArcFunctions.ArcSine(q * inverse), one / T.Sqrt(d2), d2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Dual<T> FromCorrelation<T>(T k, T p, T g, T t, T inverseD, T d2)
        where T : struct, IReal<T>
    {
        T one = T.Constant(1);
        T scale = T.Constant(0.5 / Math.PI);
        T quarter = T.Constant(0.25);
        T covariance = T.MultiplyAdd(T.MultiplyAdd(k, k, p * d2) * g * inverseD + k * t, scale, k * quarter);
        T bracket = T.MultiplyAdd(one - p, g, T.MultiplyAdd(inverseD, inverseD, one));
        T derivative = T.MultiplyAdd(T.MultiplyAdd(k * inverseD, bracket, t), scale, quarter);
        return new Dual<T>(covariance, derivative);
    }
}
