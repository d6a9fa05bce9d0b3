namespace NeuralKernels.Tests.Networks;

// Notation: u = sqrt(q1) x, v = sqrt(q2) (r x + s y), s = sqrt(1 - r^2), x and y independent standard normal.

/// <summary>Every dual activation against a two-dimensional quadrature of its definition.</summary>
public sealed class DualQuadratureTests
{
    private static readonly (double Q1, double Q2, double R)[] Points =
        [(1.3, 0.7, 0.4), (0.6, 1.9, -0.8), (1, 1, 0), (0.8, 1.1, 0.9999), (0.9, 0.5, -0.9999), (1.2, 1.2, 1 - 1e-8), (0.02, 1.5, 0.6)];

    public static TheoryData<string> Names() => Sample.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Dual_OfAnyPair_IsTheExpectation(string name)
    {
        Sample sample = Sample.Of(name);
        foreach ((double q1, double q2, double r) in Points)
        {
            (double k, double dot) = DualRun.Pair(sample.Layer, q1, q2, r * Math.Sqrt(q1 * q2));
            (double expectedK, double scaleK) = Expect(sample.Phi, q1, q2, r);
            (double expectedDot, double scaleDot) = Expect(sample.Slope, q1, q2, r);
            double rounding = 1e-15 * Math.Sqrt(DualRun.Diagonal(sample.Layer, q1).K * DualRun.Diagonal(sample.Layer, q2).K);
            Assert.True(Math.Abs(k - expectedK) <= 1e-10 * scaleK + rounding, $"K' at {(q1, q2, r)}: {k:r}, quadrature {expectedK:r}");
            double roundingDot = 1e-15 * Math.Sqrt(DualRun.Diagonal(sample.Layer, q1).Dot * DualRun.Diagonal(sample.Layer, q2).Dot);
            Assert.True(Math.Abs(dot - expectedDot) <= 1e-10 * scaleDot + roundingDot, $"Kdot at {(q1, q2, r)}: {dot:r}, quadrature {expectedDot:r}");
        }
    }

    /// <summary>E[f(u) f(v)] and E|f(u) f(v)|.</summary>
    internal static (double Value, double Scale) Expect(Func<double, double> f, double q1, double q2, double r)
    {
        double s = Math.Sqrt((1 - r) * (1 + r));
        double value = 0;
        double scale = 0;

        // Panels shrink towards x = 0, where a kink of phi(v) shows in x as a step of width s.
        foreach ((double x, double wx) in Nodes(Panels(0, s)))
        {
            double outer = wx * f(Math.Sqrt(q1) * x);
            if (outer == 0)
                continue;
            double inner = 0;
            double magnitude = 0;
            foreach ((double y, double wy) in Nodes(Panels(Math.Clamp(-r * x / s, -10, 10), 1)))
            {
                double term = wy * f(Math.Sqrt(q2) * (r * x + s * y));
                inner += term;
                magnitude += Math.Abs(term);
            }

            value += outer * inner;
            scale += Math.Abs(outer) * magnitude;
        }

        return (value, scale);
    }

    private static double[] Panels(double middle, double finest)
    {
        List<double> edges = [middle];
        for (double step = Math.Min(finest, 1) / 2; ; step = Math.Min(2 * step, step + 1.5))
        {
            if (step > 20)
                break;
            edges.Add(middle + step);
            edges.Add(middle - step);
        }

        return [-10, .. edges.Where(e => e is > -10 and < 10).Order(), 10];
    }

    /// <summary>Gauss-Legendre nodes of all panels with the weights of the standard normal distribution.</summary>
    private static IEnumerable<(double X, double Weight)> Nodes(double[] edges)
    {
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            double half = 0.5 * (edges[i + 1] - edges[i]);
            double middle = 0.5 * (edges[i + 1] + edges[i]);
            foreach ((double node, double weight) in Legendre)
            {
                double x = middle + half * node;
                yield return (x, half * weight * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
            }
        }
    }

    private static (double Node, double Weight)[] Legendre { get; } = MakeLegendre(14);

    private static (double Node, double Weight)[] MakeLegendre(int n)
    {
        (double, double)[] result = new (double, double)[n];
        for (int i = 0; i < n; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 1;
            for (int newton = 0; newton < 20; newton++)
            {
                double p0 = 1, p1 = x;
                for (int k = 2; k <= n; k++)
                    (p0, p1) = (p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k);
                slope = n * (x * p1 - p0) / (x * x - 1);
                x -= p1 / slope;
            }

            result[i] = (x, 2 / ((1 - x * x) * slope * slope));
        }

        return result;
    }
}
