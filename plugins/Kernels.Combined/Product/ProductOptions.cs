using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>
/// The product of kernels: the kernel of a product of independent models. NNGPs multiply, and the NTK follows the product rule: the sum over the
/// kernels of the NTK of one times the NNGPs of all others. A kernel with get: nngp, or without an NTK as the classical ones are, is a linear model
/// in its features, whose NTK is the kernel itself. The product is an NTK where one of its kernels is.
/// </summary>
public sealed record ProductOptions
{
    /// <summary>The kernels.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<IKernel> Kernels { get; init; } = [];
}
