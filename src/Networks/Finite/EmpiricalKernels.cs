using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation
//   f_i          outputs of example i, C of them       v   random signs / sqrt C, one draw of them for all examples
//   NNGP         E[f_i . f_j] / C                      NTK   E[<g_i, g_j>], g_i the gradient of v . f_i with respect to all parameters
//   <g_i, g_j> = v^T J_i J_j^T v, whose mean over the signs is the trace of J_i J_j^T divided by C: the mean NTK of the outputs, without bias.
//   n draws, mean m, standard error sqrt(sum (x - m)^2 / (n (n - 1)))

/// <summary>NNGP and NTK of a network of finite width, as means over draws of its parameters with standard errors.</summary>
/// <remarks>
/// The means are those of the finite width: they differ from the limits by O(1 / width). For dropout each example has masks of its own in each draw.
/// </remarks>
public sealed class EmpiricalKernels
{
    // As many results are kept at a time as all threads need to stay busy, whatever the number of draws.
    private const int Block = 64;

    private readonly Moments _nngp;
    private readonly Moments? _ntk;

    private EmpiricalKernels(int draws, Moments nngp, Moments? ntk)
    {
        Draws = draws;
        _nngp = nngp;
        _ntk = ntk;
    }

    /// <summary>Number of draws.</summary>
    public int Draws { get; }

    /// <summary>Mean over the draws of the NNGP of all pairs of examples.</summary>
    public double[,] Nngp => _nngp.Mean();

    /// <summary>Standard errors of <see cref="Nngp"/>.</summary>
    public double[,] NngpError => _nngp.Error();

    /// <summary>Mean over the draws of the NTK of all pairs of examples.</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public double[,] Ntk => RequireNtk().Mean();

    /// <summary>Standard errors of <see cref="Ntk"/>.</summary>
    /// <exception cref="InvalidOperationException">It was not asked for.</exception>
    public double[,] NtkError => RequireNtk().Error();

    /// <summary>Estimates the kernels of all pairs of some examples.</summary>
    /// <param name="network">The network.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="outputs">What to estimate: the NNGP always is, the NTK takes gradients.</param>
    /// <param name="draws">How many draws, at least 2.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="threads">Number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserErrorException">A number that is not finite: names the example.</exception>
    public static EmpiricalKernels Estimate(
        FiniteNetwork network, Examples examples, KernelOutputs outputs, int draws, ulong seed, int threads = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        int count = checked((int)examples.Count);
        bool wantsNtk = outputs.HasFlag(KernelOutputs.Ntk);
        Moments nngp = new(count), ntk = new(count);
        double[]?[] weights = new double[Parallelism.Resolve(threads)][];
        double[][]?[] gradients = new double[weights.Length][][];
        for (int start = 0; start < draws; start += Block)
        {
            (double[,] Nngp, double[,]? Ntk)[] results = new (double[,], double[,]?)[Math.Min(Block, draws - start)];
            int first = start;
            Parallelism.For(results.Length, threads, (worker, i) =>
            {
                weights[worker] ??= new double[network.ParameterCount];
                if (wantsNtk)
                    gradients[worker] ??= [.. Enumerable.Range(0, count).Select(_ => new double[network.ParameterCount])];
                results[i] = Sample(network, examples, network.Draw(seed, first + (long)i, weights[worker]!), gradients[worker]);
            }, cancellation);
            foreach ((double[,] k, double[,]? t) in results)
            {
                nngp.Add(k);
                if (t is not null)
                    ntk.Add(t);
            }
        }

        return new EmpiricalKernels(draws, nngp, wantsNtk ? ntk : null);
    }

    private static (double[,] Nngp, double[,]? Ntk) Sample(FiniteNetwork network, Examples examples, FiniteWeights weights, double[][]? gradients)
    {
        if (gradients is null)
            return (GramOf(network.Apply(weights, examples), 1.0 / network.Outputs), null);

        RandomStream signs = new(weights.Seed, "finite network, cotangent", weights.Index);
        double[] cotangent = new double[network.Outputs];
        foreach (ref double v in cotangent.AsSpan())
            v = (signs.NextInt(2) == 0 ? 1 : -1) / Math.Sqrt(cotangent.Length);
        double[][] values = new double[gradients.Length][];
        for (int i = 0; i < values.Length; i++)
            values[i] = network.Apply(weights, examples, i, cotangent, gradients[i]);
        return (GramOf(values, 1.0 / network.Outputs), GramOf(gradients, 1));
    }

    private static double[,] GramOf(double[][] rows, double scale)
    {
        double[,] result = new double[rows.Length, rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j <= i; j++)
                result[i, j] = result[j, i] = scale * Vectors.Dot(rows[i], rows[j]);
        }

        return result;
    }

    private Moments RequireNtk() => _ntk ?? throw new InvalidOperationException("The NTK was not asked for.");

    // Running means and sums of squared deviations (Welford 1962).
    private sealed class Moments(int size)
    {
        private readonly double[,] _mean = new double[size, size];
        private readonly double[,] _squares = new double[size, size];
        private int _count;

        public void Add(double[,] sample)
        {
            _count++;
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    double deviation = sample[i, j] - _mean[i, j];
                    _mean[i, j] += deviation / _count;
                    _squares[i, j] += deviation * (sample[i, j] - _mean[i, j]);
                }
            }
        }

        public double[,] Mean() => (double[,])_mean.Clone();

        public double[,] Error()
        {
            double[,] result = new double[size, size];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                    result[i, j] = Math.Sqrt(_squares[i, j] / ((double)_count * (_count - 1)));
            }

            return result;
        }
    }
}
