using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;
using VectorWidth = NeuralKernels.Networks.VectorWidth;

namespace NeuralKernels.Tests.Networks;

/// <summary>Layers built through the public extension points against the built-in ones.</summary>
public sealed class PluginLayerTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Fact]
    public void Pointwise_OnVectors_GivesTheBitsOfTheBuiltInLayers() => Prop.ForAll(RandomNetworks.Cases, c =>
    {
        double[][] x = RandomNetworks.Examples(7, c.Seed);
        Network plugin = PluginLayers.Of(c.Network);
        Same(Kernels.Evaluate<double>(c.Network, x, null), Kernels.Evaluate<double>(plugin, x, null));
        Same(Kernels.Evaluate<float>(c.Network, x, x, VectorWidth.Bits256), Kernels.Evaluate<float>(plugin, x, x, VectorWidth.Bits256));

        static void Same((double[,] Nngp, double[,] Ntk) expected, (double[,] Nngp, double[,] Ntk) actual)
        {
            Assert.Equal(expected.Nngp, actual.Nngp);
            Assert.Equal(expected.Ntk, actual.Ntk);
        }
    }).QuickCheckThrowOnFailure();

    // Rounding differs by the order of sums; the tolerance is that of planes against the general form.
    [Fact]
    public void Pointwise_OnPlanesAndInTheGeneralForm_AgreesWithTheBuiltInLayers() => Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
    {
        RandomPlaneNetwork random = new(seed);
        Examples examples = random.Examples(3);
        Network plugin = PluginLayers.Of(random.Network);
        double[] expected = General(random.Network, examples);
        Near(expected, General(plugin, examples), 1e-12);
        Near(expected, Planes(plugin, examples), 1e-10);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData(new[] { 6, 3, 2 })]
    public void MapPositions_OfAPooling_IsThePooling(int[]? lengths)
    {
        RandomStream random = new(3, "positions");
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, 3 * 6 * 2).Select(_ => random.NextGaussian())], 12);
        SequenceExamples examples = new(features, 6, 2, lengths);
        Layer[] Around(Layer layer) => [new Dense { BStd = 0.3 }, new Relu(), layer, new Dense(), new Erf(), new GlobalAvgPool()];
        double[] expected = General(new Network(Around(new AvgPool { Window = [3], Strides = [1] })), examples);
        Near(expected, General(new Network(Around(new PluginPool())), examples), 1e-14);
    }

    [Fact]
    public void MapPositions_ToNone_LeavesAVector()
    {
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, 24).Select(i => Math.Sin(i))], 12);
        SequenceExamples examples = new(features, 6, 2);
        double[] expected = General(new Network([new Dense(), new Relu(), new GlobalSumPool(), new Dense()]), examples);
        double[] actual = General(new Network([new Dense(), new Relu(), new Custom(b => b.MapPositions("All", [[.. Enumerable.Range(0, 6).Select(p => (p, 1.0))]], [])), new Dense()]), examples);
        Near(expected, actual, 1e-14);
    }

    [Fact]
    public void Pointwise_ThatNeedsGaussianInput_IsRefusedOnOtherInput()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => new VectorNetwork(new Network([new Dense(), new Relu(), new PluginNorm()]), 3));
        Assert.Contains("network[2]: PluginNorm needs Gaussian preactivations", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pointwise_WithoutWeights_DoesNotMakeBranchesIndependent() => Assert.Throws<UserErrorException>(() =>
        new VectorNetwork(new Network([new Dense(), new Residual { Branches = [new Identity(), new PluginNorm()] }]), 3));

    [Fact]
    public void MapPositions_OnVectors_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() =>
            new VectorNetwork(new Network([new Dense(), new Custom(b => b.MapPositions("Reverse", [], []))]), 3));
        Assert.Contains("network[1]: Reverse needs positions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 0, 1.0, "output positions")]
    [InlineData(6, 6, 1.0, "input position 6")]
    [InlineData(6, 0, double.NaN, "NaN")]
    public void MapPositions_ThatDoesNotFit_SaysWhatIsWrong(int count, int position, double weight, string part)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new GeneralNetwork(
            new Network([new Custom(b => b.MapPositions("Odd", [.. Enumerable.Repeat<(int, double)[]>([(position, weight)], count)], [6])), new GlobalAvgPool()]),
            new ExampleShape(ExampleKinds.Sequences, [6], 2)));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static double[] General(Network network, Examples examples)
    {
        GeneralNetwork general = new(network, examples.Shape);
        using PreparedPositions prepared = general.Prepare(examples, Both, default);
        return Read(prepared, (k, t) => general.Evaluate(prepared, 0, prepared, 0, k, t));
    }

    private static double[] Planes(Network network, Examples examples)
    {
        PlaneNetwork planes = PlaneNetwork.TryCreate(network, examples.Shape, out string reason) ?? throw new InvalidOperationException(reason);
        using PreparedPlanes<double> prepared = planes.Prepare<double>(examples, Both, default);
        return Read(prepared, (k, t) => planes.Evaluate(prepared, 0, prepared, 0, k, t));
    }

    private static double[] Read(IPreparedExamples prepared, Action<MatrixView<double>, MatrixView<double>> evaluate)
    {
        int count = (int)prepared.Count;
        using NativeMatrix<double> k = new(count, count), t = new(count, count);
        evaluate(k.View, t.View);
        double[] diagonals = new double[2 * count];
        prepared.Diagonal(KernelOutputs.Nngp, diagonals.AsSpan(0, count));
        prepared.Diagonal(KernelOutputs.Ntk, diagonals.AsSpan(count));

        // An example with itself off the diagonal carries the root of the rounding.
        return [.. diagonals, .. Enumerable.Range(0, count * count).Where(i => i / count != i % count).SelectMany(i => new[] { k[i / count, i % count], t[i / count, i % count] })];
    }

    private static void Near(double[] expected, double[] actual, double tolerance)
    {
        double scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }

    private sealed record Custom(Action<VectorNetworkBuilder> Add) : Layer
    {
        public override bool UsesPositions => true;

        public override void Build(VectorNetworkBuilder builder) => Add(builder);
    }
}
