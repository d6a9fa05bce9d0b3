using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;
using Xunit.Sdk;

namespace NeuralKernels.Tests.Networks;

/// <summary>Every layer: the kernels in the limit against networks of finite width, drawn many times.</summary>
public sealed class FiniteWidthTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names() => [.. FiniteCases.All.Keys];

    public static TheoryData<string> Nonlinearities() => Sample.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void WideNetworks_OverManyDraws_HaveTheLimitingKernels(string name)
    {
        FiniteCase sample = FiniteCases.All[name];
        FiniteWidthCheck check = new(Bias: sample.Bias) { LargestAllowed = sample.LargestAllowed };
        output.WriteLine($"{check.Run(sample.Network, FiniteExamples.Of(sample.Kind)):g3} of the allowed error");
    }

    // The kernels of a function of one Gaussian layer are means over its units: free of bias, so that many narrow networks serve as well.
    [Theory]
    [MemberData(nameof(Nonlinearities))]
    public void Nonlinearities_OfOneLayer_HaveTheLimitingKernels(string name)
    {
        Nonlinearity phi = Sample.Of(name).Layer;
        FiniteWidthCheck check = new(Width: 64, Bias: 0, MostDraws: 60_000);
        Network network = new([new Dense { WStd = 0.8, BStd = 0.3 }, phi]);
        output.WriteLine($"{check.Run(network, FiniteExamples.Of("vectors")):g3} of the allowed error");
    }

    [Fact]
    public void Check_OfALayerWhoseKernelIsOffByATenth_Fails()
    {
        XunitException error = Assert.ThrowsAny<XunitException>(() => new FiniteWidthCheck().Run(new Network([new Inconsistent(), new Relu()]), FiniteExamples.Of("vectors")));
        Assert.Contains("limit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ThatCouldNotFail_Fails()
    {
        XunitException error = Assert.ThrowsAny<XunitException>(
            () => new FiniteWidthCheck(Width: 8, MostDraws: 50).Run(new Network([new Dense(), new Relu()]), FiniteExamples.Of("vectors")));
        Assert.Contains("would pass", error.Message, StringComparison.Ordinal);
    }

    // What stands beyond the end of a sequence is no part of it.
    [Fact]
    public void Attention_OfAShortSequenceInALongArray_IsThatOfTheSequence()
    {
        double[] values = [.. Enumerable.Range(0, 2 * 2 * 3).Select(i => Math.Sin(1.3 * i))];
        double[] padded = [.. values.Chunk(6).SelectMany(row => row.Concat([0.5, 0.1, -0.7, 0.2]))];
        foreach (bool isTied in (bool[])[true, false])
        {
            Network network = new([new SelfAttention
            {
                LinearScaling = isTied, AttentionMechanism = AttentionMechanism.Identity, PosEmbType = PositionEmbedding.Sum, ValPosEmb = true, BStd = 0.3,
            }, new GlobalAvgPool()]);
            (double[,] nngp, double[,] ntk) = Evaluations.General(network, new SequenceExamples(FeatureSource.FromArray(values, 6), 3, 2));
            (double[,] nngpPadded, double[,] ntkPadded) = Evaluations.General(network, new SequenceExamples(FeatureSource.FromArray(padded, 10), 5, 2, [3, 3]));
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(nngp[i, 0], nngpPadded[i, 0], 1e-12);
                Assert.Equal(ntk[i, 0], ntkPadded[i, 0], 1e-12);
            }
        }
    }

    private sealed record Inconsistent : Layer
    {
        public override void Build(VectorNetworkBuilder builder) => builder.Affine(1, 0.1, Parameterization.Ntk, 512);

        public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Affine(Math.Sqrt(1.1), 0.1, Parameterization.Ntk, 512);
    }
}
