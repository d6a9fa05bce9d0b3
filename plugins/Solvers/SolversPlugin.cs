using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;

[assembly: PluginEntryPoint(typeof(SolversPlugin))]

namespace NeuralKernels.Solvers;

/// <summary>Registers the solvers of kernel regression.</summary>
public sealed class SolversPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<ISolver, CholeskySolverOptions>("cholesky", options => new CholeskySolver(options));
    }
}
