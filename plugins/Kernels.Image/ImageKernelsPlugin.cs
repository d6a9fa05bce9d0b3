using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Image;

[assembly: PluginEntryPoint(typeof(ImageKernelsPlugin))]

namespace NeuralKernels.Kernels.Image;

/// <summary>Kernels of images: convolutional architectures by name.</summary>
public sealed class ImageKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, MyrtleOptions>("myrtle", options => options.ToKernel());
        catalog.Add<IKernel, CvOptions>("cv", options => options.ToKernel());
        catalog.Add<IKernel, CnnGapOptions>("cnn_gap", options => options.ToKernel());
        catalog.Add<IKernel, WideResnetOptions>("wide_resnet", options => options.ToKernel());
    }
}
