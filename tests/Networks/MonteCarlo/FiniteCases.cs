using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>A network with the kind of examples that it takes.</summary>
/// <param name="Kind">See <see cref="FiniteExamples"/>.</param>
/// <param name="Layers">The network.</param>
/// <param name="Bias">Bound of the relative error that finite width brings, times the width.</param>
/// <param name="LargestAllowed">The largest relative error that may pass.</param>
internal sealed record FiniteCase(string Kind, Layer[] Layers, double Bias = 4, double LargestAllowed = 0.1)
{
    public Network Network => new(Layers);
}

/// <summary>Small networks in which each layer occurs.</summary>
internal static class FiniteCases
{
    // Scores fluctuate as 1 / sqrt width and enter twice: measured over widths from 32 to 256, width times bias is 3 to 6, and about 1 without attention.
    private const double Attentive = 8;

    private static readonly Dense Affine = new() { WStd = 1.3, BStd = 0.3 };
    private static readonly Conv Three = new() { Filter = [3], Padding = Padding.Same, WStd = 1.3, BStd = 0.2 };
    private static readonly Conv Square = new() { Filter = [2, 3], Padding = Padding.Same, WStd = 1.3, BStd = 0.2 };
    private static readonly ConvTranspose Widening = new() { Filter = [3], Strides = [2], WStd = 1.4, BStd = 0.1 };
    private static readonly SelfAttention Attention = new() { WOutStd = 1.1, WValueStd = 1.2, WKeyStd = 0.9, BStd = 0.2 };
    private static readonly SelfAttention Untied = new() { LinearScaling = false, AttentionMechanism = AttentionMechanism.Identity, WOutStd = 0.5, BStd = 0.3 };

