using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>What convolutions of all kinds have in common.</summary>
public abstract record ConvolutionLayer : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>Size of the filter along each position axis.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(3)]
    public IReadOnlyList<int> Filter { get; init; } = [3, 3];

    /// <summary>Step along each position axis; left out, 1.</summary>
    [MaxLength(3)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>How windows leave the grid.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Standard deviation of the weights, before division by the square root of the fan-in.</summary>
    [JsonPropertyName("W_std")]
    [Range(0.0, 1e6)]
    public double WStd { get; init; } = 1;

    /// <summary>Standard deviation of the biases; null for a layer without biases.</summary>
    [JsonPropertyName("b_std")]
    [Range(0.0, 1e6)]
    public double? BStd { get; init; }

    /// <summary>How the weights are scaled.</summary>
    public Parameterization Parameterization { get; init; } = Parameterization.Ntk;

    /// <summary>Number of channels of the output; see Dense.</summary>
    [Range(1, int.MaxValue)]
    public int Width { get; init; } = 512;

    private protected abstract ConvolutionKind Kind { get; }

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) =>
        builder.Convolve(Kind, Filter, Strides, Padding, WStd, BStd, Parameterization, Width);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) =>
        builder.Convolve(Kind, Filter, Strides, Padding, WStd, BStd, Parameterization, Width);

    /// <summary>Equality by value, lists included.</summary>
    public virtual bool Equals(ConvolutionLayer? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>Kinds of convolution.</summary>
internal enum ConvolutionKind
{
    Shared,
    Transposed,
    Local,
}

/// <summary>
/// A convolution over positions: K'[o, o'] = W_std^2 / |filter| sum over the taps d of K[in(o, d), in(o', d)] + b_std^2. Taps outside count as 0.
/// </summary>
public sealed record Conv : ConvolutionLayer
{
    private protected override ConvolutionKind Kind => ConvolutionKind.Shared;

    /// <inheritdoc />
    public bool Equals(Conv? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>A transposed convolution: strides enlarge the grid.</summary>
public sealed record ConvTranspose : ConvolutionLayer
{
    private protected override ConvolutionKind Kind => ConvolutionKind.Transposed;

    /// <inheritdoc />
    public bool Equals(ConvTranspose? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>A convolution with weights of its own at every position: different positions become independent.</summary>
public sealed record ConvLocal : ConvolutionLayer
{
    private protected override ConvolutionKind Kind => ConvolutionKind.Local;

    /// <inheritdoc />
    public bool Equals(ConvLocal? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}
