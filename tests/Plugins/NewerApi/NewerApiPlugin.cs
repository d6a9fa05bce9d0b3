using NeuralKernels.Abstractions;

[assembly: PluginEntryPoint(typeof(NeuralKernels.Tests.Plugins.NewerApi.NewerApiPlugin))]

namespace NeuralKernels.Tests.Plugins.NewerApi;

/// <summary>A plugin that was built against plugin API 2.7.</summary>
public sealed class NewerApiPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IComponentCatalog catalog)
    {
    }
}
