using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>How the positions of an image are joined.</summary>
public enum ImageReadout
{
    /// <summary>The mean over all positions.</summary>
    Mean,

    /// <summary>Positions and channels as one vector.</summary>
    Flatten,
}

/// <summary>
/// The Myrtle networks of 5, 7 and 10 layers (Shankar et al. 2020): groups of 3x3 convolutions with ReLU, each followed by 2x2 average pooling, then
/// pooling to one position and a dense layer.
/// </summary>
public sealed record MyrtleOptions : ArchitectureOptions
{
    /// <summary>Layers: 5 has groups of 2, 1 and 1 convolutions, 7 of 2, 2 and 2, 10 of 3, 3 and 3.</summary>
    [AllowedValues(5, 7, 10)]
    public int Layers { get; init; } = 5;

    /// <summary>Side of the filters.</summary>
    [Range(1, 31)]
    public int Filter { get; init; } = 3;

    /// <summary>How filters leave the image.</summary>
    public Padding Padding { get; init; } = Padding.Same;

    /// <summary>How positions are joined after the last group.</summary>
    public ImageReadout Readout { get; init; } = ImageReadout.Mean;

    /// <inheritdoc />
    public override Network ToNetwork()
    {
        int[] groups = Layers switch { 5 => [2, 1, 1], 7 => [2, 2, 2], _ => [3, 3, 3] };
        Layer convolution = new Conv { Filter = [Filter, Filter], Padding = Padding, WStd = WStd, BStd = BStd };
        Layer pool = new AvgPool { Window = [2, 2], Strides = [2, 2] };
        return new Network(
        [
            new Repeat { Times = groups[0], Layers = [convolution, Nonlinearity] },
            pool,
            new Repeat { Times = groups[1], Layers = [convolution, Nonlinearity] },
            pool,
            new Repeat { Times = groups[2], Layers = [convolution, Nonlinearity] },
            Readout == ImageReadout.Mean ? new GlobalAvgPool() : new Flatten(),
            new Dense { WStd = WStd, BStd = BStd },
        ]);
    }
}
