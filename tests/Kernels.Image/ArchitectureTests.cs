using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Kernels.Image;

/// <summary>The layers that the names stand for.</summary>
public sealed class ArchitectureTests
{
    private static readonly Layer s_conv = new Conv { Filter = [3, 3], Padding = Padding.Same, WStd = Math.Sqrt(2), BStd = 0 };
    private static readonly Layer s_pool = new AvgPool { Window = [2, 2], Strides = [2, 2] };
    private static readonly Layer s_dense = new Dense { WStd = Math.Sqrt(2), BStd = 0 };

    [Theory]
    [InlineData(5, 2, 1, 1)]
    [InlineData(7, 2, 2, 2)]
    [InlineData(10, 3, 3, 3)]
    public void Myrtle_OfEachSize_HasItsGroups(int layers, int first, int second, int third)
    {
        Network expected = new(
        [
            new Repeat { Times = first, Layers = [s_conv, new Relu()] }, s_pool,
            new Repeat { Times = second, Layers = [s_conv, new Relu()] }, s_pool,
            new Repeat { Times = third, Layers = [s_conv, new Relu()] }, new GlobalAvgPool(), s_dense,
        ]);
        Assert.Equal(expected, new MyrtleOptions { Layers = layers }.ToNetwork());
    }

    [Fact]
    public void CvAndCnnGap_OfTheSameDepth_DifferInTheirEnd()
    {
        Layer body = new Repeat { Times = 4, Layers = [s_conv, new Relu()] };
        Assert.Equal(new Network([body, new Flatten(), s_dense]), new CvOptions { Depth = 4 }.ToNetwork());
        Assert.Equal(new Network([body, new GlobalAvgPool(), s_dense]), new CnnGapOptions { Depth = 4 }.ToNetwork());
    }

    [Fact]
    public void Myrtle_WithAllOptions_UsesThem()
    {
        Layer conv = new Conv { Filter = [5, 5], Padding = Padding.Circular, WStd = 1.1, BStd = 0.3 };
        Network expected = new(
        [
            new Repeat { Times = 2, Layers = [conv, new Gelu()] }, s_pool, new Repeat { Times = 1, Layers = [conv, new Gelu()] }, s_pool,
            new Repeat { Times = 1, Layers = [conv, new Gelu()] }, new Flatten(), new Dense { WStd = 1.1, BStd = 0.3 },
        ]);
        Assert.Equal(expected, new MyrtleOptions
        {
            Filter = 5,
            Padding = Padding.Circular,
            WStd = 1.1,
            BStd = 0.3,
            Nonlinearity = new Gelu(),
            Readout = ImageReadout.Flatten,
        }.ToNetwork());
    }

    [Fact]
    public void Cv_WithAllOptions_UsesThem() => Assert.Equal(
        new Network(
        [
            new Repeat { Times = 2, Layers = [new Conv { Filter = [2, 2], Padding = Padding.Valid, WStd = 1, BStd = 0.1 }, new Erf()] },
            new Flatten(), new Dense { WStd = 1, BStd = 0.1 },
        ]),
        new CvOptions { Depth = 2, Filter = 2, Padding = Padding.Valid, WStd = 1, BStd = 0.1, Nonlinearity = new Erf() }.ToNetwork());
}
