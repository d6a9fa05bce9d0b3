using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>
/// What a layer does to each pair of positions by itself: (k', t') = Evaluate(k, t) with factors of the two sides, and the variance map
/// (q', r') = Diagonal(q, r).
/// </summary>
/// <remarks>
/// A struct that holds the layer's parameters. Each method is written once over <see cref="IReal{TSelf}"/> and runs on scalars and on SIMD
/// vectors; it must not keep anything between calls. Mark <see cref="Evaluate{T}"/> with AggressiveInlining: it is the inner loop. NaN in
/// must give NaN out.
/// </remarks>
public interface IPointwiseMap
{
    /// <summary>How many of the factors of <see cref="Side{T}"/> are used: 0 to 3, in the order A, B, C.</summary>
    int SideFactors { get; }

    /// <summary>Factors of one example with variance q &gt;= 0, computed once an example in float64. Finite for every finite q, 0 included.</summary>
    Side<T> Side<T>(T q)
        where T : struct, IReal<T>;

    /// <summary>The covariances of a pair after the layer.</summary>
    /// <param name="k">NNGP; |k| may exceed sqrt(q1 q2) by rounding.</param>
    /// <param name="t">NTK; 0 before the first layer with weights, and where the NTK is not wanted.</param>
    /// <param name="x">Factors of the row example.</param>
    /// <param name="y">Factors of the column example.</param>
    PairKernels<T> Evaluate<T>(T k, T t, Side<T> x, Side<T> y)
        where T : struct, IReal<T>;

    /// <summary>The covariances of an example with itself, exact there: what <see cref="Evaluate{T}"/> gives at k = q1 = q2 = q and t = r, but where the layer draws random numbers for each example.</summary>
    /// <param name="q">Variance.</param>
    /// <param name="r">NTK of the example with itself.</param>
    PairKernels<T> Diagonal<T>(T q, T r)
        where T : struct, IReal<T>;
}

/// <summary>The two covariances of a pair.</summary>
/// <param name="Nngp">k.</param>
/// <param name="Ntk">t.</param>
public readonly record struct PairKernels<T>(T Nngp, T Ntk)
    where T : struct
{
#pragma warning disable CA1051 // Visible fields: each property that formulas read counts against the compiler's budget for inlining.
    /// <summary>k.</summary>
    public readonly T Nngp = Nngp;

    /// <summary>t.</summary>
    public readonly T Ntk = Ntk;
#pragma warning restore CA1051
}

/// <summary>What a pointwise layer needs of its input and says of its output; the builder refuses what the formulas of other layers don't hold for.</summary>
public sealed record PointwiseEffect
{
    /// <summary>Whether the formulas hold for Gaussian preactivations only, so that a random affine layer must come before.</summary>
    public bool NeedsGaussianInput { get; init; }

    /// <summary>Whether outputs are zero-mean Gaussian, so that a nonlinearity may follow; null where they are if the inputs are.</summary>
    public bool? GivesGaussianOutput { get; init; }

    /// <summary>Whether the layer has random weights of its own, which make branches independent.</summary>
    public bool HasWeights { get; init; }

    /// <summary>The width that the layer states; null where it keeps that of its input.</summary>
    public int? Width { get; init; }

    /// <summary>A function of each number: needs Gaussian preactivations, and its outputs are not Gaussian.</summary>
    public static PointwiseEffect Nonlinearity { get; } = new() { NeedsGaussianInput = true, GivesGaussianOutput = false };

    /// <summary>Multiplication by a number that does not depend on the weights: all stays as it is.</summary>
    public static PointwiseEffect Scaling { get; } = new();

    /// <summary>A random affine layer: takes anything, and gives Gaussian preactivations.</summary>
    /// <param name="width">The width that it states.</param>
    public static PointwiseEffect RandomAffine(int width) => new() { GivesGaussianOutput = true, HasWeights = true, Width = width };
}
