namespace NeuralKernels.Networks;

// Notation
//   x, n(x)   standard normal variable and its density
//   h_m       He_m / sqrt(m!), orthonormal under n

/// <summary>
/// Nodes x &gt; 0 and weights for integrals over the half line against n(x) h_m(x): Gauss-Legendre panels that shrink towards 0, where
/// phi(sqrt(q) x) has its structure when q is large, and that end at the given cuts.
/// </summary>
internal sealed class HermiteRule
{
    // Beyond it lie 1e-38 of the mass; integrands with h_m see the square root of that.
    private const double End = 13;
    private const int PanelNodes = 20;
    private static readonly (double Node, double Weight, double Highest)[] s_legendre = Legendre(PanelNodes);

    private HermiteRule(double[] nodes, double[] weights, double[] top, double[][] table) => (Nodes, Weights, Top, Table) = (nodes, weights, top, table);

    /// <summary>The nodes, ascending.</summary>
    public double[] Nodes { get; }

    /// <summary>Weights of the integral against n.</summary>
    public double[] Weights { get; }

    /// <summary>
    /// For each panel, weights of the highest Legendre coefficient that its nodes see of a function times sqrt(n): its square is the part of the
    /// integral of the squared function that lies at this degree, and what the quadrature misses is less.
    /// </summary>
    public double[] Top { get; }

    /// <summary>For each m, weights of the integral against n h_m.</summary>
    public double[][] Table { get; }

    /// <summary>Nodes of one panel; panels follow each other.</summary>
    public static int Panel => PanelNodes;

    /// <summary>Makes a rule.</summary>
    /// <param name="cuts">Where integrands are not smooth; those outside (0, 13) don't matter.</param>
    /// <param name="degree">The largest m, at most 256: panels are narrow enough for its waves.</param>
    public static HermiteRule Of(IEnumerable<double> cuts, int degree)
    {
        SortedSet<double> edges = [0, .. cuts.Where(c => c is > 0 and < End), .. Enumerable.Range(0, 11).Select(i => Math.ScaleB(1, -i))];
        for (double edge = 2.5; edge <= End; edge += 1.5)
            edges.Add(edge);
        double[] sorted = [.. edges];
        int count = (sorted.Length - 1) * PanelNodes;
        double[] nodes = new double[count], weights = new double[count], top = new double[count];
        double[][] table = [.. Enumerable.Range(0, degree + 1).Select(_ => new double[count])];
        int at = 0;
        for (int panel = 0; panel + 1 < sorted.Length; panel++)
        {
            double half = 0.5 * (sorted[panel + 1] - sorted[panel]);
            foreach ((double node, double weight, double highest) in s_legendre)
            {
                double x = sorted[panel] + half * (1 + node);

                // h_m itself overflows for large m and x; with half of the density it is of the order of 1.
                double root = Math.Exp(-0.25 * x * x);
                double scale = half * weight * root / Math.Sqrt(2 * Math.PI);
                (nodes[at], weights[at]) = (x, scale * root);
                top[at] = Math.Sqrt(half) * weight * highest * root / Math.Pow(2 * Math.PI, 0.25);
                double before = 0, current = root;
                for (int m = 0; m <= degree; m++)
                {
                    table[m][at] = scale * current;
                    (before, current) = (current, (x * current - Math.Sqrt(m) * before) / Math.Sqrt(m + 1));
                }

                at++;
            }
        }

        return new HermiteRule(nodes, weights, top, table);
    }

    // Ascending nodes on [-1, 1] with the orthonormal polynomial of degree n - 1; Newton's method from the asymptotic roots.
    private static (double Node, double Weight, double Highest)[] Legendre(int n)
    {
        (double, double, double)[] result = new (double, double, double)[n];
        for (int i = 0; i < n; i++)
        {
            double x = -Math.Cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 0, lower = 0;
            for (int step = 0; step < 10; step++)
            {
                double before = 1, current = x;
                for (int k = 2; k <= n; k++)
                    (before, current) = (current, ((2 * k - 1) * x * current - (k - 1) * before) / k);
                lower = before;
                slope = n * (x * current - before) / (x * x - 1);
                x -= current / slope;
            }

            result[i] = (x, 2 / ((1 - x * x) * slope * slope), lower * Math.Sqrt(n - 0.5));
        }

        return result;
    }
}
