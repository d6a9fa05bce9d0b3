using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Convolutions with a nonlinearity, ReLU by default, then all positions and channels joined to one vector: no pooling.</summary>
public sealed record CvOptions : ConvolutionStackOptions
{
    private protected override Layer Join => new Flatten();
}
