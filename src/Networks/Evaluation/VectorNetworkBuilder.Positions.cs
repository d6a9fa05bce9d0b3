using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

public sealed partial class VectorNetworkBuilder
{
    /// <summary>Adds a convolution.</summary>
    internal void Convolve(
        ConvolutionKind kind, IReadOnlyList<int> filter, IReadOnlyList<int>? strides, Padding padding,
        double weightStd, double? biasStd, Parameterization parameterization, int width)
    {
        string name = kind switch { ConvolutionKind.Transposed => "ConvTranspose", ConvolutionKind.Local => "ConvLocal", _ => "Conv" };
        PositionGrid grid = RequireGrid(name);
        IReadOnlyList<int> steps = CheckWindow(name, "filter", grid, filter, strides, padding, fits: kind != ConvolutionKind.Transposed);
        WindowTable windows = kind == ConvolutionKind.Transposed
            ? WindowTable.Transposed(grid, filter, steps, padding)
            : WindowTable.Of(grid, filter, steps, padding);
        AffineStep affine = NewAffine(weightStd, biasStd, parameterization, filter.Aggregate(1, (product, size) => product * size));
        Add(kind == ConvolutionKind.Local ? new LocalConvolutionStep(windows, affine) : new ConvolutionStep(windows, affine) { Shape = new WindowShape(filter, steps, padding, kind == ConvolutionKind.Transposed) });
        _state = _state with { Width = width, IsGaussian = true, HasFreshWeights = true, Grid = windows.Output };
    }

    /// <summary>Adds pooling over windows.</summary>
    internal void Pool(IReadOnlyList<int> window, IReadOnlyList<int>? strides, Padding padding, bool isMean, bool normalizeEdges)
    {
        string name = isMean ? "AvgPool" : "SumPool";
        PositionGrid grid = RequireGrid(name);
        IReadOnlyList<int> steps = CheckWindow(name, "window", grid, window, strides, padding, fits: true);
        WindowTable windows = WindowTable.Of(grid, window, steps, padding);
        (int, double)[][] weights = Array.ConvertAll(windows.Taps, taps =>
        {
            int[] inside = [.. taps.Where(p => p >= 0)];
            double weight = !isMean ? 1 : 1.0 / (normalizeEdges ? inside.Length : taps.Length);
            return Array.ConvertAll(inside, p => (p, weight));
        });
        Add(new PositionMapStep(weights, windows.Mask) { Pooling = (new WindowShape(window, steps, padding, IsTransposed: false), windows.Output) });
        _state = _state with { Grid = windows.Output };
    }

    /// <summary>Adds pooling over all positions.</summary>
    internal void GlobalPool(bool isMean)
    {
        RequirePositions(isMean ? "GlobalAvgPool" : "GlobalSumPool");
        Add(new GlobalPoolStep(isMean));
        _state = _state with { Grid = null, IsGraph = false };
    }

    /// <summary>Joins positions and channels; nothing to do where there are no positions.</summary>
    internal void Flatten()
    {
        if (_state.IsGraph)
            throw Error("Flatten is not defined for graphs, whose nodes have no order", "Use GlobalAvgPool or GlobalSumPool.");
        if (_state.Grid is not { } grid)
            return;
        Add(new FlattenStep());
        _state = _state with { Grid = null, IsGaussian = false, Width = (int)Math.Min((long)_state.Width * grid.Count, int.MaxValue) };
    }

    /// <summary>Adds layer normalisation.</summary>
    internal void Normalize(IReadOnlyList<int> axes, double eps)
    {
        int rank = 2 + (_state.Grid?.Sizes.Count ?? (_state.IsGraph ? 1 : 0));
        int[] normal = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Distinct().Order()];
        if (normal.Any(axis => axis < 1 || axis >= rank) || !normal.Contains(rank - 1))
        {
            throw Error(
                $"LayerNorm over the axes [{string.Join(", ", axes)}] is not defined for an array of {rank} axes (example, position.., channel)",
                "The channel axis -1 must be among them, the example axis 0 must not.");
        }

        if (normal.Length == 1)
        {
            Normalize(eps);
            return;
        }

