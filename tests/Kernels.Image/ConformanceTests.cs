using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Image;

/// <summary>The contract of kernels, kept by convolutions without pooling.</summary>
public sealed class CvConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<ImageKernelsPlugin, IKernel>("cv", new CvOptions { Depth = 2, BStd = 0.1 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.Images(count);
}

/// <summary>The contract of kernels, kept by convolutions with global pooling.</summary>
public sealed class CnnGapConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<ImageKernelsPlugin, IKernel>("cnn_gap", new CnnGapOptions { Depth = 2 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.Images(count);
}

/// <summary>The contract of kernels, kept by the Myrtle networks.</summary>
public sealed class MyrtleConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<ImageKernelsPlugin, IKernel>("myrtle", new MyrtleOptions());

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.Images(count, height: 8, width: 8);
}

/// <summary>The contract of kernels, kept by wide residual networks.</summary>
public sealed class WideResnetConformance : KernelConformance
{
    protected override IKernel Create() =>
        Components.Create<ImageKernelsPlugin, IKernel>("wide_resnet", new WideResnetOptions { BlockSize = 1, Pool = null, BStd = 0.1 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.Images(count, height: 6, width: 5);
}
