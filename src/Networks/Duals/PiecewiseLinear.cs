using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation: q1, q2 variances, k covariance, u = k / sqrt(q1 q2); k0, k1 arc-cosine kernels of order 0 and 1.
// Formulas: ../../docs/math.md, section "Dual activations".

/// <summary>a min(x, 0) + b max(x, 0). Kdot = a b + h k0(u), K' = a b k + h sqrt(q1 q2) k1(u), h = (a - b)^2 / 2.</summary>
public readonly struct PiecewiseLinearDual : IDualActivation
{
    private readonly double _meanSquare;

    /// <summary>Makes the dual of a min(x, 0) + b max(x, 0).</summary>
    /// <param name="negativeSlope">a.</param>
    /// <param name="positiveSlope">b.</param>
    public PiecewiseLinearDual(double negativeSlope, double positiveSlope)
    {
        Product = negativeSlope * positiveSlope;
        HalfSquare = 0.5 * (negativeSlope - positiveSlope) * (negativeSlope - positiveSlope);
        _meanSquare = 0.5 * (negativeSlope * negativeSlope + positiveSlope * positiveSlope);
    }

    /// <summary>a b.</summary>
    public double Product { get; }

    /// <summary>h.</summary>
    public double HalfSquare { get; }

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
        ArcFunctions.ArcCosineKernels(k * (x.B * y.B), out T k0, out T k1);
        T product = T.Constant(Product);
        T half = T.Constant(HalfSquare);
        return new Dual<T>(
            T.MultiplyAdd(half * (x.A * y.A), k1, product * k),
            T.MultiplyAdd(half, k0, product));
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        // A zero example has no direction: the pair counts as uncorrelated, as everywhere off the diagonal.
        T derivative = T.IfLess(T.Constant(0), q, T.Constant(_meanSquare), T.Constant(Product + 0.5 * HalfSquare));
        return new Dual<T>(T.Constant(_meanSquare) * q, derivative);
    }
}

/// <summary>max(x, 0): <see cref="PiecewiseLinearDual"/> with a = 0 and b = 1 in fewer operations. Kdot = k0(u) / 2, K' = sqrt(q1 q2) k1(u) / 2.</summary>
public readonly record struct RectifierDual : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 2;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(T.Sqrt(T.Constant(0.5) * q), Correlation.Side(q).B);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        ArcFunctions.ArcCosineKernels(k * (x.B * y.B), out T k0, out T k1);
        return new Dual<T>(x.A * y.A * k1, T.Constant(0.5) * k0);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T> =>

        // A zero example has no direction: the pair counts as uncorrelated, as everywhere off the diagonal.
        new(T.Constant(0.5) * q, T.IfLess(T.Constant(0), q, T.Constant(0.5), T.Constant(0.25)));
}

/// <summary>sign(x). K' = 1 - 2 t / pi = 2 k0(u) - 1; the derivative is zero almost everywhere and is taken as 0.</summary>
public readonly record struct SignDual : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 2;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => Correlation.Side(q);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T> =>
        new(ArcFunctions.ArcSine(k * (x.B * y.B)) * T.Constant(2 / Math.PI), T.Constant(0));

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T> =>
        new(T.IfLess(T.Constant(0), q, T.Constant(1), T.Constant(0)), T.Constant(0));
}

/// <summary>
/// 1[x &gt;= 0] x^n. K' = (q1 q2)^(n/2) J_n / (2 pi), Kdot = n^2 (q1 q2)^((n-1)/2) J_(n-1) / (2 pi) (Cho and Saul 2009,
/// equation 4), with J_n = A_n(u) sin t + B_n(u) (pi - t) and the polynomials of <see cref="Order"/>.
/// </summary>
public readonly struct RectifiedMonomialDual : IDualActivation
{
    private readonly int _degree;
    private readonly Order _value;
    private readonly Order? _derivative;

    /// <summary>Makes the dual of degree <paramref name="degree"/> &gt;= 0.</summary>
    public RectifiedMonomialDual(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        _degree = degree;
        _value = Order.Of(degree);
        _derivative = degree == 0 ? null : Order.Of(degree - 1);
    }

    /// <inheritdoc />
    public int SideFactors => 3;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T>
    {
        Side<T> side = Correlation.Side(q);
        T lower = T.Constant(1);
        for (int i = 1; i < _degree; i++)
            lower *= side.A;
        return new Side<T>(_degree == 0 ? lower : lower * side.A, side.B, lower);
    }

    /// <inheritdoc />
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T one = T.Constant(1);
        T u = T.Max(T.Min(k * (x.B * y.B), one), -one);
        T complement = ArcFunctions.ArcCosineKernel0(u) * T.Constant(Math.PI);
        T sine = ArcFunctions.SineOfCorrelation(u);
        T value = _value.Evaluate(u, sine, complement) * (x.A * y.A) * T.Constant(0.5 / Math.PI);
        T derivative = _derivative is null
            ? T.Constant(0)
            : _derivative.Evaluate(u, sine, complement) * (x.C * y.C) * T.Constant(_degree * _degree * 0.5 / Math.PI);
        return new Dual<T>(value, derivative);
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>
    {
        Side<T> side = Side(q);
        T value = side.A * side.A * T.Constant(0.5 * Combinatorics.DoubleFactorial(2 * _degree - 1));
        T derivative = _degree == 0
            ? T.Constant(0)
            : side.C * side.C * T.Constant(0.5 * _degree * _degree * Combinatorics.DoubleFactorial(2 * _degree - 3));

        // A zero example counts as uncorrelated with itself: the step function's dual is 1/4 there, not 1/2.
        T zero = T.Constant(0);
        T quarter = T.Constant(0.25);
        return new Dual<T>(
            _degree == 0 ? T.IfLess(zero, q, value, quarter) : value,
            _degree == 1 ? T.IfLess(zero, q, derivative, quarter) : derivative);
    }

    /// <summary>
    /// J_n = A sin t + B (pi - t) with polynomials in u = cos t. From J_(n+1) = (1 - u^2) dJ_n/du + (2n+1) u J_n:
    /// A' = (1 - u^2) dA/du + 2 n u A + B and B' = (1 - u^2) dB/du + (2n+1) u B.
    /// </summary>
    private sealed record Order(double[] Sine, double[] Angle)
    {
        public static Order Of(int n)
        {
            double[] sine = [0];
            double[] angle = [1];
            for (int i = 0; i < n; i++)
            {
                double[] nextSine = Add(Add(TimesComplement(Differentiate(sine)), TimesVariable(sine, 2 * i)), angle);
                angle = Add(TimesComplement(Differentiate(angle)), TimesVariable(angle, 2 * i + 1));
                sine = nextSine;
            }

            return new Order(sine, angle);
        }

        public T Evaluate<T>(T u, T sine, T complement)
            where T : struct, IReal<T> =>
            T.MultiplyAdd(Horner.Evaluate(u, Sine), sine, Horner.Evaluate(u, Angle) * complement);

        private static double[] Differentiate(double[] p) =>
            p.Length == 1 ? [0] : [.. p.Skip(1).Select((c, i) => c * (i + 1))];

        private static double[] TimesVariable(double[] p, double factor) => [0, .. p.Select(c => c * factor)];

        private static double[] TimesComplement(double[] p) => Add(p, [0, 0, .. p.Select(c => -c)]);

        private static double[] Add(double[] p, double[] q) =>
            [.. Enumerable.Range(0, Math.Max(p.Length, q.Length)).Select(i => (i < p.Length ? p[i] : 0) + (i < q.Length ? q[i] : 0))];
    }
}
