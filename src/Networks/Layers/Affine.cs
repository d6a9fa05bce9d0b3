using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>How the weights of a random affine layer are scaled.</summary>
public enum Parameterization
{
    /// <summary>W ~ N(0, 1), z = W_std / sqrt(fan_in) W x + b_std b: the widths drop out of both kernels.</summary>
    Ntk,

    /// <summary>W ~ N(0, W_std^2 / fan_in), z = W x + b: the NTK grows with the widths that are stated.</summary>
    Standard,
}

/// <summary>
/// A fully connected layer: K' = W_std^2 K + b_std^2 and Theta' = K' + W_std^2 Theta (NTK parameterization), or
/// Theta' = n K + W_std^2 Theta + 1 (standard parameterization, n the width of the layer before, 1 where there is a bias).
/// </summary>
public sealed record Dense : Layer
{
    /// <summary>Standard deviation of the weights, before division by sqrt(fan_in).</summary>
    [JsonPropertyName("W_std")]
    [Range(0.0, 1e6)]
    public double WStd { get; init; } = 1;

    /// <summary>Standard deviation of the biases; null for a layer without biases.</summary>
    [JsonPropertyName("b_std")]
    [Range(0.0, 1e6)]
    public double? BStd { get; init; }

    /// <summary>How the weights are scaled.</summary>
    public Parameterization Parameterization { get; init; } = Parameterization.Ntk;

    /// <summary>
    /// Number of units. Matters where a layer of standard parameterization follows, for the weights of a concatenation, and for
    /// networks of finite width.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int Width { get; init; } = 512;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Affine(WStd, BStd, Parameterization, Width);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Affine(WStd, BStd, Parameterization, Width);
}

/// <summary>Leaves everything as it is; useful as a branch.</summary>
public sealed record Identity : Layer
{
    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder)
    {
    }

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder)
    {
    }
}

/// <summary>Joins positions and channels to one vector: the mean of the kernel over equal positions. Nothing to do for vectors.</summary>
public sealed record Flatten : Layer
{
    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Flatten();

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Flatten();
}

/// <summary>
/// Divides by the standard deviation over the listed axes, in the limit of infinite width: K' = K / sqrt(v1 v2) with
/// v = variance + eps, and the same for Theta. No affine parameters.
/// </summary>
public sealed record LayerNorm : Layer
{
    /// <summary>Axes of an (example, position.., channel) array to normalise over; negative axes count from the end. The channel axis must be among them.</summary>
    [MinLength(1)]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <summary>Added to the variance.</summary>
    [Range(0.0, 1.0)]
    public double Eps { get; init; } = 1e-12;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Normalize(Axis, Eps);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Normalize(Axis, Eps);

    /// <inheritdoc />
    public bool Equals(LayerNorm? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>
/// Dropout at training time with inverse scaling: the variance of an example, and its kernels with itself, grow by 1/keep;
/// kernels of two examples stay, as their masks are independent.
/// </summary>
public sealed record Dropout : Layer
{
    /// <summary>Probability that a unit is kept.</summary>
    [Required]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Keep { get; init; } = 1;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.ScaleVariance(1 / Keep);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Drop(Keep);
}
