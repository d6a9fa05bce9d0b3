using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

// Notation
//   q          variance of a preactivation; x standard normal; h_m = He_m / sqrt(m!)
//   d_m(q)     E[phi'(sqrt(q) x) h_m(x)]          r_0(q)   E[phi(sqrt(q) x)]; for l > 0, r_l = sqrt(q / l) d_(l-1)
//   s          jump of phi' at 0                  psi      phi(x) - s max(x, 0)          e_m   coefficients of psi'
//   a_m        E[1[x > 0] h_m(x)]: 1/2, then n(0) h_(m-1)(0) / sqrt(m) for odd m, 0 for even m
//   class      the m > 0 of one parity; M its last kept m
// docs/math.md, section "Numerical nonlinearities".

/// <summary>The m of one parity that an expansion keeps.</summary>
/// <param name="First">The first m: 1 or 2.</param>
/// <param name="Count">How many, an even number: First, First + 2, ..</param>
/// <param name="Factor">Place of its factors: c, A, C, then X, Y where phi has a kink at 0 and m is odd, then d_m.</param>
/// <param name="HasKink">Whether X and Y are there.</param>
internal sealed record HermiteClass(int First, int Count, int Factor, bool HasKink)
{
    /// <summary>Place of the first d_m.</summary>
    public int FirstTerm => Factor + (HasKink ? 5 : 3);

    /// <summary>Place after the last d_m.</summary>
    public int End => FirstTerm + Count;

    /// <summary>The first m that is left out.</summary>
    public int Next => First + 2 * Count;
}

/// <summary>
/// The Hermite expansion of a function: what a pair needs to know of one side, by one-dimensional quadrature. Thread-safe.
/// </summary>
internal sealed class HermiteExpansion
{
    // Places of the factors that every expansion has; then those of the classes.
    public const int InverseRoot = 0, Root = 1, Mean = 2, Slope = 3;

    private const int Classes = 4;
    private readonly NumericalNonlinearity _phi;
    private readonly HermiteRule _rule;
    private readonly double[] _cuts;
    private readonly int _degree;
    private readonly double[] _step;

    /// <summary>Prepares the expansion of a function.</summary>
    /// <exception cref="UserErrorException">The function jumps at one of its kinks.</exception>
    public HermiteExpansion(NumericalNonlinearity phi)
    {
        _phi = phi;
        double[] kinks = [.. phi.Kinks];
        foreach (double kink in kinks)
            RequireContinuity(phi, kink);
        _cuts = [.. kinks.Select(Math.Abs).Where(c => c > 0)];
        Kink = kinks.Contains(0) ? phi.Derivative(double.Epsilon) - phi.Derivative(-double.Epsilon) : 0;
        (bool even, bool odd) = Parities();
        int count = (phi.Terms / (even && odd ? 2 : 1) + 1) / 2 * 2;
        int place = Classes;
        List<HermiteClass> parts = [];
        if (odd)
            parts.Add(new HermiteClass(1, count, place, Kink != 0));
        if (even)
            parts.Add(new HermiteClass(2, count, parts.Count > 0 ? parts[0].End : place, false));
        Parts = [.. parts];
        Factors = parts.Count > 0 ? parts[^1].End : place;
        _degree = parts.Count > 0 ? parts.Max(p => p.Next - 2) : 0;
        _rule = HermiteRule.Of(_cuts, _degree);
        _step = StepCoefficients(_degree);
    }

    /// <summary>s, the jump of phi' at 0.</summary>
    public double Kink { get; }

    /// <summary>The classes that are not empty for this function: one for tanh, two for most kinks.</summary>
    public IReadOnlyList<HermiteClass> Parts { get; }

    /// <summary>Factors of one example.</summary>
    public int Factors { get; }

    /// <summary>a_m for m up to the largest that is kept.</summary>
    public ReadOnlySpan<double> Step => _step;

