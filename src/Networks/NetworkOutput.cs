using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>Which kernel of a network regression uses.</summary>
public enum NetworkOutput
{
    /// <summary>Neural network Gaussian process: the network with only its last layer trained.</summary>
    Nngp,

    /// <summary>Neural tangent kernel: the network with all layers trained by gradient flow.</summary>
    Ntk,
}

/// <summary>Conversions of <see cref="NetworkOutput"/>.</summary>
public static class NetworkOutputs
{
    /// <summary>The flag of a kernel.</summary>
    public static KernelOutputs ToKernelOutput(this NetworkOutput output) => output == NetworkOutput.Ntk ? KernelOutputs.Ntk : KernelOutputs.Nngp;
}
