using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

public sealed partial class FiniteNetworkBuilder
{
    /// <summary>Adds a random affine layer, the same at each position.</summary>
    /// <param name="weightStd">W_std.</param>
    /// <param name="biasStd">b_std; null for no biases.</param>
    /// <param name="parameterization">How the weights are scaled.</param>
    /// <param name="width">The width that the layer states.</param>
    public void Affine(double weightStd, double? biasStd, Parameterization parameterization, int width)
    {
        FiniteChannels channels = Width(width);
        Add(new AffineModule(NewAffine(weightStd, biasStd, parameterization, taps: 1, copies: 1, channels.Actual)), channels);
    }

    /// <summary>Adds a nonlinearity.</summary>
    internal void Activate(Nonlinearity nonlinearity)
    {
        // A nonlinearity without a function says so here, where its place is known, rather than when the network is applied.
        try
        {
            _ = nonlinearity.Phi(0) + nonlinearity.Derivative(0);
        }
        catch (UserErrorException error)
        {
            throw Error(error.Message.TrimEnd('.'), error.Remedy);
        }

        Pointwise(nonlinearity.Phi, nonlinearity.Derivative);
    }

    /// <summary>Adds a convolution.</summary>
    internal void Convolve(
        ConvolutionKind kind, IReadOnlyList<int> filter, IReadOnlyList<int>? strides, Padding padding,
        double weightStd, double? biasStd, Parameterization parameterization, int width)
    {
        string name = kind switch { ConvolutionKind.Transposed => "ConvTranspose", ConvolutionKind.Local => "ConvLocal", _ => "Conv" };
        WindowTable windows = PositionGeometry.Windows(
            name, "filter", RequireGrid(name), filter, strides, padding, kind == ConvolutionKind.Transposed, Error).Table;
        FiniteChannels channels = Width(width);
        int copies = kind == ConvolutionKind.Local ? windows.Taps.Length : 1;
        AffineMap map = NewAffine(weightStd, biasStd, parameterization, windows.Taps[0].Length, copies, channels.Actual);
        Add(new ConvolutionModule(windows, map, kind == ConvolutionKind.Local), channels, windows.Output.Sizes);
    }

    /// <summary>Adds pooling over windows.</summary>
    internal void Pool(IReadOnlyList<int> window, IReadOnlyList<int>? strides, Padding padding, bool isMean, bool normalizeEdges)
    {
        string name = isMean ? "AvgPool" : "SumPool";
        WindowTable windows = PositionGeometry.Windows(name, "window", RequireGrid(name), window, strides, padding, isTransposed: false, Error).Table;
        MapPositions(PositionGeometry.Pooling(windows, isMean, normalizeEdges), windows.Output.Sizes, windows.Mask);
    }

    /// <summary>Adds pooling over all positions.</summary>
    internal void GlobalPool(bool isMean)
    {
        if (!_state.HasPositions)
        {
            throw Error(
                $"{(isMean ? "GlobalAvgPool" : "GlobalSumPool")} needs positions, and there are none",
                "Use it on images, sequences or graphs, before Flatten and global pooling.");
        }

        Add(new PositionMapModule(input => [GlobalWeights(input, isMean)], _ => null), Channels, []);
    }

    /// <summary>Joins positions and channels; nothing to do where there are no positions.</summary>
    internal void Flatten()
    {
        if (IsGraph)
            throw Error("Flatten is not defined for graphs, whose nodes have no order", "Use GlobalAvgPool or GlobalSumPool.");
        if (_state.Grid is not { } grid)
            return;
        long stated = Math.Min((long)Channels.Stated * grid.Count, int.MaxValue);
        Add(new FlattenModule(), new FiniteChannels(checked(Channels.Actual * grid.Count), (int)stated), []);
    }

    /// <summary>Adds layer normalisation.</summary>
    internal void Normalize(IReadOnlyList<int> axes, double eps)
    {
        int rank = 2 + (_state.Grid?.Sizes.Count ?? (IsGraph ? 1 : 0));
        int[] normal = PositionGeometry.NormalizedAxes(axes, rank, IsGraph, Error);
        Add(new NormalizeModule(normal.Length == 1 ? null : PositionGeometry.Groups(_state.Grid!, normal), eps));
    }

    /// <summary>Adds dropout with inverse scaling.</summary>
    internal void Drop(double keep) => Add(new DropoutModule(keep, AddRandomPlace()));

    /// <summary>Adds a separable linear map to another grid.</summary>
    internal void Resize(IReadOnlyList<int> shape, ResizeMethod method)
    {
        PositionGrid grid = RequireGrid("ImageResize");
        ((int, double)[][] weights, PositionGrid output) = PositionGeometry.Resizing(grid, shape, method, Error);
        MapPositions(weights, output.Sizes, exists => Interpolation.Mask(grid, output, exists));
    }

    /// <summary>Keeps a range of positions.</summary>
    internal void Slice(int axis, int start, int? stop, int step)
    {
        (int[] source, PositionGrid output) = PositionGeometry.Slicing(RequireGrid("Slice"), axis, start, stop, step, Error);
        MapPositions(Array.ConvertAll(source, p => new[] { (p, 1.0) }), output.Sizes, exists => Array.ConvertAll(source, p => exists[p]));
    }

    /// <summary>Adds the sum over neighbours in a graph.</summary>
    internal void Aggregate()
    {
        if (!IsGraph)
            throw Error("Aggregate needs the edges of graphs", "Use it on datasets of graphs, before any global pooling.");
        Add(new AggregateModule());
    }

    /// <summary>Adds self-attention.</summary>
    internal void Attend(SelfAttention layer)
    {
        if (!_state.HasPositions)
            throw Error("SelfAttention needs positions, and there are none", "Use it on images, sequences or graphs, before Flatten and global pooling.");
        FiniteChannels output = Width(layer.Width);
        Add(new AttentionModule(this, layer, _state.MostPositions, output.Actual), output);
    }

    private AffineMap NewAffine(double weightStd, double? biasStd, Parameterization parameterization, int taps, int copies, int outputs)
    {
        int fanIn = checked(Channels.Actual * taps);
        long count = (long)copies * fanIn * outputs;
        long biases = (long)copies * outputs;
        if (parameterization == Parameterization.Ntk)
        {
            return new AffineMap(
                fanIn, outputs, AddParameter(count, 1), weightStd / Math.Sqrt(fanIn), biasStd is null ? null : AddParameter(biases, 1), biasStd ?? 0);
        }

        // The multiplier of the stated width, which the NTK keeps.
        double multiplier = (double)Channels.Actual / Channels.Stated;
        return new AffineMap(
            fanIn, outputs, AddParameter(count, weightStd * Math.Sqrt(multiplier / fanIn)), 1 / Math.Sqrt(multiplier),
            biasStd is { } std ? AddParameter(biases, std) : null, 1);
    }

    private PositionGrid RequireGrid(string name) => _state.Grid ?? throw Error(
        $"{name} needs positions on a grid, and there are none",
        IsGraph ? "Graphs have Aggregate and global pooling." : "Use it on images or sequences, before Flatten and global pooling.");

    private static (int, double)[] GlobalWeights(Activations input, bool isMean)
    {
        int[] existing = [.. Enumerable.Range(0, input.Positions).Where(input.Has)];
        return Array.ConvertAll(existing, p => (p, isMean ? 1.0 / existing.Length : 1));
    }
}