        if (_state.IsGraph)
            throw Error("LayerNorm over the nodes of a graph is not defined", "Normalise over the channels: write axis: [-1].");
        RequireGaussian("LayerNorm");
        PositionGrid grid = _state.Grid!;
        int[] kept = [.. Enumerable.Range(0, grid.Sizes.Count).Where(axis => !normal.Contains(axis + 1))];
        PositionGrid groups = new([.. kept.Select(axis => grid.Sizes[axis])]);
        int[] group = [.. Enumerable.Range(0, grid.Count).Select(p =>
        {
            int[] place = grid.Coordinates(p);
            return groups.Number([.. kept.Select(axis => place[axis])]);
        })];
        Add(new GroupNormalizeStep(group, eps));
    }

    /// <summary>Adds a separable linear map to another grid.</summary>
    internal void Resize(IReadOnlyList<int> shape, ResizeMethod method)
    {
        PositionGrid grid = RequireGrid("ImageResize");
        if (shape.Count != grid.Sizes.Count || shape.Any(size => size is 0 or < -1))
        {
            throw Error(
                $"the shape [{string.Join(", ", shape)}] does not fit {grid.Sizes.Count} position axes",
                "Give a positive size for each position axis, or -1 to keep it.");
        }

        PositionGrid output = new([.. shape.Select((size, axis) => size == -1 ? grid.Sizes[axis] : size)]);
        (int Position, double Weight)[][][] axes = [.. output.Sizes.Select((size, axis) => Interpolation.Weights(grid.Sizes[axis], size, method))];
        Add(new PositionMapStep(Interpolation.Combine(grid, output, axes), mask => Interpolation.Mask(grid, output, mask)));
        _state = _state with { Grid = output };
    }

    /// <summary>Keeps a range of positions.</summary>
    internal void Slice(int axis, int start, int? stop, int step)
    {
        PositionGrid grid = RequireGrid("Slice");
        if (axis >= grid.Sizes.Count)
            throw Error($"there is no position axis {axis}", $"The position axes are 0 to {grid.Sizes.Count - 1}.");
        int length = grid.Sizes[axis];
        int first = Math.Clamp(start < 0 ? start + length : start, 0, length);
        int end = Math.Clamp(stop is not { } given ? length : given < 0 ? given + length : given, 0, length);
        int count = Math.Max((end - first + step - 1) / step, 0);
        if (count == 0)
            throw Error($"the slice from {start} to {stop?.ToString() ?? "the end"} keeps none of the {length} positions", "Keep at least one.");
        PositionGrid output = new([.. grid.Sizes.Select((size, a) => a == axis ? count : size)]);
        int[] source = [.. Enumerable.Range(0, output.Count).Select(o =>
        {
            int[] place = output.Coordinates(o);
            place[axis] = first + place[axis] * step;
            return grid.Number(place);
        })];
        Add(new PositionMapStep(
            Array.ConvertAll(source, p => new[] { (p, 1.0) }), mask => mask is null ? null : Array.ConvertAll(source, p => mask[p])));
        _state = _state with { Grid = output };
    }

    /// <summary>Adds the sum over neighbours in a graph.</summary>
    internal void Aggregate()
    {
        if (!_state.IsGraph)
            throw Error("Aggregate needs the edges of graphs", "Use it on datasets of graphs, before any global pooling.");
        Add(new AggregateStep());
    }

    /// <summary>Adds self-attention.</summary>
    internal void Attend(SelfAttention layer)
    {
        RequirePositions("SelfAttention");
        double position = layer.WPosEmbStd * layer.WPosEmbStd;
        double channels = _state.Width;
        double embedded = layer.NChanPosEmb ?? channels;
        (double, double) embedding = layer.PosEmbType switch
        {
            PositionEmbedding.Sum => (1, position),
            PositionEmbedding.Concat => (channels / (channels + embedded), embedded * position / (channels + embedded)),
            _ => (1, 0),
        };
        double queryKey = layer.WQueryStd * layer.WKeyStd;
        double outValue = layer.WOutStd * layer.WValueStd;
        if (layer.LinearScaling)
        {
            Add(new TiedAttentionStep(layer.AttentionMechanism, queryKey, outValue, layer.BStd ?? 0, embedding, layer.ValPosEmb));
        }
        else if (layer.AttentionMechanism == AttentionMechanism.Identity)
        {
            Add(new UntiedAttentionStep(queryKey * outValue, layer.BStd ?? 0, embedding, layer.ValPosEmb));
        }
        else
        {
            throw Error(
                $"attention of the kind {layer.AttentionMechanism.ToString().ToLowerInvariant()} has no closed form without linear scaling",
                "Write linear_scaling: true, or attention_mechanism: identity.");
        }

        _state = _state with { Width = layer.Width, IsGaussian = true, HasFreshWeights = true };
    }

    /// <summary>Adds the concatenation of branches along a position axis.</summary>
    internal void ConcatenatePositions(IReadOnlyList<Layer> branches, int axis)
    {
        PositionGrid input = RequireGrid("Concat along positions");
        (IReadOnlyList<Step>[] steps, State[] states) = Branches(branches);
        if (states.Any(s => !s.IsGaussian))
            throw Error("a concatenation along positions needs branches with zero-mean Gaussian outputs", "End each branch with Dense or Conv.");
        RequireIndependence(states);
        foreach (State state in states)
        {
            if (state.Grid is null || state.Grid.Sizes.Where((_, a) => a != axis).SequenceEqual(states[0].Grid!.Sizes.Where((_, a) => a != axis)) == false)
                throw Error("the branches differ in the size of another position axis", "Make them equal but for the axis of the concatenation.");
        }

        int[] sizes = [.. states[0].Grid!.Sizes];
        sizes[axis] = states.Sum(s => s.Grid!.Sizes[axis]);
        PositionGrid output = new(sizes);
        int[][] indices = new int[states.Length][];
        int offset = 0;
        for (int b = 0; b < states.Length; b++)
        {
            PositionGrid grid = states[b].Grid!;
            int shift = offset;
            indices[b] = [.. Enumerable.Range(0, grid.Count).Select(p =>
            {
                int[] place = grid.Coordinates(p);
                place[axis] += shift;
                return output.Number(place);
            })];
            offset += grid.Sizes[axis];
        }

        Add(new BranchStep(BranchKind.Positions, steps, []) { PositionIndices = indices });
        _state = states[0] with { Grid = output, HasFreshWeights = states.All(s => s.HasFreshWeights) };
    }

    /// <summary>Position axes of the current grid; 0 where there is none.</summary>
    internal int PositionAxes => _state.Grid?.Sizes.Count ?? 0;

    private PositionGrid RequireGrid(string name) => _state.Grid ?? throw Error(
        $"{name} needs positions on a grid, and there are none",
        _state.IsGraph ? "Graphs have Aggregate and global pooling." : "Use it on images or sequences, before Flatten and global pooling.");

    private void RequirePositions(string name)
    {
        if (!_state.HasPositions)
            throw Error($"{name} needs positions, and there are none", "Use it on images, sequences or graphs, before Flatten and global pooling.");
    }

    private void RequireSamePositions(State[] states)
    {
        if (states.Any(s => s.IsGraph != states[0].IsGraph || !(s.Grid?.Sizes ?? []).SequenceEqual(states[0].Grid?.Sizes ?? [])))
        {
            throw Error(
                $"the branches end with the positions {string.Join(" and ", states.Select(s => string.Join('x', s.Grid?.Sizes ?? [])).Distinct())}",
                "Give them the same strides and padding.");
        }
    }

    private IReadOnlyList<int> CheckWindow(
        string name, string option, PositionGrid grid, IReadOnlyList<int> window, IReadOnlyList<int>? strides, Padding padding, bool fits)
    {
        IReadOnlyList<int> steps = strides ?? [.. Enumerable.Repeat(1, grid.Sizes.Count)];
        if (window.Count != grid.Sizes.Count || steps.Count != grid.Sizes.Count || window.Concat(steps).Any(size => size < 1))
        {
            throw Error(
                $"{name} has {option} [{string.Join(", ", window)}] and strides [{string.Join(", ", steps)}] on {grid.Sizes.Count} position axes",
                "Give one positive number for each position axis.");
        }

        if (fits && padding == Padding.Valid && window.Where((size, axis) => size > grid.Sizes[axis]).Any())
        {
            throw Error(
                $"the {option} [{string.Join(", ", window)}] of {name} is larger than the {string.Join('x', grid.Sizes)} positions",
                "Use padding: same, a smaller one, or less pooling before it.");
        }

        return steps;
    }
}
