using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Vector;

/// <summary>
/// The NNGP or NTK of an infinitely wide network. The kernel of the inputs is <![CDATA[<x1, x2>]]> / d, d the number of channels; images are
/// flattened where no layer acts on positions.
/// </summary>
public sealed record NetworkKernelOptions
{
    /// <summary>Which kernel of the network to use.</summary>
    public NetworkOutput Get { get; init; } = NetworkOutput.Ntk;

    /// <summary>The layers, in the order in which data passes them.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<Layer> Network { get; init; } = [];
}
