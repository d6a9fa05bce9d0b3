using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Random networks of all layers, nested, and examples with all that is hard: zeros, copies, near copies, opposites.</summary>
internal static class RandomNetworks
{
    public const int Features = 5;

    private static readonly Nonlinearity[] Anywhere =
    [
        new Relu(), new LeakyRelu { Alpha = 0.2 }, new Abs(), new ABRelu { A = -0.5, B = 0.7 }, new Erf { A = 1.2, B = 0.9, C = 0.1 }, new Sigmoid_like(),
        new Gelu(), new Sin(), new Cos { B = 0.7 }, new Rbf { Gamma = 0.3 }, new Gaussian { B = -0.4 }, new Gabor(), new ExpNormalized { Gamma = 1.5 },
        new RectifiedMonomial { Degree = 1 },
        new Tanh { Remainder = 1 }, new Silu { Remainder = 1 }, new Softplus { Terms = 8, Remainder = 1 }, new Elu { Alpha = 0.6, Remainder = 1 },
    ];

    private static readonly Nonlinearity[] AfterLayerNorm =
    [
        new Monomial { Degree = 2 }, new Monomial { Degree = 3 }, new Polynomial { Coef = [0.3, 0.5, -0.4, 0.1] }, new Hermite { Degree = 2 },
        new RectifiedMonomial { Degree = 2 }, new Exp { B = 0.6 }, new Sign(), new RectifiedMonomial { Degree = 0 },
    ];

    private static readonly Gen<Layer> AnyDense =
        from w in Gen.Choose(5, 18)
        from b in Gen.Elements<double?>(null, 0, 0.1, 0.8)
        from standard in Gen.Elements(false, false, false, true)
        select (Layer)new Dense { WStd = w / 10.0, BStd = b, Width = 16, Parameterization = standard ? Parameterization.Standard : Parameterization.Ntk };

    private static readonly Gen<Layer[]> Unit =
        from dense in AnyDense
        from normalized in Gen.Elements(false, false, true)
        from phi in normalized ? Gen.Elements(AfterLayerNorm) : Gen.Elements(Anywhere)
        select normalized ? new[] { dense, new LayerNorm(), phi } : [dense, phi];

    public static Gen<Network> Networks { get; } =
        from blocks in Gen.Choose(1, 3).SelectMany(n => Block(2).ArrayOf(n))
        from last in AnyDense
        select new Network([.. blocks.SelectMany(b => b), last]);

    public static Arbitrary<(Network Network, int Seed)> Cases { get; } =
        (from network in Networks from seed in Gen.Choose(1, 1_000_000) select (network, seed)).ToArbitrary();

    /// <summary>Examples whose numbers are exact in float32.</summary>
    public static double[][] Examples(int count, int seed)
    {
        Random random = new(seed);
        double[][] x = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Features).Select(_ => (double)(float)(3 * random.NextDouble() - 1.5)).ToArray())];
        x[1] = new double[Features];
        x[2] = [.. x[0]];
        x[3] = [.. x[0].Select(v => (double)(float)(v * (1 + 1e-4 * random.NextDouble())))];
        x[4] = [.. x[0].Select(v => -v)];
        x[5] = [.. x[0].Select(v => 2 * v)];
        return x;
    }

    private static Gen<Layer[]> Block(int depth) => depth == 0 ? Unit : Gen.OneOf(
        Unit,
        Unit.Select(u => new Layer[] { new Serial { Layers = u }, new Flatten() }),
        Unit.Select(u => new Layer[] { new Repeat { Times = 2, Layers = u } }),
        Unit.Select(u => (Layer[])[.. u, new Dropout { Keep = 0.75 }]),
        from inner in Block(depth - 1)
        from dense in AnyDense
        select new Layer[] { new Residual { Branches = [new Identity(), new Serial { Layers = [.. inner, dense] }] } },
        from a in Block(depth - 1)
        from dense in AnyDense
        select new Layer[] { new Dense { Width = 16 }, new Product { Branches = [new Serial { Layers = [.. a, dense] }, dense] } },
        from a in Block(depth - 1)
        from b in Block(depth - 1)
        select new Layer[] { new Concat { Branches = [new Serial { Layers = a }, new Serial { Layers = b }] } });
}
