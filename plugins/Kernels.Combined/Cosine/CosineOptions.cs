using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Kernels.Combined;

/// <summary>
/// A kernel divided by its size, k(x, z) / sqrt(k(x, x) k(z, z)): the cosine of the angle between features. It is 1 on the diagonal. NNGP and NTK are
/// each divided by their own size. An example without features, k(x, x) = 0, has no direction: it gets 0 everywhere, on the diagonal too.
/// </summary>
public sealed record CosineOptions
{
    /// <summary>The kernel to normalise.</summary>
    [Required]
    public IKernel Kernel { get; init; } = null!;
}
