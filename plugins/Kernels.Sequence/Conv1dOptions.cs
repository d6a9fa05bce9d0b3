using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Sequence;

/// <summary>How the positions of a sequence are joined.</summary>
public enum SequenceReadout
{
    /// <summary>The mean over the positions that exist.</summary>
    Mean,

    /// <summary>Positions and channels as one vector: for aligned sequences of one length.</summary>
    Flatten,
}

/// <summary>
/// Convolutions along a sequence with a nonlinearity, ReLU by default, then the mean over positions or a vector of all of them. Pooling between the
/// convolutions and residual connections can be added.
/// </summary>
public sealed record Conv1dOptions : ArchitectureOptions
{
    /// <summary>Number of convolutions.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 3;

    /// <summary>Length of the filters.</summary>
    [Range(1, 1001)]
    public int Filter { get; init; } = 5;

    /// <summary>How filters leave the sequence.</summary>
    public Padding Padding { get; init; } = Padding.Same;

    /// <summary>
    /// Whether all convolutions but the first are added to their input, each after a nonlinearity of its own (pre-activation); the last convolution is
    /// followed by one more nonlinearity.
    /// </summary>
    public bool Residual { get; init; }

    /// <summary>Length of the windows of average pooling, which touch; 1 for no pooling.</summary>
    [Range(1, 1001)]
    public int Pool { get; init; } = 1;

    /// <summary>Number of convolutions between poolings; the first one of a residual network is not counted.</summary>
    [Range(1, 1000)]
    public int PoolEvery { get; init; } = 1;

    /// <summary>How positions are joined.</summary>
    public SequenceReadout Readout { get; init; } = SequenceReadout.Mean;

    /// <inheritdoc />
    /// <exception cref="UserErrorException">Residual connections around convolutions that shorten the sequence.</exception>
    public override Network ToNetwork()
    {
        if (Residual && Padding == Padding.Valid && Filter > 1)
        {
            throw new UserErrorException(
                "residual adds a convolution to its input, and padding: VALID makes it shorter than its input.", "Use padding: SAME or padding: CIRCULAR.");
        }

        Layer convolution = new Conv { Filter = [Filter], Padding = Padding, WStd = WStd, BStd = BStd };
        Layer[] unit = Residual
            ? [new Residual { Branches = [new Identity(), new Serial { Layers = [Nonlinearity, convolution] }] }]
            : [convolution, Nonlinearity];
        return new Network(
        [
            .. Residual ? [convolution] : Array.Empty<Layer>(),
            .. Units(Residual ? Depth - 1 : Depth, unit),
            .. Residual ? [Nonlinearity] : Array.Empty<Layer>(),
            Readout == SequenceReadout.Mean ? new GlobalAvgPool() : new Flatten(),
            new Dense { WStd = WStd, BStd = BStd },
        ]);
    }

    private IEnumerable<Layer> Units(int count, Layer[] unit)
    {
        int pooled = Pool == 1 ? 0 : count / PoolEvery;
        if (pooled > 0)
        {
            IEnumerable<Layer> group = PoolEvery == 1 ? unit : [new Repeat { Times = PoolEvery, Layers = unit }];
            yield return new Repeat { Times = pooled, Layers = [.. group, new AvgPool { Window = [Pool], Strides = [Pool] }] };
        }

        int rest = count - pooled * PoolEvery;
        if (rest > 0)
            yield return new Repeat { Times = rest, Layers = unit };
    }
}
