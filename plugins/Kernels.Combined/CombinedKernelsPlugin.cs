using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Combined;

[assembly: PluginEntryPoint(typeof(CombinedKernelsPlugin))]

namespace NeuralKernels.Kernels.Combined;

/// <summary>Kernels made of kernels: sums, products, normalisation, flip symmetry.</summary>
public sealed class CombinedKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, SumOptions>("sum", options => new SumKernel(options.Kernels, options.Weights));
        catalog.Add<IKernel, ProductOptions>("product", options => new ProductKernel(options.Kernels));
        catalog.Add<IKernel, CosineOptions>("cosine", options => new CosineKernel(options.Kernel));
        catalog.Add<IKernel, FlipOptions>("flip", options => new FlipKernel(options.Kernel, options.Combine));
    }
}
