using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Graph;
using NeuralKernels.Networks;

[assembly: PluginEntryPoint(typeof(GraphKernelsPlugin))]

namespace NeuralKernels.Kernels.Graph;

/// <summary>Kernels of graphs: message-passing architectures by name.</summary>
public sealed class GraphKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, GntkOptions>("gntk", options => new NetworkKernel(options.ToNetwork(), options.Get.ToKernelOutput()));
    }
}
