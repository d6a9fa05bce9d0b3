using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Vector;

/// <summary>The contract of kernels, kept by the Gaussian kernel.</summary>
public sealed class GaussianConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("gaussian", new GaussianKernelOptions { Lengthscale = 2 });
}

/// <summary>The contract of kernels, kept by the Laplace kernel.</summary>
public sealed class LaplaceConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("laplace", new LaplaceKernelOptions { Lengthscale = 2 });
}

/// <summary>The contract of kernels, kept by the Matern kernel.</summary>
public sealed class MaternConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("matern", new MaternKernelOptions { Nu = 1.5, Variance = 3 });
}

/// <summary>The contract of kernels, kept by the polynomial kernel.</summary>
public sealed class PolynomialConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("polynomial", new PolynomialKernelOptions { Degree = 2 });
}

/// <summary>The contract of kernels, kept by the linear kernel.</summary>
public sealed class DotProductConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("dot_product", new DotProductKernelOptions { Bias = 0.5 });
}

/// <summary>The contract of kernels, kept by networks on vectors.</summary>
public class NetworkConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<VectorKernelsPlugin, IKernel>("network", new NetworkKernelOptions
    {
        Network = [new Dense { WStd = 1.4, BStd = 0.1 }, new Relu(), new Dense { WStd = 1.4 }, new Erf(), new Dense()],
    });
}

/// <summary>The contract of kernels, kept by networks on images.</summary>
public sealed class ImageNetworkConformance : NetworkConformance
{
    protected override Examples MakeExamples(int count) => Samples.Images(count);
}
