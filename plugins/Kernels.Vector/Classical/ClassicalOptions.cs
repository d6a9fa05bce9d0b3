using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Kernels.Vector;

/// <summary>The Gaussian kernel variance exp(-|x - y|^2 / (2 lengthscale^2)), also called RBF or squared exponential.</summary>
public sealed record GaussianKernelOptions
{
    /// <summary>Distance over which the kernel falls to exp(-1/2), in units of the features.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Lengthscale { get; init; } = 1;

    /// <summary>The kernel of an example with itself.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Variance { get; init; } = 1;
}

/// <summary>The Laplace kernel variance exp(-|x - y| / lengthscale) with the Euclidean distance: Matern with nu = 1/2.</summary>
public sealed record LaplaceKernelOptions
{
    /// <summary>Distance over which the kernel falls to exp(-1), in units of the features.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Lengthscale { get; init; } = 1;

    /// <summary>The kernel of an example with itself.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Variance { get; init; } = 1;
}

/// <summary>The Matern kernel of order 1/2, 3/2 or 5/2 (Rasmussen and Williams 2006, equations 4.16 and 4.17).</summary>
public sealed record MaternKernelOptions
{
    /// <summary>Smoothness: functions are nu - 1/2 times differentiable.</summary>
    [AllowedValues(0.5, 1.5, 2.5)]
    public double Nu { get; init; } = 2.5;

    /// <summary>Scale of distances, in units of the features.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Lengthscale { get; init; } = 1;

    /// <summary>The kernel of an example with itself.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Variance { get; init; } = 1;
}

/// <summary>The polynomial kernel (scale <![CDATA[<x, y>]]> + offset)^degree.</summary>
public sealed record PolynomialKernelOptions
{
    /// <summary>Exponent.</summary>
    [Range(1, 100)]
    public int Degree { get; init; } = 3;

    /// <summary>Factor of the inner product.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;

    /// <summary>Added to the inner product.</summary>
    [Range(0.0, 1e12)]
    public double Offset { get; init; } = 1;
}

/// <summary>The linear kernel variance <![CDATA[<x, y>]]> + bias.</summary>
public sealed record DotProductKernelOptions
{
    /// <summary>Factor of the inner product.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Variance { get; init; } = 1;

    /// <summary>Added to the inner product.</summary>
    [Range(0.0, 1e12)]
    public double Bias { get; init; }
}
