using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Convolutions with ReLU, then the mean over all positions.</summary>
public sealed record CnnGapOptions : ArchitectureOptions
{
    /// <summary>Number of convolutions.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 8;

    /// <summary>Side of the filters.</summary>
    [Range(1, 31)]
    public int Filter { get; init; } = 3;

    /// <inheritdoc />
    public override Network ToNetwork() => new(
    [
        new Repeat
        {
            Times = Depth,
            Layers = [new Conv { Filter = [Filter, Filter], Padding = Padding.Same, WStd = WStd, BStd = BStd }, new Relu()],
        },
        new GlobalAvgPool(),
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
