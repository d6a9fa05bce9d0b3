using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Sequence;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Kernels.Sequence;

/// <summary>The layers that the name stands for.</summary>
public sealed class Conv1dTests
{
    private static readonly Layer s_conv = new Conv { Filter = [5], Padding = Padding.Same, WStd = Math.Sqrt(2), BStd = 0 };
    private static readonly Layer s_dense = new Dense { WStd = Math.Sqrt(2), BStd = 0 };

    [Fact]
    public void ToNetwork_ByDefault_HasThreeConvolutionsAndTheMean() => Assert.Equal(
        new Network([new Repeat { Times = 3, Layers = [s_conv, new Relu()] }, new GlobalAvgPool(), s_dense]), new Conv1dOptions().ToNetwork());

    [Fact]
    public void ToNetwork_WithPooling_PoolsAfterEachGroupAndLeavesTheRest()
    {
        Layer group = new Repeat { Times = 2, Layers = [s_conv, new Erf()] };
        Layer pool = new AvgPool { Window = [3], Strides = [3] };
        Assert.Equal(
            new Network([new Repeat { Times = 2, Layers = [group, pool] }, new Repeat { Times = 1, Layers = [s_conv, new Erf()] }, new GlobalAvgPool(), s_dense]),
            new Conv1dOptions { Depth = 5, Pool = 3, PoolEvery = 2, Nonlinearity = new Erf() }.ToNetwork());
        Assert.Equal(
            new Network([new Repeat { Times = 3, Layers = [s_conv, new Relu(), pool] }, new GlobalAvgPool(), s_dense]),
            new Conv1dOptions { Pool = 3 }.ToNetwork());
    }

    [Fact]
    public void ToNetwork_WithResidualConnections_AddsAllConvolutionsButTheFirst()
    {
        Layer block = new Residual { Branches = [new Identity(), new Serial { Layers = [new Relu(), s_conv] }] };
        Assert.Equal(
            new Network([s_conv, new Repeat { Times = 2, Layers = [block] }, new Relu(), new GlobalAvgPool(), s_dense]),
            new Conv1dOptions { Residual = true }.ToNetwork());
        Assert.Equal(
            new Network([s_conv, new Relu(), new GlobalAvgPool(), s_dense]), new Conv1dOptions { Depth = 1, Residual = true }.ToNetwork());
    }

    [Fact]
    public void ToNetwork_OfResidualConnectionsThatShorten_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => new Conv1dOptions { Residual = true, Padding = Padding.Valid }.ToNetwork());
        Assert.Contains("padding: SAME", error.Remedy, StringComparison.Ordinal);
        new Conv1dOptions { Residual = true, Padding = Padding.Valid, Filter = 1 }.ToKernel().Check(new ExampleShape(ExampleKinds.Sequences, [6], 2));
    }

    [Fact]
    public void Check_WithEveryOption_Accepts() => new Conv1dOptions
    {
        Depth = 6,
        Filter = 4,
        Padding = Padding.Circular,
        Residual = true,
        Pool = 2,
        PoolEvery = 2,
        Readout = SequenceReadout.Flatten,
        Nonlinearity = new Gelu(),
    }.ToKernel().Check(new ExampleShape(ExampleKinds.Sequences, [17], 3));
}
