using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Convolutions with a nonlinearity, ReLU by default, then the mean over all positions.</summary>
public sealed record CnnGapOptions : ConvolutionStackOptions
{
    private protected override Layer Join => new GlobalAvgPool();
}
