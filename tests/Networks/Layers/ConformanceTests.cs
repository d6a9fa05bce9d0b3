using NeuralKernels.Abstractions;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Networks;

public sealed class ReluConformance : LayerConformance
{
    protected override Layer Create() => new Relu();
}

public sealed class LeakyReluConformance : LayerConformance
{
    protected override Layer Create() => new LeakyRelu { Alpha = 0.2 };
}

public sealed class ErfConformance : LayerConformance
{
    protected override Layer Create() => new Erf { A = 1.2, B = 0.8, C = 0.1 };
}

public sealed class GeluConformance : LayerConformance
{
    protected override Layer Create() => new Gelu();
}

public sealed class RbfConformance : LayerConformance
{
    protected override Layer Create() => new Rbf { Gamma = 0.4 };
}

public sealed class PolynomialConformance : LayerConformance
{
    protected override Layer Create() => new Polynomial { Coef = [0.2, 0.7, -0.1] };
}

public sealed class ExpNormalizedConformance : LayerConformance
{
    protected override Layer Create() => new ExpNormalized { Gamma = 1.5 };

    protected override FiniteWidthCheck? FiniteWidth => null;
}

public sealed class DenseConformance : LayerConformance
{
    protected override Layer Create() => new Dense { WStd = 0.9, BStd = 0.4 };

    protected override IReadOnlyList<Layer> Before => [];
}

public sealed class IdentityConformance : LayerConformance
{
    protected override Layer Create() => new Identity();
}

public sealed class LayerNormConformance : LayerConformance
{
    protected override Layer Create() => new LayerNorm { Eps = 0.1 };
}

public sealed class DropoutConformance : LayerConformance
{
    protected override Layer Create() => new Dropout { Keep = 0.7 };

    protected override double DiagonalError => double.PositiveInfinity;
}

public sealed class ConvConformance : LayerConformance
{
    protected override Layer Create() => new Conv { Filter = [3], Padding = Padding.Same, WStd = 1.2, BStd = 0.2 };

    protected override ExampleKinds Accepts => ExampleKinds.Sequences;

    protected override IReadOnlyList<Layer> Before => [];
}

public sealed class StridedConvConformance : LayerConformance
{
    protected override Layer Create() => new Conv { Filter = [2, 2], Strides = [2, 1], WStd = 1.2 };

    protected override ExampleKinds Accepts => ExampleKinds.Images;

    protected override bool KeepsShape => false;
}

public sealed class ConvTransposeConformance : LayerConformance
{
    protected override Layer Create() => new ConvTranspose { Filter = [3], Strides = [2], Padding = Padding.Same };

    protected override ExampleKinds Accepts => ExampleKinds.Sequences;

    protected override bool KeepsShape => false;

    protected override bool HasPlanes => false;
}

public sealed class ConvLocalConformance : LayerConformance
{
    protected override Layer Create() => new ConvLocal { Filter = [3], Padding = Padding.Same, BStd = 0.3 };

    protected override ExampleKinds Accepts => ExampleKinds.Sequences;

    protected override bool HasPlanes => false;
}

public sealed class AvgPoolConformance : LayerConformance
{
    protected override Layer Create() => new AvgPool { Window = [2, 1], Strides = [2, 1] };

    protected override ExampleKinds Accepts => ExampleKinds.Images;

    protected override bool KeepsShape => false;
}

public sealed class FlattenConformance : LayerConformance
{
    protected override Layer Create() => new Flatten();

    protected override ExampleKinds Accepts => ExampleKinds.Images | ExampleKinds.Sequences | ExampleKinds.Vectors;

    protected override bool KeepsShape => false;

    protected override bool EndsPositions => true;
}

public sealed class GlobalAvgPoolConformance : LayerConformance
{
    protected override Layer Create() => new GlobalAvgPool();

    protected override ExampleKinds Accepts => ExampleKinds.Images | ExampleKinds.Sequences | ExampleKinds.Graphs;

    protected override bool KeepsShape => false;

    protected override bool EndsPositions => true;
}

public sealed class ImageResizeConformance : LayerConformance
{
    protected override Layer Create() => new ImageResize { Shape = [3, 5] };

    protected override ExampleKinds Accepts => ExampleKinds.Images;

    protected override bool KeepsShape => false;

    protected override bool HasPlanes => false;
}

public sealed class SelfAttentionConformance : LayerConformance
{
    protected override Layer Create() => new SelfAttention { WKeyStd = 0.9, WOutStd = 1.1, BStd = 0.2, PosEmbType = PositionEmbedding.Sum };

    protected override ExampleKinds Accepts => ExampleKinds.Sequences | ExampleKinds.Graphs;

    protected override bool HasPlanes => false;

    protected override FiniteWidthCheck? FiniteWidth => new(Bias: 8) { LargestAllowed = 0.2 };
}

public sealed class AggregateConformance : LayerConformance
{
    protected override Layer Create() => new Aggregate();

    protected override ExampleKinds Accepts => ExampleKinds.Graphs;
}

public sealed class ResidualConformance : LayerConformance
{
    protected override Layer Create() => new Residual { Branches = [new Identity(), new Serial { Layers = [new Relu(), new Dense { WStd = 1.1 }] }] };
}

public sealed class ProductConformance : LayerConformance
{
    protected override Layer Create() => new Product { Branches = [new Relu(), new Serial { Layers = [new Erf(), new Dense()] }] };
}

public sealed class ConcatConformance : LayerConformance
{
    protected override Layer Create() => new Concat { Branches = [new Relu(), new Serial { Layers = [new Dense { Width = 256 }, new Erf()] }] };

    protected override bool KeepsShape => false;
}
