using NeuralKernels.Abstractions;
using YamlDotNet.Serialization;

[assembly: PluginEntryPoint(typeof(NeuralKernels.Tests.Plugins.Careless.CarelessPlugin))]

namespace NeuralKernels.Tests.Plugins.Careless;

/// <summary>A plugin that carries a YamlDotNet of its own, and a copy of an assembly that the host shares.</summary>
public sealed class CarelessPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IMetric, YamlVersionOptions>("yaml-version", _ => new YamlVersion());
    }
}

/// <summary>No options.</summary>
public sealed record YamlVersionOptions;

/// <summary>The major version of YamlDotNet that this plugin gets.</summary>
public sealed class YamlVersion : IMetric
{
    /// <inheritdoc/>
    public string Name => new SerializerBuilder().Build().Serialize(new[] { "yaml" });

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public TargetKinds Accepts => TargetKinds.Classes | TargetKinds.Real;

    /// <inheritdoc/>
    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    /// <inheritdoc/>
    public double Evaluate(Predictions predictions, Targets targets) => typeof(SerializerBuilder).Assembly.GetName().Version!.Major;
}
