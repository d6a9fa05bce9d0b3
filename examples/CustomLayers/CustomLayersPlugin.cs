using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

[assembly: PluginEntryPoint(typeof(Example.CustomLayers.CustomLayersPlugin))]

namespace Example.CustomLayers;

/// <summary>The entry point: names what the plugin offers.</summary>
public sealed class CustomLayersPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<Layer, Quadratic>(nameof(Quadratic), layer => layer);
        catalog.Add<Layer, Mish>(nameof(Mish), layer => layer);
        catalog.Add<Layer, FrozenDense>(nameof(FrozenDense), layer => layer);
    }
}
