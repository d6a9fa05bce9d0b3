using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;

[assembly: PluginEntryPoint(typeof(ImageKernelsPlugin))]

namespace NeuralKernels.Kernels.Image;

/// <summary>Kernels of images: convolutional architectures by name.</summary>
public sealed class ImageKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, MyrtleOptions>("myrtle", options => new NetworkKernel(options.ToNetwork(), options.Get.ToKernelOutput()));
        catalog.Add<IKernel, CvOptions>("cv", options => new NetworkKernel(options.ToNetwork(), options.Get.ToKernelOutput()));
        catalog.Add<IKernel, CnnGapOptions>("cnn_gap", options => new NetworkKernel(options.ToNetwork(), options.Get.ToKernelOutput()));
    }
}
