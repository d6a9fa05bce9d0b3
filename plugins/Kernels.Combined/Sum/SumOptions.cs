using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>
/// The weighted sum of kernels: the kernel of a sum of independent models. NNGPs add, and so do NTKs. A kernel with get: nngp, or without an NTK as the
/// classical ones are, is a linear model in its features, whose NTK is the kernel itself. The sum is an NTK where one of its kernels is.
/// </summary>
public sealed record SumOptions
{
    /// <summary>The kernels.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<IKernel> Kernels { get; init; } = [];

    /// <summary>Factors of the kernels, in their order; left out, 1 each.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public IReadOnlyList<double> Weights { get; init; } = [];
}
