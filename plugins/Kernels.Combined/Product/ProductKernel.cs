using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

// Notation: K = prod_i K_i, Theta = sum_i Theta_i prod_(j != i) K_j, by Theta <- Theta K_i + K Theta_i and then K <- K K_i.

/// <summary>A product of kernels.</summary>
internal sealed class ProductKernel(IReadOnlyList<IKernel> kernels) : PartsKernel("product", kernels)
{
    public override string Description => string.Join(" * ", Kernels.Select(kernel => $"({kernel.Description})"));

    protected override bool NeedsNngp(KernelOutputs outputs) => true;

    protected override void Join<T>(int index, Span<T> nngp, Span<T> ntk, ReadOnlySpan<T> k, ReadOnlySpan<T> theta)
    {
        if (index == 0)
        {
            k.CopyTo(nngp);
            if (ntk.Length > 0)
                theta.CopyTo(ntk);
            return;
        }

        for (int j = 0; j < ntk.Length; j++)
            ntk[j] = ntk[j] * k[j] + nngp[j] * theta[j];
        for (int j = 0; j < nngp.Length; j++)
            nngp[j] *= k[j];
    }
}
