using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NeuralKernels.Networks;

/// <summary>The mean over windows: K' is the mean of K over all pairs of positions of two windows.</summary>
public sealed record AvgPool : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>Size of the window along each position axis.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(3)]
    public IReadOnlyList<int> Window { get; init; } = [2, 2];

    /// <summary>Step along each position axis; left out, 1.</summary>
    [MaxLength(3)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>How windows leave the grid.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Whether windows that leave the grid are divided by the number of positions that they have.</summary>
    public bool NormalizeEdges { get; init; }

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Pool(Window, Strides, Padding, isMean: true, NormalizeEdges);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Pool(Window, Strides, Padding, isMean: true, NormalizeEdges);

    /// <inheritdoc />
    public bool Equals(AvgPool? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The sum over windows.</summary>
public sealed record SumPool : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>Size of the window along each position axis.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(3)]
    public IReadOnlyList<int> Window { get; init; } = [2, 2];

    /// <summary>Step along each position axis; left out, 1.</summary>
    [MaxLength(3)]
    public IReadOnlyList<int>? Strides { get; init; }

    /// <summary>How windows leave the grid.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Pool(Window, Strides, Padding, isMean: false, normalizeEdges: false);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Pool(Window, Strides, Padding, isMean: false, normalizeEdges: false);

    /// <inheritdoc />
    public bool Equals(SumPool? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The mean over all positions that exist.</summary>
public sealed record GlobalAvgPool : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.GlobalPool(isMean: true);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.GlobalPool(isMean: true);
}

/// <summary>The sum over all positions that exist.</summary>
public sealed record GlobalSumPool : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.GlobalPool(isMean: false);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.GlobalPool(isMean: false);
}

/// <summary>How images are resized.</summary>
public enum ResizeMethod
{
    /// <summary>Linear interpolation, widened to an average where the image shrinks.</summary>
    Linear,

    /// <summary>The nearest position.</summary>
    Nearest,
}

/// <summary>Resizes the grid of positions by a separable linear map.</summary>
public sealed record ImageResize : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>New size of each position axis; -1 keeps a size.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(3)]
    public IReadOnlyList<int> Shape { get; init; } = [-1, -1];

    /// <summary>How positions are interpolated.</summary>
    public ResizeMethod Method { get; init; } = ResizeMethod.Linear;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Resize(Shape, Method);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Resize(Shape, Method);

    /// <inheritdoc />
    public bool Equals(ImageResize? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>Keeps a range of positions along one axis.</summary>
public sealed record Slice : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>The position axis, counted from 0.</summary>
    [Range(0, 2)]
    public int Axis { get; init; }

    /// <summary>First position; negative ones count from the end.</summary>
    public int Start { get; init; }

    /// <summary>The position after the last; negative ones count from the end. Left out, the end.</summary>
    public int? Stop { get; init; }

    /// <summary>Distance between positions.</summary>
    [Range(1, int.MaxValue)]
    public int Step { get; init; } = 1;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Slice(Axis, Start, Stop, Step);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Slice(Axis, Start, Stop, Step);
}

/// <summary>The sum over the neighbours of a node, weighted by the edges that lead to it.</summary>
public sealed record Aggregate : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Aggregate();

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Aggregate();
}

/// <summary>
/// Self-attention over positions in the limit of infinitely many heads (Hron et al. 2020). With linear scaling, queries and keys share weights
/// and scores are divided by the number of channels: attention weights are deterministic. Without it only identity weights have a closed form.
/// </summary>
public sealed record SelfAttention : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => true;

    /// <summary>Whether scores are divided by the number of channels instead of its root, with queries and keys tied.</summary>
    public bool LinearScaling { get; init; } = true;

    /// <summary>Standard deviation of the key weights.</summary>
    [JsonPropertyName("W_key_std")]
    [Range(0.0, 1e6)]
    public double WKeyStd { get; init; } = 1;

    /// <summary>Standard deviation of the value weights.</summary>
    [JsonPropertyName("W_value_std")]
    [Range(0.0, 1e6)]
    public double WValueStd { get; init; } = 1;

    /// <summary>Standard deviation of the query weights.</summary>
    [JsonPropertyName("W_query_std")]
    [Range(0.0, 1e6)]
    public double WQueryStd { get; init; } = 1;

    /// <summary>Standard deviation of the output weights.</summary>
    [JsonPropertyName("W_out_std")]
    [Range(0.0, 1e6)]
    public double WOutStd { get; init; } = 1;

    /// <summary>Standard deviation of the biases; null for none.</summary>
    [JsonPropertyName("b_std")]
    [Range(0.0, 1e6)]
    public double? BStd { get; init; }

    /// <summary>What turns scores into weights.</summary>
    public AttentionMechanism AttentionMechanism { get; init; } = AttentionMechanism.Softmax;

    /// <summary>How positional embeddings enter.</summary>
    public PositionEmbedding PosEmbType { get; init; } = PositionEmbedding.None;

    /// <summary>Standard deviation of the positional embeddings.</summary>
    [JsonPropertyName("W_pos_emb_std")]
    [Range(0.0, 1e6)]
    public double WPosEmbStd { get; init; } = 1;

    /// <summary>Channels of the positional embeddings where they are joined to the input; left out, those of the input.</summary>
    [Range(1, int.MaxValue)]
    public int? NChanPosEmb { get; init; }

    /// <summary>Whether values see the embeddings too.</summary>
    public bool ValPosEmb { get; init; }

    /// <summary>Number of channels of the output; see Dense.</summary>
    [Range(1, int.MaxValue)]
    public int Width { get; init; } = 512;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Attend(this);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Attend(this);
}
