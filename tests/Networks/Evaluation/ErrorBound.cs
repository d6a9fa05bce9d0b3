using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

// Notation: docs/math.md, "Error analysis": u unit roundoff, e and f errors of k and t, q1 and q2 variances.

/// <summary>Bounds of the errors of K' and Kdot.</summary>
internal readonly record struct DualError(double K, double Dot)
{
    public static DualError operator +(DualError a, DualError b) => new(a.K + b.K, a.Dot + b.Dot);
}

/// <summary>A pair on its way through a network, with bounds of its rounding errors.</summary>
internal readonly record struct PairState(double Q1, double Q2, double K, double T, double R1, double R2, double E, double F, int Width)
{
    public double Scale => Math.Sqrt(Q1 * Q2);
}

/// <summary>
/// The error bound of docs/math.md for one pair; on the way it evaluates the network pair by pair, layer by layer, by the formulas
/// of the layers.
/// </summary>
internal static class ErrorBound
{
    /// <summary>The kernels of a pair in float64 with bounds of the errors of an evaluation of unit roundoff u.</summary>
    public static PairState Of(Network network, double[] x1, double[] x2, double u)
    {
        int d = x1.Length;
        double q1 = x1.Sum(x => x * x) / d, q2 = x2.Sum(x => x * x) / d;
        double k = x1.Zip(x2, (a, b) => a * b).Sum() / d;
        PairState start = new(q1, q2, k, 0, 0, 0, (d + 3) * u * Math.Sqrt(q1 * q2), 0, d);
        return Sequence(network.Layers, start, u);
    }

    public static DualError OfDual(Nonlinearity phi, double q1, double q2, double k, double e, double u)
    {
        double rounded = e + 4 * u * 0.5 * (q1 + q2);
        (double middle, double slope) = DualRun.Pair(phi, q1, q2, k);
        (double lowK, double lowDot) = DualRun.Pair(phi, q1, q2, k - rounded);
        (double highK, double highDot) = DualRun.Pair(phi, q1, q2, k + rounded);
        (double k1, double dot1) = Magnitude(phi, q1);
        (double k2, double dot2) = Magnitude(phi, q2);
        double local = (8 + 2 * Degree(phi)) * u + (phi is NumericalNonlinearity ? SeriesBound.Dropped : 0);
        return new DualError(
            Math.Max(Math.Abs(lowK - middle), Math.Abs(highK - middle)) + local * Math.Sqrt(k1 * k2) + Underflow(u),
            Math.Max(Math.Abs(lowDot - slope), Math.Abs(highDot - slope)) + local * Math.Sqrt(dot1 * dot2) + Underflow(u));
    }

    private static PairState Sequence(IEnumerable<Layer> layers, PairState s, double u) => layers.Aggregate(s, (state, layer) => Apply(layer, state, u));

    private static PairState Apply(Layer layer, PairState s, double u) => layer switch
    {
        Dense dense => Affine(dense, s, u),
        Nonlinearity phi => Activate(phi, s, u),
        LayerNorm norm => Normalize(norm.Eps, s, u),
        Dropout dropout => s with { Q1 = s.Q1 / dropout.Keep, Q2 = s.Q2 / dropout.Keep, R1 = s.R1 / dropout.Keep, R2 = s.R2 / dropout.Keep },
        Identity or Flatten => s,
        Serial serial => Sequence(serial.Layers, s, u),
        Repeat repeat => Sequence(Enumerable.Repeat(repeat.Layers, repeat.Times).SelectMany(l => l), s, u),
        Residual sum => Combine([.. sum.Branches.Select(b => Apply(b, s, u))], _ => 1, u),
        Concat concat => Average([.. concat.Branches.Select(b => Apply(b, s, u))], u),
        Product product => product.Branches.Select(b => Apply(b, s, u)).Aggregate((a, b) => Multiply(a, b, u)),
        _ => throw new NotSupportedException(layer.Title),
    };

    private static PairState Affine(Dense dense, PairState s, double u)
    {
        double w = dense.WStd * dense.WStd, b = dense.BStd is { } std ? std * std : 0;
        bool ntk = dense.Parameterization == Parameterization.Ntk;
        double toT = ntk ? w : s.Width, biasT = ntk ? b : dense.BStd is null ? 0 : 1;
        return new PairState(
            w * s.Q1 + b, w * s.Q2 + b, w * s.K + b, toT * s.K + biasT + w * s.T, toT * s.Q1 + biasT + w * s.R1, toT * s.Q2 + biasT + w * s.R2,
            w * s.E + 3 * u * (w * Math.Abs(s.K) + b),
            toT * s.E + w * s.F + 4 * u * (toT * Math.Abs(s.K) + biasT + w * Math.Abs(s.T)),
            dense.Width);
    }

