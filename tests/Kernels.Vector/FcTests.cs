using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Vector;

/// <summary>The contract of kernels, kept by fully connected networks by name.</summary>
public sealed class FcConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("fc", new FcOptions { Depth = 2, BStd = 0.1, Nonlinearity = new Gelu() });
}

/// <summary>The layers that the name stands for.</summary>
public sealed class FcTests
{
    [Fact]
    public void ToNetwork_ByDefault_HasThreeHiddenLayersWithRelu()
    {
        Layer dense = new Dense { WStd = Math.Sqrt(2), BStd = 0 };
        Assert.Equal(new Network([new Repeat { Times = 3, Layers = [dense, new Relu()] }, dense]), new FcOptions().ToNetwork());
    }

    [Fact]
    public void ToNetwork_WithAllOptions_UsesThem()
    {
        FcOptions options = new() { Depth = 1, WStd = 1.5, BStd = 0.2, Nonlinearity = new Erf { A = 2 }, LastWStd = 1, LastBStd = 0 };
        Assert.Equal(
            new Network([new Repeat { Times = 1, Layers = [new Dense { WStd = 1.5, BStd = 0.2 }, new Erf { A = 2 }] }, new Dense { WStd = 1, BStd = 0 }]),
            options.ToNetwork());
    }

    [Fact]
    public void Kernel_OfNoHiddenLayers_IsLinear()
    {
        VectorExamples examples = new(FeatureSource.FromArray([1, 2, 3, -1], 2));
        NetworkKernel kernel = new FcOptions { Depth = 0, WStd = 3, BStd = 0.5 }.ToKernel();
        using IPreparedExamples prepared = kernel.Prepare<double>(examples, KernelOutputs.Ntk, default);
        using NativeMatrix<double> ntk = new(1, 1);
        kernel.Evaluate<double>(prepared, 0, prepared, 1, default, ntk.View);

        // <x, y> / 2 = 1/2, which the NTK of one layer multiplies by W^2 and adds b^2 to.
        Assert.Equal(9 * 0.5 + 0.25, ntk[0, 0], 1e-15);
    }
}
