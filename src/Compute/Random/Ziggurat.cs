namespace NeuralKernels.Compute;

// Notation (Marsaglia and Tsang 2000; Doornik, "An improved ziggurat method to generate normal random samples", 2005)
//   f(x) = e^(-x^2/2); N layers of equal area V under f, x_i the right edge of layer i, x_1 = R, x_N = 0;
//   layer 0 is the base with the tail beyond R, x_0 = V / f(R) the width of a rectangle of its area.

/// <summary>The standard normal distribution by the ziggurat method: a comparison and a product for 98 of 100 numbers.</summary>
internal static class Ziggurat
{
    private const int Layers = 128;
    private const int Chunk = 256;
    private const double R = 3.442619855899;
    private const double V = 9.91256303526217e-3;
    private const double Unit = 2.0 / (1L << 54);

    private static readonly double[] _edges = MakeEdges();
    private static readonly double[] _inside = MakeInside(_edges);

    /// <summary>Fills with independent numbers, drawn from the words of a stream.</summary>
    public static void Fill(Span<double> destination, RandomStream random)
    {
        Span<ulong> words = stackalloc ulong[Chunk];
        while (!destination.IsEmpty)
        {
            Span<double> part = destination[..Math.Min(Chunk, destination.Length)];
            random.Fill(words[..part.Length]);
            for (int i = 0; i < part.Length; i++)
            {
                (int layer, double u) = Split(words[i]);
                part[i] = Math.Abs(u) < _inside[layer] ? u * _edges[layer] : Outside(layer, u, random);
            }

            destination = destination[part.Length..];
        }
    }

    // Layer, sign and place come from bits of their own.
    private static (int Layer, double U) Split(ulong word) => ((int)(word & (Layers - 1)), (long)(word >> 10) * Unit - 1);

    private static double Outside(int layer, double u, RandomStream random)
    {
        while (true)
        {
            if (layer == 0)
                return Math.CopySign(Tail(random), u);
            double x = u * _edges[layer];
            double high = Math.Exp(-0.5 * (_edges[layer] * _edges[layer] - x * x));
            double low = Math.Exp(-0.5 * (_edges[layer + 1] * _edges[layer + 1] - x * x));
            if (low + random.NextDouble() * (high - low) < 1)
                return x;
            (layer, u) = Split(random.NextUInt64());
            if (Math.Abs(u) < _inside[layer])
                return u * _edges[layer];
        }
    }

    // Marsaglia 1964. 1 - u lies in (0, 1], so that the logarithms are finite.
    private static double Tail(RandomStream random)
    {
        while (true)
        {
            double x = -Math.Log(1 - random.NextDouble()) / R;
            double y = -Math.Log(1 - random.NextDouble());
            if (2 * y >= x * x)
                return R + x;
        }
    }

    private static double[] MakeEdges()
    {
        double[] edges = new double[Layers + 1];
        double f = Math.Exp(-0.5 * R * R);
        edges[0] = V / f;
        edges[1] = R;
        for (int i = 2; i < Layers; i++)
        {
            edges[i] = Math.Sqrt(-2 * Math.Log(V / edges[i - 1] + f));
            f = Math.Exp(-0.5 * edges[i] * edges[i]);
        }

        return edges;
    }

    private static double[] MakeInside(double[] edges)
    {
        double[] inside = new double[Layers];
        for (int i = 0; i < Layers; i++)
            inside[i] = edges[i + 1] / edges[i];
        return inside;
    }
}