    private static PairState Activate(Nonlinearity phi, PairState s, double u)
    {
        (double k, double dot) = DualRun.Pair(phi, s.Q1, s.Q2, s.K);
        (double k1, double dot1) = DualRun.Diagonal(phi, s.Q1);
        (double k2, double dot2) = DualRun.Diagonal(phi, s.Q2);
        DualError error = OfDual(phi, s.Q1, s.Q2, s.K, s.E, u);
        return s with
        {
            Q1 = k1,
            Q2 = k2,
            K = k,
            T = s.T * dot,
            R1 = s.R1 * dot1,
            R2 = s.R2 * dot2,
            E = error.K,
            F = Times(Math.Abs(dot) + error.Dot, s.F) + Times(Math.Abs(s.T), error.Dot) + u * Math.Abs(s.T * dot),
        };
    }

    private static PairState Normalize(double eps, PairState s, double u)
    {
        double f1 = s.Q1 + eps > 0 ? 1 / (s.Q1 + eps) : 0, f2 = s.Q2 + eps > 0 ? 1 / (s.Q2 + eps) : 0;
        double f = Math.Sqrt(f1 * f2);
        return s with
        {
            Q1 = s.Q1 * f1,
            Q2 = s.Q2 * f2,
            K = s.K * f,
            T = s.T * f,
            R1 = s.R1 * f1,
            R2 = s.R2 * f2,
            E = (s.E + 4 * u * Math.Abs(s.K)) * f,
            F = (s.F + 4 * u * Math.Abs(s.T)) * f,
        };
    }

    private static PairState Average(PairState[] branches, double u)
    {
        double total = branches.Sum(b => (double)b.Width);
        return Combine(branches, b => b.Width / total, u) with { Width = (int)total };
    }

    private static PairState Combine(PairState[] branches, Func<PairState, double> weight, double u)
    {
        double Sum(Func<PairState, double> part) => branches.Sum(b => weight(b) * part(b));
        double terms = (branches.Length + 1) * u;
        return new PairState(
            Sum(b => b.Q1), Sum(b => b.Q2), Sum(b => b.K), Sum(b => b.T), Sum(b => b.R1), Sum(b => b.R2),
            Sum(b => b.E + terms * Math.Abs(b.K)), Sum(b => b.F + terms * Math.Abs(b.T)), branches[0].Width);
    }

    private static PairState Multiply(PairState a, PairState b, double u)
    {
        double e = Math.Abs(a.K) * b.E + Math.Abs(b.K) * a.E + a.E * b.E + u * Math.Abs(a.K * b.K);
        double Cross(PairState t, PairState k) => (Math.Abs(t.T) + t.F) * k.E + t.F * Math.Abs(k.K) + 2 * u * Math.Abs(t.T * k.K);
        return new PairState(
            a.Q1 * b.Q1, a.Q2 * b.Q2, a.K * b.K, a.T * b.K + a.K * b.T, a.R1 * b.Q1 + a.Q1 * b.R1, a.R2 * b.Q2 + a.Q2 * b.R2, e, Cross(a, b) + Cross(b, a), a.Width);
    }

    // The terms of a polynomial may cancel: its scale is that of the polynomial with |c_i|. Kdot of a zero example has the scale
    // of small examples.
    private static (double K, double Dot) Magnitude(Nonlinearity phi, double q) =>
        DualRun.Diagonal(phi is Polynomial p ? new Polynomial { Coef = [.. p.Coef.Select(Math.Abs)] } : phi, Math.Max(q, 1e-100));

    private static int Degree(Nonlinearity phi) => phi switch
    {
        Polynomial p => p.Coef.Count,
        Monomial m => m.Degree,
        RectifiedMonomial r => r.Degree,
        Hermite h => h.Degree,
        NumericalNonlinearity n => n.Terms / 2,
        _ => 0,
    };

    // A bound may be infinite, as that of an exponential of what LayerNorm makes of a zero example; 0 times it is 0.
    private static double Times(double a, double b) => a == 0 || b == 0 ? 0 : a * b;

    private static double Underflow(double u) => u > 1e-10 ? 1e-37 : 1e-300;
}
