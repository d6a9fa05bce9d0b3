using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

public sealed class SolversPluginTests
{
    [Fact]
    public void Register_Always_OffersTheSolvers() =>
        Assert.Equal([(typeof(ISolver), "cholesky", typeof(CholeskySolverOptions))], Components.All<SolversPlugin>());

    [Fact]
    public void TheAssembly_Always_NamesItsPlugin() =>
        Assert.Equal(typeof(SolversPlugin), typeof(SolversPlugin).Assembly.GetCustomAttributes(false).OfType<PluginEntryPointAttribute>().Single().Type);
}
