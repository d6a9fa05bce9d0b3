using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>How the kernels of an image and of its mirror image are joined.</summary>
public enum FlipCombination
{
    /// <summary>k(x, z) + k(x, flip z): regression on it is regression on all images and their mirror images, at the same absolute ridge.</summary>
    Sum,

    /// <summary>Half of the sum: k(x, z) stays where images are symmetric.</summary>
    Mean,
}

/// <summary>
/// A kernel of images that does not tell left from right, k(x, z) + k(x, flip z). It needs a kernel that commutes with the flip,
/// k(flip x, flip z) = k(x, z), which windows and strides that do not divide the width break: such kernels are refused.
/// </summary>
public sealed record FlipOptions
{
    /// <summary>The kernel to make symmetric.</summary>
    [Required]
    public IKernel Kernel { get; init; } = null!;

    /// <summary>How both are joined.</summary>
    public FlipCombination Combine { get; init; } = FlipCombination.Sum;
}
