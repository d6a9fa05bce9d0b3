using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Sequence;

[assembly: PluginEntryPoint(typeof(SequenceKernelsPlugin))]

namespace NeuralKernels.Kernels.Sequence;

/// <summary>Kernels of sequences: convolutional architectures by name.</summary>
public sealed class SequenceKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IKernel, Conv1dOptions>("conv1d", options => options.ToKernel());
    }
}
