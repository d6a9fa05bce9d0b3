using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

// Notation: n width, h_l activations, z_l preactivations, b_l = df/dz_l; f = W h_L / sqrt(n) + b.

/// <summary>Random networks of finite width, drawn many times, against the limits of their kernels.</summary>
public sealed class FiniteNetworkTests
{
    private const int Width = 512;
    private const int Draws = 120;
    private const double WeightStd = 1.3;
    private const double BiasStd = 0.2;

    private static readonly double[][] Inputs = [[0.6, -0.3, 1.1, 0.4], [-0.5, 0.9, 0.7, -0.2]];

    public static TheoryData<string> Names() => ["Relu()", "Erf(A=1, B=1, C=0)", "Gelu()"];

    [Theory]
    [MemberData(nameof(Names))]
    public void WideNetworks_OverManyDraws_HaveTheLimitingKernels(string name)
    {
        Sample sample = Sample.Of(name);
        Dense dense = new() { WStd = WeightStd, BStd = BiasStd };
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<double>(new Network([dense, sample.Layer, dense, sample.Layer, dense]), Inputs, null);
        double[][] draws = new double[Draws][];
        Parallelism.For(Draws, 0, (_, i) => draws[i] = Draw(sample, i));
        (int I, int J)[] pairs = [(0, 0), (0, 1), (1, 1)];
        for (int p = 0; p < 3; p++)
        {
            (int i, int j) = pairs[p];
            Compare($"nngp {pairs[p]}", nngp[i, j], [.. draws.Select(d => d[p])], Math.Sqrt(nngp[i, i] * nngp[j, j]));
            Compare($"ntk {pairs[p]}", ntk[i, j], [.. draws.Select(d => d[3 + p])], Math.Sqrt(ntk[i, i] * ntk[j, j]));
        }
    }

    // Five standard errors of the mean, and 4 / n of the scale for the bias of finite width.
    private static void Compare(string what, double limit, double[] draws, double scale)
    {
        double mean = draws.Average();
        double deviation = Math.Sqrt(draws.Sum(d => (d - mean) * (d - mean)) / (Draws - 1) / Draws);
        double allowed = 5 * deviation + 4.0 / Width * scale;
        Assert.True(allowed < 0.1 * scale, $"{what}: an error of {allowed:g3} would pass");
        Assert.True(Math.Abs(mean - limit) <= allowed, $"{what}: {mean:g6} +- {deviation:g2} instead of {limit:g6}");
    }

    private static double[] Draw(Sample sample, nint index)
    {
        RandomStream random = new(7, "finite network", index);
        int inputs = Inputs[0].Length;
        double first = WeightStd / Math.Sqrt(inputs), later = WeightStd / Math.Sqrt(Width);
        double[][] z1 = new double[2][], z2 = new double[2][], back = [new double[Width], new double[Width]];
        (z1[0], z1[1], z2[0], z2[1]) = (new double[Width], new double[Width], new double[Width], new double[Width]);
        double[] row = new double[Math.Max(inputs, Width)];
        for (int a = 0; a < Width; a++)
        {
            Fill(row.AsSpan(0, inputs), random);
            double bias = BiasStd * random.NextGaussian();
            for (int e = 0; e < 2; e++)
                z1[e][a] = first * Dot(row, Inputs[e]) + bias;
        }

        double[][] h1 = [.. z1.Select(z => Array.ConvertAll(z, x => sample.Phi(x)))];
        double[][] b2 = [new double[Width], new double[Width]];
        for (int a = 0; a < Width; a++)
        {
            Fill(row, random);
            double bias = BiasStd * random.NextGaussian(), readout = random.NextGaussian();
            for (int e = 0; e < 2; e++)
            {
                z2[e][a] = later * Dot(row, h1[e]) + bias;
                b2[e][a] = later * readout * sample.Slope(z2[e][a]);
                for (int c = 0; c < Width; c++)
                    back[e][c] += later * row[c] * b2[e][a];
            }
        }

        double[][] h2 = [.. z2.Select(z => Array.ConvertAll(z, x => sample.Phi(x)))];
        double[][] b1 = [.. Enumerable.Range(0, 2).Select(e => back[e].Zip(z1[e], (b, z) => b * sample.Slope(z)).ToArray())];
        double[] result = new double[6];
        (int I, int J)[] pairs = [(0, 0), (0, 1), (1, 1)];
        for (int p = 0; p < 3; p++)
        {
            (int i, int j) = pairs[p];
            double k1 = Covariance(Inputs[i], Inputs[j]), k2 = Covariance(h1[i], h1[j]), k3 = Covariance(h2[i], h2[j]);
            result[p] = k3;
            result[3 + p] = k3 + k2 * Dot(b2[i], b2[j]) + k1 * Dot(b1[i], b1[j]);
        }

        return result;
    }

    private static double Covariance(double[] x, double[] y) => WeightStd * WeightStd * Dot(x, y) / y.Length + BiasStd * BiasStd;

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static void Fill(Span<double> values, RandomStream random)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextGaussian();
    }
}