    /// <summary>Writes the factors of an example.</summary>
    /// <param name="q">The variance.</param>
    /// <param name="factors">As many as <see cref="Factors"/>.</param>
    /// <returns>E[phi^2] and E[phi'^2]: the variance map.</returns>
    /// <exception cref="UserErrorException">phi is not finite somewhere, or more is left out than the options allow.</exception>
    public (double Covariance, double Derivative) Expand(double q, Span<double> factors)
    {
        factors.Clear();

        // Nothing left: a series of one term, 0.
        foreach (HermiteClass part in Parts)
            factors[part.Factor] = 1;
        if (!(q > 0) || !double.IsFinite(q))
            return ExpandZero(q, factors);
        double root = Math.Sqrt(q);
        HermiteRule rule = _cuts.Length == 0 ? _rule : HermiteRule.Of(_cuts.Select(c => c / root), _degree);
        HalfLine value = new(rule, _phi.Phi, root, "phi", _phi.Title);
        HalfLine slope = new(rule, _phi.Derivative, root, "the derivative of phi", _phi.Title);
        factors[InverseRoot] = 1 / root;
        factors[Root] = root;
        factors[Mean] = 2 * Dot(rule.Weights, value.Even);
        factors[Slope] = 2 * Dot(rule.Weights, slope.Even);
        double covariance = value.Norm(rule), derivative = slope.Norm(rule);
        double left = 0;
        foreach (HermiteClass part in Parts)
            left += ExpandClass(part, rule, value, slope, q, factors);
        if (left > _phi.Remainder * covariance)
        {
            throw new UserErrorException(
                $"{_phi.Title}: an expansion with {_phi.Terms} terms leaves out {left / covariance:p2} of the variance of an example whose preactivations have the variance {q:g3}.",
                $"{(_phi.Terms <= 64 ? $"Write terms: {2 * _phi.Terms}, use" : "Use")} smaller W_std or LayerNorm, scale the features, or allow it by remainder.");
        }

        return (covariance, derivative);
    }

    // A zero example has no direction: it counts as uncorrelated with everything, and its slope at a kink is the mean of both sides.
    private (double Covariance, double Derivative) ExpandZero(double q, Span<double> factors)
    {
        if (q != 0)
        {
            factors.Fill(double.NaN);
            return (double.NaN, double.NaN);
        }

        factors[Mean] = _phi.Phi(0);
        factors[Slope] = Kink != 0 ? 0.5 * (_phi.Derivative(double.Epsilon) + _phi.Derivative(-double.Epsilon)) : _phi.Derivative(0);
        return (factors[Mean] * factors[Mean], factors[Slope] * factors[Slope]);
    }

    // The terms of a class, and what is left out, as a geometric series: mass and mean index are known exactly from the diagonal.
    private double ExpandClass(HermiteClass part, HermiteRule rule, HalfLine value, HalfLine slope, double q, Span<double> factors)
    {
        bool odd = part.First == 1;
        double[] f = odd ? slope.Odd : slope.Even;
        double[] g = odd ? value.Even : value.Odd;
        double root = Math.Sqrt(q), kink = Kink;
        double e0 = factors[Slope] - 0.5 * kink, mean = factors[Mean] - kink * root / Math.Sqrt(2 * Math.PI);

        // Masses of psi' and psi in this class, and their products with the step and the rectifier.
        double slopeMass = odd ? 0 : -e0 * e0, valueMass = odd ? -mean * mean : -q * e0 * e0;
        double slopeCross = 0, valueCross = odd ? -mean * root / Math.Sqrt(2 * Math.PI) : 0, slopeScale = 0, valueScale = 0;
        for (int i = 0; i < f.Length; i++)
        {
            double weight = 2 * rule.Weights[i], half = 0.5 * root * rule.Nodes[i];
            double e = f[i] - 0.5 * kink, p = g[i] - kink * half;
            slopeMass += weight * e * e;
            valueMass += weight * p * p;
            slopeCross += odd ? 0.5 * weight * e : 0;
            valueCross += odd ? weight * half * p : 0;
            slopeScale += weight * f[i] * f[i];
            valueScale += weight * g[i] * g[i];
        }

        valueMass /= q;
        valueCross /= q;
        valueScale /= q;
        for (int j = 0; j < part.Count; j++)
        {
            int m = part.First + 2 * j;
            double d = 2 * Dot(rule.Table[m], f);
            factors[part.FirstTerm + j] = d;
            double e = d - kink * _step[m];
            slopeMass -= e * e;
            valueMass -= e * e / (m + 1);
            slopeCross -= e * _step[m];
            valueCross -= e * _step[m] / (m + 1);
        }

        // Below this, differences are rounding.
        double noise = 1e-14 * slopeScale;
        double slopeLeft = slopeMass > noise ? slopeMass : 0;
        double valueLeft = valueMass > 1e-14 * valueScale ? Math.Min(valueMass, slopeLeft / (part.Next + 1)) : 0;
        if (slopeLeft > 0)
        {
            // Index of the mean of what is left, in steps of 2 beyond the first.
            double beyond = valueLeft > 0 ? Math.Clamp(0.5 * (slopeLeft / valueLeft - 1 - part.Next), 0, 1e4) : 0;
            double ratio = Math.Sqrt(beyond / (1 + beyond));
            factors[part.Factor] = 1 / ((1 + beyond) * (1 + ratio));
            factors[part.Factor + 1] = Math.Sqrt(slopeLeft / (1 + beyond));
            factors[part.Factor + 2] = Math.Sqrt(valueLeft / (1 + beyond));
        }

        double cross = 0;
        if (part.HasKink && Math.Abs(slopeCross) > noise)
        {
            double limit = slopeCross / (part.Next + 1);
            cross = Math.Clamp(valueCross, Math.Min(limit, 0), Math.Max(limit, 0));
            double share = 1 - CrossRatio(part);
            factors[part.Factor + 3] = kink * slopeCross * share;
            factors[part.Factor + 4] = kink * cross * share;
        }

        return q * (valueLeft + 2 * Math.Abs(kink * cross));
    }

