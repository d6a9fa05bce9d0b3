using Example.CustomLayers;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.CustomLayers;

/// <summary>The suite that the built-in layers pass.</summary>
public sealed class MishConformance : LayerConformance
{
    protected override Layer Create() => new Mish { Terms = 24 };
}

/// <summary>The suite that the built-in layers pass.</summary>
public sealed class QuadraticConformance : LayerConformance
{
    protected override Layer Create() => new Quadratic { Curvature = 0.3 };
}

/// <summary>The suite that the built-in layers pass.</summary>
public sealed class FrozenDenseConformance : LayerConformance
{
    protected override Layer Create() => new FrozenDense { WStd = 1.3, BStd = 0.4, Width = 64 };

    // With weights that train around it, so that there is an NTK.
    protected override IReadOnlyList<Layer> Before => [new Dense { WStd = 1.2, BStd = 0.3 }, new Relu()];
}