    public static IReadOnlyDictionary<string, FiniteCase> All { get; } = new Dictionary<string, FiniteCase>
    {
        ["Dense"] = new("vectors", [Affine, new Relu(), Affine, new Erf(), Affine]),
        ["Dense without biases"] = new("vectors", [new Dense(), new Relu(), new Dense { WStd = 0.8 }]),
        ["Dense, standard"] = new("vectors", [Standard(Affine, 64), new Relu(), Standard(Affine, 16), new Relu(), Standard(new Dense { WStd = 1.1 }, 5)]),
        ["Dense, standard, biases that start at 0"] = new("vectors", [Standard(new Dense { BStd = 0 }, 4), new Relu(), Standard(new Dense { BStd = 0 }, 2)]),
        ["LayerNorm"] = new("vectors", [Affine, new LayerNorm { Eps = 0.1 }, new Erf(), Affine]),
        ["Dropout"] = new("vectors", [Affine, new Relu(), new Dropout { Keep = 0.7 }, Affine, new Erf(), Affine]),
        ["Residual"] = new("vectors", [Affine, Sum(new Identity(), Chain(new Relu(), Affine)), new Relu(), Affine]),
        ["Residual on the input"] = new("vectors", [Sum(new Identity(), Chain(Affine, new Relu(), Affine)), Affine]),
        ["Residual in a Residual"] = new("vectors",
            [Concat(Affine, Chain(Affine, new Relu())), Sum(new Identity(), Chain(Affine, Sum(new Identity(), Chain(new Relu(), Affine)))), Affine]),
        ["Product"] = new("vectors", [Affine, Product(Chain(new Relu(), Affine), Chain(new Erf(), Affine)), Affine]),
        ["Concat"] = new("vectors",
            [Affine, Concat(new Relu(), Chain(new Erf(), new Dense { Width = 128 }, new Gelu()), new Dense { Width = 1024 }), Standard(Affine, 8)]),
        ["Concat with the input"] = new("vectors", [Concat(new Identity(), Chain(new Dense { Width = 12 }, new Relu())), Affine]),
        ["Serial and Repeat"] = new("vectors", [Repeat(2, Chain(Affine, new Relu())), Repeat(0, new Relu()), Affine]),
        ["Conv, SAME"] = new("images", [Square, new Relu(), Square with { Strides = [2, 1] }, new Relu(), new GlobalAvgPool(), Affine]),
        ["Conv, VALID"] = new("images", [Square with { Padding = Padding.Valid }, new Relu(), new Flatten(), Affine]),
        ["Conv, CIRCULAR"] = new("images",
            [Square with { Padding = Padding.Circular }, new Relu(), Square with { Padding = Padding.Circular, Strides = [1, 2] }, new GlobalAvgPool()]),
        ["Conv on volumes"] = new("volumes",
            [new Conv { Filter = [2, 1, 2], Padding = Padding.Same, BStd = 0.2 }, new Relu(), new Conv { Filter = [2, 2, 1] }, new Relu(), new GlobalAvgPool(), Affine]),
        ["Conv, standard"] = new("sequences", [Standard(Three, 10), new Relu(), Standard(Three, 3) with { BStd = null }, new GlobalAvgPool()]),
        ["ConvLocal"] = new("sequences",
            [Three, new Relu(), new ConvLocal { Filter = [3], Padding = Padding.Same, Strides = [2], WStd = 1.3, BStd = 0.2 }, new Relu(), new GlobalAvgPool(), Affine]),
        ["ConvTranspose, SAME"] = new("images",
            [Widening with { Filter = [3, 2], Padding = Padding.Same, Strides = [2, 1] }, new Relu(), new GlobalAvgPool(), Affine]),
        ["ConvTranspose, VALID"] = new("sequences", [Three, new Relu(), Widening, new Relu(), Affine, new Flatten()]),
        ["ConvTranspose, CIRCULAR"] = new("sequences", [Widening with { Padding = Padding.Circular }, new Relu(), new GlobalAvgPool(), Affine]),
        ["AvgPool"] = new("images", [Square, new Relu(), new AvgPool { Window = [2, 2], Padding = Padding.Same }, Square, new Relu(), new GlobalSumPool(), Affine]),
        ["AvgPool, edges normalized"] = new("images",
            [Square, new Relu(), new AvgPool { Window = [3, 2], Strides = [2, 1], Padding = Padding.Same, NormalizeEdges = true }, Square, new Flatten()]),
        ["SumPool"] = new("sequences", [Three, new Relu(), new SumPool { Window = [2], Strides = [2] }, Three, new Flatten()]),
        ["Pooling, CIRCULAR"] = new("sequences", [Three, new Relu(), new AvgPool { Window = [3], Padding = Padding.Circular }, Three, new Flatten()]),
        ["LayerNorm over positions"] = new("images",
            [Square, new LayerNorm { Axis = [1, -1], Eps = 0.01 }, new Relu(), Square, new LayerNorm { Axis = [1, 2, 3] }, new Erf(), new GlobalAvgPool(), Affine]),
        ["Dropout on positions"] = new("sequences", [Three, new Relu(), new Dropout { Keep = 0.6 }, Three, new Erf(), new GlobalAvgPool(), Affine]),
        ["ImageResize"] = new("images",
        [
            Square, new Relu(), new ImageResize { Shape = [6, 2] }, Square, new Relu(), new ImageResize { Shape = [-1, 5], Method = ResizeMethod.Nearest },
            Affine, new Flatten(),
        ]),
        ["Slice"] = new("images", [Square, new Relu(), new Slice { Start = 1, Stop = -1 }, new Slice { Axis = 1, Step = 2 }, Affine, new Flatten()]),
        ["Concat of positions"] = new("images",
            [Concat(Square, Chain(Square, new Relu(), Square with { Strides = [2, 1] })) with { Axis = 1 }, new Relu(), Square, new GlobalAvgPool(), Affine]),
        ["Branches on positions"] = new("sequences",
            [Three, Sum(new Identity(), Chain(new Relu(), Three)), Product(new Relu(), Chain(new Erf(), Three)), new GlobalAvgPool(), Affine]),
        ["Attention"] = new("sequences", [Three, Attention, new Relu(), new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Attention, IDENTITY"] = new("sequences", [Weighted(AttentionMechanism.Identity), new GlobalAvgPool()], Attentive, 0.14),
        ["Attention, ABS"] = new("sequences", [Weighted(AttentionMechanism.Abs), new GlobalAvgPool()], Attentive, 0.14),
        ["Attention, RELU"] = new("sequences", [Weighted(AttentionMechanism.Relu), new GlobalAvgPool()], Attentive, 0.14),
        ["Attention, embeddings added"] = new("sequences",
            [Three, Attention with { PosEmbType = PositionEmbedding.Sum, WPosEmbStd = 0.8, ValPosEmb = true }, new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Attention, embeddings joined"] = new("sequences",
            [Three, Attention with { PosEmbType = PositionEmbedding.Concat, WPosEmbStd = 1.2, NChanPosEmb = 300, ValPosEmb = true }, new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Attention, embeddings of scores alone"] = new("sequences", [Three, Attention with { PosEmbType = PositionEmbedding.Concat }, new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Attention, untied"] = new("sequences", [Three, Untied, new GlobalAvgPool()], Attentive, 0.18),
        ["Attention, untied, embeddings"] = new("sequences", [Three, Untied with { PosEmbType = PositionEmbedding.Sum, ValPosEmb = true }, new GlobalAvgPool()], Attentive, 0.18),
        ["Attention of nodes"] = new("graphs", [Affine, Attention with { PosEmbType = PositionEmbedding.Sum }, new Relu(), new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Aggregate"] = new("graphs",
            [new Aggregate(), Affine, new LayerNorm(), new Relu(), new Aggregate(), Affine, new Relu(), new GlobalAvgPool(), Affine]),
        ["Masked convolutions"] = new("ragged",
            [Three, new Relu(), new AvgPool { Window = [2], Strides = [2], Padding = Padding.Same }, Three, new Erf(), new GlobalAvgPool(), Affine]),
        ["Masked, flattened"] = new("ragged", [Three, new Cos(), new ImageResize { Shape = [4] }, Three, new Flatten()]),
        ["Masked LayerNorm"] = new("ragged", [Three, new LayerNorm { Axis = [1, 2] }, new Relu(), new GlobalSumPool(), Affine]),
        ["Masked branches"] = new("ragged",
            [Three, Sum(new Identity(), Chain(new Relu(), Three)), Concat(new Relu(), Chain(new Cos(), Three)), new GlobalAvgPool(), Affine]),
        ["Masked concatenation of positions"] = new("ragged",
            [Concat(Three, Chain(Three, new Cos(), Three)) with { Axis = 1 }, new Cos(), new GlobalAvgPool(), Affine]),
        ["Masked attention"] = new("ragged", [Three, Attention with { PosEmbType = PositionEmbedding.Sum, ValPosEmb = true }, new Relu(), new GlobalAvgPool(), Affine], Attentive, 0.14),
        ["Masked attention, untied"] = new("ragged", [Three, Untied with { PosEmbType = PositionEmbedding.Sum, ValPosEmb = true }, new GlobalAvgPool()], Attentive, 0.18),
    };

    public static TheoryData<string> Names() => [.. All.Keys];

    private static Dense Standard(Dense dense, int width) => dense with { Parameterization = Parameterization.Standard, Width = width };

    private static Conv Standard(Conv conv, int width) => conv with { Parameterization = Parameterization.Standard, Width = width };

    private static SelfAttention Weighted(AttentionMechanism mechanism) => Attention with { AttentionMechanism = mechanism, WValueStd = 0.4 };

    private static Serial Chain(params Layer[] layers) => new() { Layers = layers };

    private static Repeat Repeat(int times, params Layer[] layers) => new() { Times = times, Layers = layers };

    private static Residual Sum(params Layer[] branches) => new() { Branches = branches };

    private static Product Product(params Layer[] branches) => new() { Branches = branches };

    private static Concat Concat(params Layer[] branches) => new() { Branches = branches };
}
