using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Built-in layers written again through the public extension points.</summary>
internal static class PluginLayers
{
    /// <summary>A network with all layers that have such a form replaced.</summary>
    public static Network Of(Network network) => new([.. network.Layers.Select(Replace)]);

    private static Layer Replace(Layer layer) => layer switch
    {
        Dense { Parameterization: Parameterization.Ntk } dense => new PluginDense { Inner = dense },
        LayerNorm { Axis: [-1] } norm => new PluginNorm { Eps = norm.Eps },
        NumericalNonlinearity => layer,
        Nonlinearity phi => new PluginNonlinearity { Inner = phi },
        Serial serial => serial with { Layers = [.. serial.Layers.Select(Replace)] },
        Repeat repeat => repeat with { Layers = [.. repeat.Layers.Select(Replace)] },
        Residual sum => sum with { Branches = [.. sum.Branches.Select(Replace)] },
        Product product => product with { Branches = [.. product.Branches.Select(Replace)] },
        Concat concat => concat with { Branches = [.. concat.Branches.Select(Replace)] },
        _ => layer,
    };
}

/// <summary>Dense as a map without factors.</summary>
internal sealed record PluginDense : Layer
{
    public Dense Inner { get; init; } = new();

    public override void Build(VectorNetworkBuilder builder) => builder.Pointwise(
        Title, new Map(Inner.WStd * Inner.WStd, Inner.BStd is { } b ? b * b : 0), PointwiseEffect.RandomAffine(Inner.Width));

    private readonly record struct Map(double Weight, double Bias) : IPointwiseMap
    {
        public int SideFactors => 0;

        public Side<T> Side<T>(T q)
            where T : struct, IReal<T> => default;

        public PairKernels<T> Evaluate<T>(T k, T t, Side<T> x, Side<T> y)
            where T : struct, IReal<T>
        {
            T own = T.MultiplyAdd(k, T.Constant(Weight), T.Constant(Bias));
            return new PairKernels<T>(own, T.MultiplyAdd(t, T.Constant(Weight), own));
        }

        public PairKernels<T> Diagonal<T>(T q, T r)
            where T : struct, IReal<T>
        {
            T own = T.Constant(Weight) * q + T.Constant(Bias);
            return new PairKernels<T>(own, own + T.Constant(Weight) * r);
        }
    }
}

/// <summary>LayerNorm as a map with one factor.</summary>
internal sealed record PluginNorm : Layer
{
    public double Eps { get; init; }

    public override void Build(VectorNetworkBuilder builder) => builder.Pointwise(Title, new Map(Eps), new PointwiseEffect { NeedsGaussianInput = true });

    private readonly record struct Map(double Eps) : IPointwiseMap
    {
        public int SideFactors => 1;

        public Side<T> Side<T>(T q)
            where T : struct, IReal<T>
        {
            T divisor = q + T.Constant(Eps);
            T zero = T.Constant(0);
            return new Side<T>(T.IfLess(zero, divisor, T.Constant(1) / T.Sqrt(divisor), zero));
        }

        public PairKernels<T> Evaluate<T>(T k, T t, Side<T> x, Side<T> y)
            where T : struct, IReal<T>
        {
            T factor = x.A * y.A;
            return new PairKernels<T>(k * factor, t * factor);
        }

        public PairKernels<T> Diagonal<T>(T q, T r)
            where T : struct, IReal<T>
        {
            T divisor = q + T.Constant(Eps);
            T zero = T.Constant(0);
            return new PairKernels<T>(T.IfLess(zero, divisor, q / divisor, zero), T.IfLess(zero, divisor, r / divisor, zero));
        }
    }
}

/// <summary>A nonlinearity as a map with as many factors as its dual activation has.</summary>
internal sealed record PluginNonlinearity : Layer
{
    public Nonlinearity Inner { get; init; } = new Relu();

    public override void Build(VectorNetworkBuilder builder) => Inner.Accept<Adder, bool>(new Adder(builder, Title));

    private readonly record struct Adder(VectorNetworkBuilder Builder, string Title) : IDualConsumer<bool>
    {
        public bool Take<TDual>(TDual dual)
            where TDual : struct, IDualActivation
        {
            Builder.Pointwise(Title, new Map<TDual>(dual), PointwiseEffect.Nonlinearity);
            return true;
        }

        public bool Take(NumericalNonlinearity nonlinearity) => throw new InvalidOperationException("Such layers have no dual activation.");
    }

    private readonly record struct Map<TDual>(TDual Dual) : IPointwiseMap
        where TDual : struct, IDualActivation
    {
        public int SideFactors => Dual.SideFactors;

        public Side<T> Side<T>(T q)
            where T : struct, IReal<T> => Dual.Side(q);

        public PairKernels<T> Evaluate<T>(T k, T t, Side<T> x, Side<T> y)
            where T : struct, IReal<T>
        {
            Dual<T> dual = Dual.Evaluate(k, x, y);
            return new PairKernels<T>(dual.Covariance, t * dual.Derivative);
        }

        public PairKernels<T> Diagonal<T>(T q, T r)
            where T : struct, IReal<T>
        {
            Dual<T> dual = Dual.Diagonal(q);
            return new PairKernels<T>(dual.Covariance, r * dual.Derivative);
        }
    }
}

/// <summary>Windows along the first axis as a linear map of positions, with the mask rule of pooling.</summary>
internal sealed record PluginPool : Layer
{
    public int Window { get; init; } = 3;

    public override bool UsesPositions => true;

    public override void Build(VectorNetworkBuilder builder)
    {
        int count = builder.Positions[0] - Window + 1;
        (int, double)[][] weights = [.. Enumerable.Range(0, count).Select(o => Enumerable.Range(o, Window).Select(p => (p, 1.0 / Window)).ToArray())];
        builder.MapPositions(Title, weights, [count], exists => [.. Enumerable.Range(0, count).Select(o => exists[o + Window / 2])]);
    }
}
