using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>Layers one after the other.</summary>
public sealed record Serial : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => Layers.Any(layer => layer.UsesPositions);

    /// <summary>The layers, in the order in which data passes them.</summary>
    [Required]
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <inheritdoc />
    public override string Title => $"[{Network.Titles(Layers)}]";

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Sequence("layers", Layers);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Sequence("layers", Layers);

    /// <inheritdoc />
    public bool Equals(Serial? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The same layers several times one after the other, each time with weights of their own.</summary>
public sealed record Repeat : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => Layers.Any(layer => layer.UsesPositions);

    /// <summary>How often.</summary>
    [Required]
    [Range(0, 10_000)]
    public int Times { get; init; } = 1;

    /// <summary>The layers to repeat.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <inheritdoc />
    public override string Title => $"{Times} x [{Network.Titles(Layers)}]";

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder)
    {
        for (int i = 0; i < Times; i++)
            builder.Sequence("layers", Layers);
    }

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder)
    {
        for (int i = 0; i < Times; i++)
            builder.Sequence("layers", Layers);
    }

    /// <inheritdoc />
    public bool Equals(Repeat? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>
/// The sum of independent branches: K and Theta add. Exact where at most one branch has outputs that are not zero-mean Gaussian
/// and at most one lacks random weights of its own; other sums are refused.
/// </summary>
public sealed record Residual : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => Branches.Any(layer => layer.UsesPositions);

    /// <summary>The branches; all take the same input.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<Layer> Branches { get; init; } = [];

    /// <inheritdoc />
    public override string Title => $"({string.Join(" + ", Branches.Select(b => b.Title))})";

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Sum(Branches);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Sum(Branches);

    /// <inheritdoc />
    public bool Equals(Residual? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The product of independent branches: K is the product of theirs, Theta follows the product rule.</summary>
public sealed record Product : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => Branches.Any(layer => layer.UsesPositions);

    /// <summary>The branches; all take the same input.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<Layer> Branches { get; init; } = [];

    /// <inheritdoc />
    public override string Title => $"({string.Join(" * ", Branches.Select(b => b.Title))})";

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Multiply(Branches);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Multiply(Branches);

    /// <inheritdoc />
    public bool Equals(Product? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The outputs of branches side by side: the average of their kernels, weighted by their widths.</summary>
public sealed record Concat : Layer
{
    /// <inheritdoc />
    public override bool UsesPositions => Branches.Any(layer => layer.UsesPositions);

    /// <summary>The branches; all take the same input.</summary>
    [Required]
    [MinLength(1)]
    public IReadOnlyList<Layer> Branches { get; init; } = [];

    /// <summary>The axis to join along; negative axes count from the end, -1 is the channel axis.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc />
    public override string Title => $"({string.Join(" | ", Branches.Select(b => b.Title))})";

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder)
    {
        if (PositionAxis(builder.PositionAxes, builder.Error) is { } axis)
            builder.ConcatenatePositions(Branches, axis);
        else
            builder.Concatenate(Branches);
    }

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder)
    {
        if (PositionAxis(builder.Positions.Count, builder.Error) is { } axis)
            builder.ConcatenatePositions(Branches, axis);
        else
            builder.Concatenate(Branches);
    }

    private int? PositionAxis(int positionAxes, Func<string, string, UserErrorException> error)
    {
        int rank = 2 + positionAxes;
        int axis = Axis < 0 ? Axis + rank : Axis;
        if (axis < 1 || axis >= rank)
            throw error($"there is no axis {Axis} to concatenate along", $"Axes are 1 to {rank - 1}, the last for channels (-1).");
        return axis < rank - 1 ? axis - 1 : null;
    }

    /// <inheritdoc />
    public bool Equals(Concat? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}
