using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation: q1, q2 variances, k covariance, s = q1 + q2, p = q1 q2.
// Formulas: ../../docs/math.md, section "Dual activations".

/// <summary>
/// a sin(b x + c). With e- = exp(b^2 (k - s/2)), e+ = exp(-b^2 (k + s/2)) and d = e- - e+, which does not cancel:
/// K' = a^2 (d / 2 + e+ sin^2 c), Kdot = a^2 b^2 (d / 2 + e+ cos^2 c). Cos is Sin with c + pi/2, Rbf is Sin with a = sqrt 2,
/// b = sqrt(2 g), c = pi/4.
/// </summary>
public readonly struct SineDual : IDualActivation
{
    private readonly double _covarianceScale;
    private readonly double _derivativeScale;
    private readonly double _squaredFrequency;
    private readonly double _squaredSine;
    private readonly double _squaredCosine;

    /// <summary>Makes the dual of a sin(b x + c).</summary>
    /// <param name="amplitude">a.</param>
    /// <param name="frequency">b.</param>
    /// <param name="phase">c, in radians.</param>
    public SineDual(double amplitude, double frequency, double phase)
    {
        _covarianceScale = amplitude * amplitude;
        _squaredFrequency = frequency * frequency;
        _derivativeScale = _covarianceScale * _squaredFrequency;

        // Exact for the phases k pi/4: sin must be odd and cos even.
        double quarters = phase / (Math.PI / 4);
        double cosine = Math.Abs(quarters - Math.Round(quarters)) < 1e-15
            ? ((long)Math.Round(quarters) & 3) switch { 0 => 1, 2 => -1, _ => 0 }
            : Math.Cos(2 * phase);
        _squaredSine = 0.5 * (1 - cosine);
        _squaredCosine = 0.5 * (1 + cosine);
    }

    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q * T.Constant(0.5));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T square = T.Constant(_squaredFrequency);
        T half = x.A + y.A;
        T minus = T.Exp(square * (k - half));
        T plus = T.Exp(-square * (k + half));
        T difference = Exponentials.Difference(minus, plus, square * k) * T.Constant(0.5);
        return new Dual<T>(
            T.MultiplyAdd(plus, T.Constant(_squaredSine), difference) * T.Constant(_covarianceScale),
            T.MultiplyAdd(plus, T.Constant(_squaredCosine), difference) * T.Constant(_derivativeScale));
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        Side<T> side = Side(q);
        return Evaluate(q, side, side);
    }
}

/// <summary>a exp(b x). K' = a^2 exp(b^2 (s/2 + k)), Kdot = b^2 K'.</summary>
/// <param name="Amplitude">a.</param>
/// <param name="Rate">b.</param>
public readonly record struct ExponentialDual(double Amplitude, double Rate) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q * T.Constant(0.5));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T covariance = T.Exp(T.Constant(Rate * Rate) * (x.A + y.A + k)) * T.Constant(Amplitude * Amplitude);
        return new Dual<T>(covariance, covariance * T.Constant(Rate * Rate));
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
/// a exp(b x^2), b &lt;= 0. With d^2 = (1 - 2 b q1)(1 - 2 b q2) - 4 b^2 k^2 = 1 - 2 b s + 4 b^2 (p - k^2): K' = a^2 / d,
/// Kdot = 4 a^2 b^2 k / d^3. The second form stays positive where rounding takes k^2 beyond p.
/// </summary>
/// <param name="Amplitude">a.</param>
/// <param name="Rate">b, at most 0: for b &gt; 0 the expectation diverges from some variance on.</param>
public readonly record struct GaussianDual(double Amplitude, double Rate) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q * T.Constant(-2 * Rate));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T inner = k * T.Constant(2 * Rate);
        T rest = T.Max(T.MultiplyAdd(x.A, y.A, -(inner * inner)), T.Constant(0));
        return FromDeterminant(k, T.Constant(1) + (x.A + y.A + rest));
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T> =>
        FromDeterminant(q, T.MultiplyAdd(T.Constant(-4 * Rate), q, T.Constant(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Dual<T> FromDeterminant<T>(T k, T determinant)
        where T : struct, IReal<T>
    {
        T inverse = T.Constant(1) / determinant;
        T covariance = T.Sqrt(inverse) * T.Constant(Amplitude * Amplitude);
        return new Dual<T>(covariance, covariance * inverse * k * T.Constant(4 * Rate * Rate));
    }
}

/// <summary>
/// exp(-x^2) sin x. With D = 4 (p - k^2), m = 2 s + D + 1, e1 = exp(-(s + D + 2k) / (2m)), e2 = exp(2k / m),
/// A = 1 + 2 s + 4 (k^2 + p), B = 4 k (D + 3 s + 2): K' = e1 (e2 - 1) / (2 sqrt m), Kdot = e1 [(A - B) + e2 (A + B)] / (2 m^(5/2)).
/// </summary>
public readonly record struct GaborDual : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T> =>
        FromDeterminant(k, x.A + y.A, x.A * y.A, T.Constant(4) * T.Max(T.MultiplyAdd(x.A, y.A, -(k * k)), T.Constant(0)));

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T> => FromDeterminant(q, q + q, q * q, T.Constant(0));

    // The two exponentials e1 and e1 e2 are kept together as exp((+-k - (s + D)/2) / m): both exponents are below 0.5.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Dual<T> FromDeterminant<T>(T k, T s, T p, T d)
        where T : struct, IReal<T>
    {
        T one = T.Constant(1);
        T two = T.Constant(2);
        T inverse = one / (T.MultiplyAdd(two, s, d) + one);
        T middle = (s + d) * T.Constant(0.5);
        T low = T.Exp(-(middle + k) * inverse);
        T high = T.Exp((k - middle) * inverse);
        T a = T.MultiplyAdd(T.Constant(4), T.MultiplyAdd(k, k, p), T.MultiplyAdd(two, s, one));
        T b = T.Constant(4) * k * (T.MultiplyAdd(T.Constant(3), s, d) + two);
        T half = T.Sqrt(inverse) * T.Constant(0.5);
        return new Dual<T>(Exponentials.Difference(high, low, k * inverse) * half, (low * (a - b) + high * (a + b)) * half * (inverse * inverse));
    }
}

/// <summary>
/// N exp(g (k / N + shift)) with N = sqrt p, Kdot = g exp(g (k / N + shift)): the "Gaussian" kernel of Shankar et al. 2020,
/// equation 6; it has no network of finite width.
/// </summary>
/// <param name="Gamma">g.</param>
/// <param name="Shift">shift.</param>
public readonly record struct ExpNormalizedDual(double Gamma, double Shift) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 2;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => Correlation.Side(q);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T u = T.Max(T.Min(k * (x.B * y.B), T.Constant(1)), T.Constant(-1));
        T e = T.Exp(T.MultiplyAdd(T.Constant(Gamma), u, T.Constant(Gamma * Shift)));
        return new Dual<T>(x.A * y.A * e, T.Constant(Gamma) * e);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        // A zero example counts as uncorrelated with itself.
        double e = Math.Exp(Gamma * (1 + Shift));
        return new Dual<T>(q * T.Constant(e), T.IfLess(T.Constant(0), q, T.Constant(Gamma * e), T.Constant(Gamma * Math.Exp(Gamma * Shift))));
    }
}
