namespace NeuralKernels.Tests.Solvers;

/// <summary>
/// Kernels of the fully connected network (Dense, Relu) x 2, Dense with weight deviation 1.5 and bias deviation 0.1, in scalar code
/// (Cho and Saul 2009; Jacot et al. 2018), on inputs of 4 numbers: x_t = sin(0.7 t + 0.3) to train, z_t = 1.5 cos(0.5 t + 0.1) to test.
/// </summary>
internal static class ReluNetwork
{
    private const double WeightVariance = 1.5 * 1.5;
    private const double BiasVariance = 0.1 * 0.1;
    private static readonly double[][] s_train = [.. Enumerable.Range(0, 3).Select(i => Input(i, t => Math.Sin(0.7 * t + 0.3)))];
    private static readonly double[][] s_test = [.. Enumerable.Range(0, 2).Select(i => Input(i, t => 1.5 * Math.Cos(0.5 * t + 0.1)))];

    /// <summary>Three training examples with the targets 1, -1, 0.5, and two test examples.</summary>
    public static Problem Problem(bool ntk) =>
        new(Matrix(s_train, s_train, ntk), new double[,] { { 1 }, { -1 }, { 0.5 } }, Matrix(s_test, s_train, ntk));

    /// <summary>NNGP of the test examples with themselves.</summary>
    public static double[] TestVariances() => [.. s_test.Select(z => Kernels(z, z).Nngp)];

    private static double[] Input(int example, Func<int, double> entry) => [.. Enumerable.Range(4 * example, 4).Select(entry)];

    private static double[,] Matrix(double[][] rows, double[][] columns, bool ntk)
    {
        double[,] k = new double[rows.Length, columns.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                (double nngp, double tangent) = Kernels(rows[i], columns[j]);
                k[i, j] = ntk ? tangent : nngp;
            }
        }

        return k;
    }

    private static (double Nngp, double Ntk) Kernels(double[] x, double[] z)
    {
        double k = Mean(x, z), qx = Mean(x, x), qz = Mean(z, z), ntk = 0;
        Dense(ref k, ref qx, ref qz, ref ntk);
        for (int layer = 0; layer < 2; layer++)
        {
            double norm = Math.Sqrt(qx * qz), angle = Math.Acos(Math.Clamp(k / norm, -1, 1));
            ntk *= (Math.PI - angle) / (2 * Math.PI);
            k = norm * (Math.Sin(angle) + (Math.PI - angle) * Math.Cos(angle)) / (2 * Math.PI);
            (qx, qz) = (qx / 2, qz / 2);
            Dense(ref k, ref qx, ref qz, ref ntk);
        }

        return (k, ntk);
    }

    private static void Dense(ref double k, ref double qx, ref double qz, ref double ntk)
    {
        k = WeightVariance * k + BiasVariance;
        qx = WeightVariance * qx + BiasVariance;
        qz = WeightVariance * qz + BiasVariance;
        ntk = k + WeightVariance * ntk;
    }

    private static double Mean(double[] x, double[] z) => x.Zip(z, (a, b) => a * b).Average();
}
