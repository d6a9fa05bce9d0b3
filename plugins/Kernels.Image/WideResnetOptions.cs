using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>
/// The infinitely wide residual network of neural-tangents' example: a 3x3 convolution; three groups of residual blocks, the second and third of
/// which halve the image; average pooling, and a dense layer. A block adds two 3x3 convolutions, each after a nonlinearity, to its input; in the
/// first block of a group a 3x3 convolution of the input takes the place of the input. The defaults are those of the example, for 32x32 images.
/// </summary>
public sealed record WideResnetOptions : ArchitectureOptions
{
    /// <summary>Sets the defaults that differ from those of other architectures.</summary>
    public WideResnetOptions() => WStd = 1;

    /// <summary>Blocks in a group.</summary>
    [Range(1, 1000)]
    public int BlockSize { get; init; } = 4;

    /// <summary>
    /// Side of the pooling windows, which touch, before all positions are joined to one vector; null for the mean over all positions. 8 leaves one
    /// position of a 32x32 image, so that both are the same.
    /// </summary>
    [Range(1, 1024)]
    public int? Pool { get; init; } = 8;

    /// <inheritdoc />
    public override Network ToNetwork() => new(
    [
        Convolution(1),
        .. Group(1),
        .. Group(2),
        .. Group(2),
        .. Pool is { } side ? new Layer[] { new AvgPool { Window = [side, side], Strides = [side, side] }, new Flatten() } : [new GlobalAvgPool()],
        new Dense { WStd = WStd, BStd = BStd },
    ]);

    private IEnumerable<Layer> Group(int stride)
    {
        yield return Block(stride, Convolution(stride));
        if (BlockSize > 1)
            yield return new Repeat { Times = BlockSize - 1, Layers = [Block(1, new Identity())] };
    }

    private Residual Block(int stride, Layer shortcut) => new()
    {
        Branches = [new Serial { Layers = [Nonlinearity, Convolution(stride), Nonlinearity, Convolution(1)] }, shortcut],
    };

    private Conv Convolution(int stride) => new()
    {
        Filter = [3, 3],
        Strides = stride == 1 ? null : [stride, stride],
        Padding = Padding.Same,
        WStd = WStd,
        BStd = BStd,
    };
}
