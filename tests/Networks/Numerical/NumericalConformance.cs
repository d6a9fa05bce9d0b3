using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Networks;

public sealed class TanhConformance : LayerConformance
{
    protected override Layer Create() => new Tanh { Terms = 24 };
}

public sealed class SigmoidConformance : LayerConformance
{
    protected override Layer Create() => new Sigmoid();
}

public sealed class SoftplusConformance : LayerConformance
{
    protected override Layer Create() => new Softplus();
}

public sealed class SiluConformance : LayerConformance
{
    protected override Layer Create() => new Silu();
}

public sealed class EluConformance : LayerConformance
{
    protected override Layer Create() => new Elu { Alpha = 0.6 };
}
