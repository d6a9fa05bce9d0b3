using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

[assembly: PluginEntryPoint(typeof(NeuralKernels.Tests.Plugins.Native.NativePlugin))]

namespace NeuralKernels.Tests.Plugins.Native;

/// <summary>A plugin that calls a native library, which the tests compile and put beside it.</summary>
public sealed class NativePlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IMetric, AnswerOptions>("answer", _ => new Answer());
    }
}

/// <summary>No options.</summary>
public sealed record AnswerOptions;

/// <summary>What the native library answers.</summary>
public sealed partial class Answer : IMetric
{
    /// <inheritdoc/>
    public string Name => "answer";

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public TargetKinds Accepts => TargetKinds.Classes | TargetKinds.Real;

    /// <inheritdoc/>
    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    /// <inheritdoc/>
    public double Evaluate(Predictions predictions, Targets targets) => NativeAnswer();

    [LibraryImport("oracle", EntryPoint = "answer")]
    private static partial int NativeAnswer();
}
