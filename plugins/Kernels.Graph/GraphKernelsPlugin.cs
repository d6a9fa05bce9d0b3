using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Graph;

[assembly: PluginEntryPoint(typeof(GraphKernelsPlugin))]

namespace NeuralKernels.Kernels.Graph;

/// <summary>Kernels of graphs: message-passing architectures by name.</summary>
public sealed class GraphKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, GntkOptions>("gntk", options => options.ToKernel());
    }
}
