using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Convolutions with ReLU, then all positions and channels joined to one vector: no pooling.</summary>
public sealed record CvOptions : ArchitectureOptions
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
        new Flatten(),
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
