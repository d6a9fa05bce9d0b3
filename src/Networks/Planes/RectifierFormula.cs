using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation
//   phi(x) = a min(x, 0) + b max(x, 0), h = (a - b)^2 / 2         m = a b
//   u      correlation of the preactivations, t the angle, cos t = u, w = 1 - |u|, s = sin t
//   k0(u) = (pi - t) / pi, k1(u) = (s + (pi - t) u) / pi          arc-cosine kernels (Cho and Saul 2009)
//   W      variance of a weight times the number of filters that a tap is shared by, so that k = W (S + beta), S the sum over the taps
//   A, B   side factors of an example: sqrt(q) / sqrt(W) and sqrt(W) / sqrt(q)
// In terms of S the duals with the affine map before them are, with c = W h and k = W (S + beta),
//   J  = W Kdot = W m + c k0(u)               T' = (S_T + S + beta) J in the NTK parameterization
//   K' = A1 A2 (u J + (c / pi) s)             since K' = sqrt(q1 q2) (m u + h k1(u))
// One square root gives both: s = sqrt(w (2 - w)) and t = s G(w), where G is smooth on [0, 1]: a polynomial in float32, a quotient of two in float64.

/// <summary>
/// A piecewise linear nonlinearity with the affine map before it, in the form that takes the fewest operations: one square root and one smooth function
/// give both duals, and in float32 all constants stay in registers. K' has an absolute error of a few units of rounding of sqrt(q1 q2), no relative one near u = -1.
/// </summary>
/// <remarks>The constants come from memory, so that the compiler keeps them in registers instead of reading them each time.</remarks>
internal readonly unsafe struct RectifierFormula<T, TScalar>
    where TScalar : unmanaged
    where T : struct, IRealVector<T, TScalar>
{
    private readonly T _g0, _g1, _g2, _g3, _g4, _g5, _g6, _g7, _g8;
    private readonly TScalar* _coefficients;
    private readonly T _one, _minusKappa, _twoKappa, _half, _offset;

    /// <summary>Reads the constants.</summary>
    /// <param name="table">What <see cref="Fill"/> wrote.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RectifierFormula(TScalar* table)
    {
        Bias = T.Load(table);
        TangentBias = T.Load(table + T.Lanes);
        CovarianceToTangent = T.Load(table + 2 * T.Lanes);
        _one = T.Load(table + 3 * T.Lanes);
        _minusKappa = T.Load(table + 4 * T.Lanes);
        _twoKappa = T.Load(table + 5 * T.Lanes);
        _half = T.Load(table + 6 * T.Lanes);
        _offset = T.Load(table + 7 * T.Lanes);
        _coefficients = table + 8 * T.Lanes;
        if (!T.IsSinglePrecision)
            return;
        _g0 = T.Load(_coefficients + 0 * T.Lanes);
        _g1 = T.Load(_coefficients + 1 * T.Lanes);
        _g2 = T.Load(_coefficients + 2 * T.Lanes);
        _g3 = T.Load(_coefficients + 3 * T.Lanes);
        _g4 = T.Load(_coefficients + 4 * T.Lanes);
        _g5 = T.Load(_coefficients + 5 * T.Lanes);
        _g6 = T.Load(_coefficients + 6 * T.Lanes);
        _g7 = T.Load(_coefficients + 7 * T.Lanes);
        _g8 = T.Load(_coefficients + 8 * T.Lanes);
    }

    // -G: in float32 a polynomial in w, relative error 7.7e-8; in float64 a quotient of polynomials in w - 1/2, relative error 2.7e-16, the numerator first,
    // then the denominator without its 1; scripts/fit-polynomials.py.
    private static readonly double[] s_single =
    [
        -1.0000000629532309, -0.33332316523200584, -0.1336003937586137, -0.05447938153672894, -0.038473479030293876,
        0.023641731066686728, -0.05878273323067676, 0.04140664876529591, -0.01718536917939947,
    ];

    private static readonly double[] s_double =
    [
        -1.2091995761561452, 2.193054311759912, -1.4696370934993834, 0.443862961071123, -0.05821871901256394,
        0.002526489606387349, -7.331678291496447e-06, -2.2496324411308035, 1.9655243276485952, -0.8363291991302926,
        0.17706491309758698, -0.01676170093916769, 0.0004992159366690048,
    ];

    /// <summary>Vectors of constants.</summary>
    public static int Count => 8 + (T.IsSinglePrecision ? s_single.Length : s_double.Length);

    /// <summary>beta: k = W (S + beta).</summary>
    public readonly T Bias;

    /// <summary>beta_T: t = W (S_T + alpha (S + beta) + beta_T).</summary>
    public readonly T TangentBias;

    /// <summary>alpha.</summary>
    public readonly T CovarianceToTangent;

    /// <summary>Writes the constants of a nonlinearity and an affine map.</summary>
    /// <param name="dual">The nonlinearity.</param>
    /// <param name="affine">The affine map, with the divisor of its filter; the identity is 1 k.</param>
    /// <param name="table">Takes <see cref="Count"/> vectors.</param>
    public static void Fill(PiecewiseLinearDual dual, AffineStep affine, TScalar* table)
    {
        double c = affine.Weight * dual.HalfSquare;
        double kappa = c * c / (Math.PI * Math.PI);
        double[] constants =
        [
            affine.Bias / affine.Weight, (affine.BiasToTangent - affine.WeightToTangent / affine.Weight * affine.Bias) / affine.Weight,
            affine.WeightToTangent / affine.Weight, 1, -kappa, 2 * kappa, 0.5 * c, 0.5 * c + affine.Weight * dual.Product,
            .. T.IsSinglePrecision ? s_single : s_double,
        ];
        for (int i = 0; i < constants.Length; i++)
            T.Store(T.Constant(constants[i]), table + i * T.Lanes);
    }

    /// <summary>The side factors of an example.</summary>
    /// <param name="variance">q, after the affine map.</param>
    /// <param name="weight">W.</param>
    public static Side<T> Side(T variance, double weight)
    {
        Side<T> side = Correlation.Side(variance);
        double root = Math.Sqrt(weight);
        return new Side<T>(side.A * T.Constant(1 / root), side.B * T.Constant(root));
    }

    /// <summary>J and u J + (c / pi) s of a correlation, in float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EvaluateInSingle(T u, out T j, out T value)
    {
        T w = _one - T.Abs(u);
        T sine = Sine(w);
        T p = T.MultiplyAdd(_g8, w, _g7);
        p = T.MultiplyAdd(p, w, _g6);
        p = T.MultiplyAdd(p, w, _g5);
        p = T.MultiplyAdd(p, w, _g4);
        p = T.MultiplyAdd(p, w, _g3);
        p = T.MultiplyAdd(p, w, _g2);
        p = T.MultiplyAdd(p, w, _g1);
        p = T.MultiplyAdd(p, w, _g0);
        j = T.FlipSign(T.MultiplyAdd(sine, p, _half), u) + _offset;
        value = T.MultiplyAdd(u, j, sine);
    }

    /// <summary>
    /// J and u J + (c / pi) s of two correlations, in float64: a polynomial would need degree 19, a quotient has 13 coefficients, too many for registers
    /// as well, and each is read once for both.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EvaluateTwoInDouble(T u, T v, out T ju, out T jv, out T valueU, out T valueV)
    {
        T wu = _one - T.Abs(u), wv = _one - T.Abs(v);
        T sineU = Sine(wu), sineV = Sine(wv);
        T half = T.Constant(0.5);
        T xu = wu - half, xv = wv - half;
        T c = T.Load(_coefficients + 5 * T.Lanes), d = T.Load(_coefficients + 6 * T.Lanes);
        T pu = T.MultiplyAdd(d, xu, c), pv = T.MultiplyAdd(d, xv, c);
        c = T.Load(_coefficients + 11 * T.Lanes);
        d = T.Load(_coefficients + 12 * T.Lanes);
        T qu = T.MultiplyAdd(d, xu, c), qv = T.MultiplyAdd(d, xv, c);
        c = T.Load(_coefficients + 4 * T.Lanes);
        pu = T.MultiplyAdd(pu, xu, c);
        pv = T.MultiplyAdd(pv, xv, c);
        d = T.Load(_coefficients + 10 * T.Lanes);
        qu = T.MultiplyAdd(qu, xu, d);
        qv = T.MultiplyAdd(qv, xv, d);
        c = T.Load(_coefficients + 3 * T.Lanes);
        pu = T.MultiplyAdd(pu, xu, c);
        pv = T.MultiplyAdd(pv, xv, c);
        d = T.Load(_coefficients + 9 * T.Lanes);
        qu = T.MultiplyAdd(qu, xu, d);
        qv = T.MultiplyAdd(qv, xv, d);
        c = T.Load(_coefficients + 2 * T.Lanes);
        pu = T.MultiplyAdd(pu, xu, c);
        pv = T.MultiplyAdd(pv, xv, c);
        d = T.Load(_coefficients + 8 * T.Lanes);
        qu = T.MultiplyAdd(qu, xu, d);
        qv = T.MultiplyAdd(qv, xv, d);
        c = T.Load(_coefficients + 1 * T.Lanes);
        pu = T.MultiplyAdd(pu, xu, c);
        pv = T.MultiplyAdd(pv, xv, c);
        d = T.Load(_coefficients + 7 * T.Lanes);
        qu = T.MultiplyAdd(qu, xu, d);
        qv = T.MultiplyAdd(qv, xv, d);
        c = T.Load(_coefficients + 0 * T.Lanes);
        pu = T.MultiplyAdd(pu, xu, c);
        pv = T.MultiplyAdd(pv, xv, c);
        pu = sineU * pu / T.MultiplyAdd(qu, xu, _one);
        pv = sineV * pv / T.MultiplyAdd(qv, xv, _one);
        ju = T.FlipSign(_half + pu, u) + _offset;
        jv = T.FlipSign(_half + pv, v) + _offset;
        valueU = T.MultiplyAdd(u, ju, sineU);
        valueV = T.MultiplyAdd(v, jv, sineV);
    }

    // (c / pi) s.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Sine(T w) => T.Sqrt(T.Max(w * T.MultiplyAdd(w, _minusKappa, _twoKappa), T.Constant(0)));
}
