using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Combined;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Combined;

/// <summary>Kernels to combine, made anew each time.</summary>
internal static class Inner
{
    public static IKernel Ntk() => Components.Create<VectorKernelsPlugin, IKernel>("fc", new FcOptions { Depth = 2, BStd = 0.1 });

    public static IKernel Nngp() => Components.Create<VectorKernelsPlugin, IKernel>("fc", new FcOptions { Depth = 1, Get = Networks.NetworkOutput.Nngp });

    public static IKernel Gaussian() => Components.Create<VectorKernelsPlugin, IKernel>("gaussian", new GaussianKernelOptions { Lengthscale = 2 });

    public static IKernel Myrtle() => Components.Create<ImageKernelsPlugin, IKernel>("myrtle", new MyrtleOptions());

    public static IKernel Combine(string name, object options) => Components.Create<CombinedKernelsPlugin, IKernel>(name, options);
}

/// <summary>The contract of kernels, kept by sums.</summary>
public class SumConformance : KernelConformance
{
    protected override IKernel Create() =>
        Inner.Combine("sum", new SumOptions { Kernels = [Inner.Ntk(), Inner.Gaussian(), Inner.Nngp()], Weights = [0.7, 3, 0.1] });
}

/// <summary>The contract of kernels, kept by sums on images.</summary>
public sealed class ImageSumConformance : SumConformance
{
    protected override Examples MakeExamples(int count) => Samples.Images(count);
}

/// <summary>The contract of kernels, kept by sums of classical kernels.</summary>
public sealed class ClassicalSumConformance : KernelConformance
{
    protected override IKernel Create() => Inner.Combine("sum", new SumOptions { Kernels = [Inner.Gaussian(), Inner.Nngp()] });
}

/// <summary>The contract of kernels, kept by products.</summary>
public sealed class ProductConformance : KernelConformance
{
    protected override IKernel Create() => Inner.Combine("product", new ProductOptions { Kernels = [Inner.Ntk(), Inner.Gaussian(), Inner.Nngp()] });
}

/// <summary>The contract of kernels, kept by normalised kernels.</summary>
public sealed class CosineConformance : KernelConformance
{
    protected override IKernel Create() => Inner.Combine("cosine", new CosineOptions { Kernel = Inner.Ntk() });
}

/// <summary>The contract of kernels, kept by symmetric kernels of images.</summary>
public class FlipConformance : KernelConformance
{
    // The pairs (x, flip z) and (z, flip x) are evaluated, which are equal up to rounding.
    protected override double SymmetryError => 1e-12;

    protected override IKernel Create() => Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle() });

    protected override Examples MakeExamples(int count) => Samples.Images(count, height: 8, width: 8);
}

/// <summary>The contract of kernels, kept by combinations of combinations.</summary>
public sealed class NestedConformance : FlipConformance
{
    protected override IKernel Create() => Inner.Combine("cosine", new CosineOptions
    {
        Kernel = Inner.Combine("product", new ProductOptions
        {
            Kernels = [Inner.Combine("flip", new FlipOptions { Kernel = Inner.Myrtle(), Combine = FlipCombination.Mean }), Inner.Gaussian()],
        }),
    });
}
