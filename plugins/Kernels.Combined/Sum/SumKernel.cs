using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

// Notation: w_i weights; K = sum_i w_i K_i, Theta = sum_i w_i Theta_i.

/// <summary>A weighted sum of kernels.</summary>
internal sealed class SumKernel : PartsKernel
{
    private readonly double[] _weights;

    /// <exception cref="UserErrorException">Another number of weights than of kernels.</exception>
    public SumKernel(IReadOnlyList<IKernel> kernels, IReadOnlyList<double> weights)
        : base("sum", kernels)
    {
        if (weights.Count > 0 && weights.Count != kernels.Count)
            throw new UserErrorException($"sum has {kernels.Count} kernels and {weights.Count} weights.", "Give one weight for each kernel, or leave weights out.");
        _weights = weights.Count > 0 ? [.. weights] : [.. Enumerable.Repeat(1.0, kernels.Count)];
    }

    public override string Description => string.Join(" + ", Kernels.Select((kernel, i) => $"{(_weights[i] == 1 ? "" : $"{_weights[i]:r} ")}({kernel.Description})"));

    protected override bool NeedsNngp(KernelOutputs outputs) => outputs.HasFlag(KernelOutputs.Nngp);

    protected override string Factor(int index) => $"{_weights[index]:r} ";

    protected override void Join<T>(int index, Span<T> nngp, Span<T> ntk, ReadOnlySpan<T> k, ReadOnlySpan<T> theta)
    {
        T weight = T.CreateTruncating(_weights[index]);
        if (nngp.Length > 0)
            Add(nngp, k, weight, index == 0);
        if (ntk.Length > 0)
            Add(ntk, theta, weight, index == 0);
    }

    private static void Add<T>(Span<T> sum, ReadOnlySpan<T> term, T weight, bool isFirst)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (int j = 0; j < sum.Length; j++)
            sum[j] = isFirst ? weight * term[j] : sum[j] + weight * term[j];
    }
}
