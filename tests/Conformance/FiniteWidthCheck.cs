using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Conformance;

// Notation: m mean over n draws, e its standard error, K the limit, s = sqrt(K_ii K_jj) its scale, w the width.

/// <summary>
/// The kernels of an infinitely wide network against networks of finite width: |m - K| &lt;= 5 e + Bias s / w. The first term is chance: means of
/// many draws are normal, and one of a million lies outside five standard errors. The second is what finite width adds: cumulants of the activations
/// beyond the second are of the order 1 / w, with a factor that grows with the number of layers. A check that would let an error of
/// <see cref="LargestAllowed"/> s pass is itself a failure.
/// </summary>
/// <param name="Width">Width w of all layers.</param>
/// <param name="Bias">Bound of w |E[m] - K| / s.</param>
/// <param name="MostDraws">How many draws there may be at most; there are as many as the largest allowed error takes.</param>
public sealed record FiniteWidthCheck(int Width = 128, double Bias = 4, int MostDraws = 4000)
{
    private const double Deviations = 5;
    private const int FewestDraws = 64;
    private const double Rounding = 1e-12;
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    /// <summary>The largest error, in units of s, that may pass unseen.</summary>
    public double LargestAllowed { get; init; } = 0.1;

    /// <summary>The seed of the draws.</summary>
    public ulong Seed { get; init; } = 11;

    /// <summary>Whether the NTK is compared too: not where its limit is not that of finite networks, as for functions with jumps.</summary>
    public bool ChecksNtk { get; init; } = true;

    /// <summary>Compares all pairs of some examples.</summary>
    /// <param name="network">The network; ends without positions.</param>
    /// <param name="examples">A few examples.</param>
    /// <returns>The largest error in units of what is allowed.</returns>
    public double Run(Network network, Examples examples)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(examples);
        (double[,] nngp, double[,] ntk) = Evaluations.General(network, examples);
        FiniteNetwork finite = new(network, examples.Shape, Width);
        KernelOutputs outputs = ChecksNtk ? Both : KernelOutputs.Nngp;
        double room = (LargestAllowed - Bias / Width) / Deviations;
        int draws = FewestDraws;
        EmpiricalKernels empirical = EmpiricalKernels.Estimate(finite, examples, outputs, draws, Seed);
        for (double spread = Spread(); spread > room && draws < MostDraws; spread = Spread())
        {
            // The standard error falls as the root of the draws; some more, as it is known to some ten percent.
            draws = (int)Math.Clamp(1.3 * draws * Math.Pow(spread / room, 2), draws + 1, MostDraws);
            empirical = EmpiricalKernels.Estimate(finite, examples, outputs, draws, Seed);
        }

        double Spread() => Math.Max(Largest(nngp, empirical.NngpError), ChecksNtk ? Largest(ntk, empirical.NtkError) : 0);

        double worst = Compare("nngp", nngp, empirical.Nngp, empirical.NngpError);
        return ChecksNtk ? Math.Max(worst, Compare("ntk", ntk, empirical.Ntk, empirical.NtkError)) : worst;
    }

    private double Compare(string what, double[,] limit, double[,] mean, double[,] error)
    {
        double worst = 0;
        for (int i = 0; i < limit.GetLength(0); i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double scale = Math.Sqrt(limit[i, i] * limit[j, j]);
                double allowed = Deviations * error[i, j] + (Bias / Width + Rounding) * scale;
                Assert.True(
                    allowed <= LargestAllowed * scale,
                    $"{what} [{i}, {j}]: an error of {allowed:g3} would pass where the scale is {scale:g3}; allow more draws or take another width");
                Assert.True(
                    Math.Abs(mean[i, j] - limit[i, j]) <= allowed,
                    $"{what} [{i}, {j}]: {mean[i, j]:g6} +- {error[i, j]:g2} at width {Width}, limit {limit[i, j]:g6}, allowed error {allowed:g3}");
                if (allowed > 0)
                    worst = Math.Max(worst, Math.Abs(mean[i, j] - limit[i, j]) / allowed);
            }
        }

        return worst;
    }

    // The largest standard error in units of s.
    private static double Largest(double[,] limit, double[,] error)
    {
        double largest = 0;
        for (int i = 0; i < limit.GetLength(0); i++)
        {
            for (int j = 0; j <= i; j++)
                largest = error[i, j] > 0 ? Math.Max(largest, error[i, j] / Math.Sqrt(limit[i, i] * limit[j, j])) : largest;
        }

        return largest;
    }
}
