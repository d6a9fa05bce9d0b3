using NeuralKernels.Abstractions;
using NeuralKernels.Solvers;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Solvers;

public sealed class CholeskyConformance : SolverConformance
{
    protected override ISolver Create() =>
        Components.Create<SolversPlugin, ISolver>("cholesky", new CholeskySolverOptions { Ridge = [0.01] });
}

public sealed class EigenConformance : SolverConformance
{
    protected override ISolver Create() =>
        Components.Create<SolversPlugin, ISolver>("cholesky", new CholeskySolverOptions { Ridge = [0.01], Method = FactorMethod.Eigen });
}
