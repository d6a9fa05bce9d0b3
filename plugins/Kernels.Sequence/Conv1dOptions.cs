using System.ComponentModel.DataAnnotations;
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

/// <summary>Convolutions along a sequence with ReLU, then the mean over positions or a vector of all of them.</summary>
public sealed record Conv1dOptions : ArchitectureOptions
{
    /// <summary>Number of convolutions.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 3;

    /// <summary>Length of the filters.</summary>
    [Range(1, 1001)]
    public int Filter { get; init; } = 5;

    /// <summary>How positions are joined.</summary>
    public SequenceReadout Readout { get; init; } = SequenceReadout.Mean;

    /// <inheritdoc />
    public override Network ToNetwork() => new(
    [
        new Repeat
        {
            Times = Depth,
            Layers = [new Conv { Filter = [Filter], Padding = Padding.Same, WStd = WStd, BStd = BStd }, new Relu()],
        },
        Readout == SequenceReadout.Mean ? new GlobalAvgPool() : new Flatten(),
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
