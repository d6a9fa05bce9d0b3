using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Options of equal convolutions one after the other, then a readout.</summary>
public abstract record ConvolutionStackOptions : ArchitectureOptions
{
    /// <summary>Number of convolutions.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 8;

    /// <summary>Side of the filters.</summary>
    [Range(1, 31)]
    public int Filter { get; init; } = 3;

    /// <summary>How filters leave the image.</summary>
    public Padding Padding { get; init; } = Padding.Same;

    /// <summary>What joins the positions.</summary>
    private protected abstract Layer Join { get; }

    /// <inheritdoc />
    public override Network ToNetwork() => new(
    [
        new Repeat
        {
            Times = Depth,
            Layers = [new Conv { Filter = [Filter, Filter], Padding = Padding, WStd = WStd, BStd = BStd }, Nonlinearity],
        },
        Join,
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