    /// <summary>
    /// Ratio of neighbours in the series for products of psi with the rectifier, the same for all examples: their terms fall off like a
    /// power of m, so that what is left begins at M and has its mean at a multiple of it.
    /// </summary>
    public static double CrossRatio(HermiteClass part)
    {
        double beyond = 0.3 * part.Next;
        return beyond / (1 + beyond);
    }

    // Whether phi' has even and odd parts beside a constant, to rounding.
    private (bool Even, bool Odd) Parities()
    {
        double largest = 0, even = 0, odd = 0, constant = double.NaN;
        for (int i = 1; i < 200; i++)
        {
            double x = Math.Pow(1.07, i - 100) * 1.01;
            double plus = _phi.Derivative(x), minus = _phi.Derivative(-x);
            if (double.IsNaN(constant))
                constant = 0.5 * (plus + minus);
            largest = Math.Max(largest, Math.Max(Math.Abs(plus), Math.Abs(minus)));
            even = Math.Max(even, Math.Abs(0.5 * (plus + minus) - constant));
            odd = Math.Max(odd, Math.Abs(plus - minus));
        }

        // What is not a number counts as both: it is found where it is used.
        return (!(even <= 1e-14 * largest), !(odd <= 1e-14 * largest));
    }

    private static void RequireContinuity(NumericalNonlinearity phi, double kink)
    {
        double below = phi.Phi(Math.BitDecrement(kink)), above = phi.Phi(Math.BitIncrement(kink));
        if (Math.Abs(above - below) > 1e-9 * (1 + Math.Abs(below)))
        {
            throw new UserErrorException(
                $"{phi.Title}: phi jumps from {below:g6} to {above:g6} at {kink:g6}. The expansion of functions with jumps converges too slowly.",
                "Use Sign or RectifiedMonomial of degree 0, or a smooth function that is close to it.");
        }
    }

    private static double[] StepCoefficients(int degree)
    {
        double[] a = new double[degree + 2];
        a[0] = 0.5;
        double atZero = 1 / Math.Sqrt(2 * Math.PI);
        for (int m = 1; m <= degree; m += 2)
        {
            a[m] = atZero / Math.Sqrt(m);
            atZero *= -Math.Sqrt(m / (m + 1.0));
        }

        return a;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sum = default;
        int i = 0;
        for (; i + Vector<double>.Count <= a.Length; i += Vector<double>.Count)
            sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double total = Vector.Sum(sum);
        for (; i < a.Length; i++)
            total += a[i] * b[i];
        return total;
    }
}
