using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <content>What layers of plugins are built from, beside <see cref="Sequence"/>: all evaluators take such layers.</content>
public sealed partial class VectorNetworkBuilder
{
    /// <summary>Sizes of the position axes where the next layer begins; none for vectors and for graphs.</summary>
    public IReadOnlyList<int> Positions => _state.Grid?.Sizes ?? [];

    /// <summary>Whether the positions are the nodes of a graph, of which every example may have another number.</summary>
    public bool IsGraph => _state.IsGraph;

    /// <summary>The width that was stated last: channels of the input of the next layer.</summary>
    public int Width => _state.Width;

    /// <summary>Adds a layer that treats each pair of positions by itself. It runs at full speed: on vectors, on planes and in the general form.</summary>
    /// <param name="name">Name of the layer, for messages.</param>
    /// <param name="map">What it does to a pair and to an example.</param>
    /// <param name="effect">What it needs of its input and says of its output.</param>
    /// <exception cref="UserErrorException">It needs Gaussian preactivations and has none: names the layer.</exception>
    /// <exception cref="ArgumentException">A map with fewer than 0 or more than 3 factors, or a width below 1.</exception>
    public void Pointwise<TMap>(string name, TMap map, PointwiseEffect effect)
        where TMap : struct, IPointwiseMap
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(effect);
        if (map.SideFactors is < 0 or > 3)
            throw new ArgumentException($"{name} has {map.SideFactors} factors of a side; 0 to 3 are possible.", nameof(map));
        if (effect.Width is { } width)
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(effect));
        if (effect.NeedsGaussianInput)
            RequireGaussian(name);
        Add(new PointwiseStep<TMap>(map));
        _state = _state with
        {
            Width = effect.Width ?? _state.Width,
            IsGaussian = effect.GivesGaussianOutput ?? _state.IsGaussian,
            HasFreshWeights = _state.HasFreshWeights || effect.HasWeights,
        };
    }

    /// <summary>Adds a linear map of positions, the same for each channel, y[o] = sum of weight x[position]: K' = M K M^T, and the same for the NTK.</summary>
    /// <param name="name">Name of the layer, for messages.</param>
    /// <param name="weights">For each output position its input positions with weights; positions are numbered row-major.</param>
    /// <param name="positions">Sizes of the position axes of the output; none for a vector.</param>
    /// <param name="existsAfter">Which output positions exist, from those of the input that do; null for all.</param>
    /// <exception cref="UserErrorException">There are no positions on a grid: names the layer.</exception>
    /// <exception cref="ArgumentException">Weights that do not fit the positions or are not finite.</exception>
    public void MapPositions(
        string name, IReadOnlyList<IReadOnlyList<(int Position, double Weight)>> weights, IReadOnlyList<int> positions, Func<bool[], bool[]?>? existsAfter = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(positions);
        PositionGrid input = RequireGrid(name);
        PositionGrid output = new([.. positions]);
        if (weights.Count != output.Count)
            throw new ArgumentException($"{name} has weights for {weights.Count} output positions, and there are {output.Count}.", nameof(weights));
        (int Position, double Weight)[][] copy = [.. weights.Select(list => list.ToArray())];
        foreach ((int position, double weight) in copy.SelectMany(list => list))
        {
            if (position < 0 || position >= input.Count || !double.IsFinite(weight))
                throw new ArgumentException($"{name} has the weight {weight} at input position {position}; there are {input.Count} positions.", nameof(weights));
        }

        Add(new PositionMapStep(copy, exists => exists is null ? null : existsAfter?.Invoke(exists)) { Output = output });
        _state = _state with { Grid = positions.Count == 0 ? null : output };
    }
}
