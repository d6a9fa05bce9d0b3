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
        (WindowTable windows, WindowShape shape) = PositionGeometry.Windows(
            name, "filter", grid, filter, strides, padding, kind == ConvolutionKind.Transposed, Error);
        AffineStep affine = NewAffine(weightStd, biasStd, parameterization, filter.Aggregate(1, (product, size) => product * size));
        Add(kind == ConvolutionKind.Local ? new LocalConvolutionStep(windows, affine) : new ConvolutionStep(windows, affine) { Shape = shape });
        _state = _state with { Width = width, IsGaussian = true, HasFreshWeights = true, Grid = windows.Output };
    }

    /// <summary>Adds pooling over windows.</summary>
    internal void Pool(IReadOnlyList<int> window, IReadOnlyList<int>? strides, Padding padding, bool isMean, bool normalizeEdges)
    {
        string name = isMean ? "AvgPool" : "SumPool";
        PositionGrid grid = RequireGrid(name);
        (WindowTable windows, _) = PositionGeometry.Windows(name, "window", grid, window, strides, padding, isTransposed: false, Error);
        Add(new PositionMapStep(PositionGeometry.Pooling(windows, isMean, normalizeEdges), windows.Mask) { Output = windows.Output });
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
        int[] normal = PositionGeometry.NormalizedAxes(axes, rank, _state.IsGraph, Error);
        if (normal.Length == 1)
        {
            Normalize(eps);
            return;
        }

        RequireGaussian("LayerNorm");
        Add(new GroupNormalizeStep(PositionGeometry.Groups(_state.Grid!, normal), eps));
    }

    /// <summary>Adds a separable linear map to another grid.</summary>
    internal void Resize(IReadOnlyList<int> shape, ResizeMethod method)
    {
        PositionGrid grid = RequireGrid("ImageResize");
        ((int, double)[][] weights, PositionGrid output) = PositionGeometry.Resizing(grid, shape, method, Error);
        Add(new PositionMapStep(weights, mask => Interpolation.Mask(grid, output, mask)) { Output = output });
        _state = _state with { Grid = output };
    }

    /// <summary>Keeps a range of positions.</summary>
    internal void Slice(int axis, int start, int? stop, int step)
    {
        PositionGrid grid = RequireGrid("Slice");
        (int[] source, PositionGrid output) = PositionGeometry.Slicing(grid, axis, start, stop, step, Error);
        (int, double)[][] weights = Array.ConvertAll(source, p => new[] { (p, 1.0) });
        Add(new PositionMapStep(weights, mask => mask is null ? null : Array.ConvertAll(source, p => mask[p])) { Output = output });
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
        RequireGrid("Concat along positions");
        (IReadOnlyList<Step>[] steps, State[] states) = Branches(branches);
        if (states.Any(s => !s.IsGaussian))
            throw Error("a concatenation along positions needs branches with zero-mean Gaussian outputs", "End each branch with Dense or Conv.");
        RequireIndependence(states);
        (int[][] indices, PositionGrid output) = PositionGeometry.Concatenation([.. states.Select(s => s.Grid)], axis, Error);
        Add(new BranchStep(BranchKind.Positions, steps, []) { PositionIndices = indices });
        _state = states[0] with { Grid = output, HasFreshWeights = HaveFreshWeights(states) };
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
}
