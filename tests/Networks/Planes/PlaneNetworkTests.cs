using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>The evaluation by planes against the general form.</summary>
public sealed class PlaneNetworkTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Theory]
    [InlineData(VectorWidth.Bits256)]
    [InlineData(VectorWidth.Bits512)]
    internal void Planes_OfAnyNetworkOfTheirDomain_AgreeWithTheGeneralFormInFloat64(VectorWidth width) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => CheckAgreement<double>(seed, width, 1e-10)).QuickCheckThrowOnFailure();

    // Rounding of the inputs and of each layer, amplified where pooling cancels and LayerNorm or a radial kernel follows.
    [Theory]
    [InlineData(VectorWidth.Bits256)]
    [InlineData(VectorWidth.Bits512)]
    internal void Planes_OfAnyNetworkOfTheirDomain_AgreeWithTheGeneralFormInFloat32(VectorWidth width) =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => CheckAgreement<float>(seed, width, 2e-4)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 17)]
    [InlineData(17, 33)]
    [InlineData(33, 16)]
    public void Evaluate_OfAnyTile_GivesTheEntriesOfTheWholeMatrix(int rowCount, int columnCount)
    {
        RandomPlaneNetwork random = new(3);
        PlaneNetwork planes = PlaneNetwork.TryCreate(random.Network, random.Shape, out _)!;
        using PreparedPlanes<float> rows = planes.Prepare<float>(random.Examples(rowCount), Both, default);
        using PreparedPlanes<float> columns = planes.Prepare<float>(random.Examples(columnCount), Both, default);
        using NativeMatrix<float> nngp = new(rowCount, columnCount);
        using NativeMatrix<float> ntk = new(rowCount, columnCount);
        planes.Evaluate(rows, 0, columns, 0, nngp.View, ntk.View);
        foreach ((int row, int column, int height, int width) in new[] { (0, 0, 1, 1), (rowCount / 2, columnCount / 3, (rowCount + 1) / 2, columnCount / 2 + 1) })
        {
            int h = Math.Min(height, rowCount - row), w = Math.Min(width, columnCount - column);
            using NativeMatrix<float> nngpTile = new(h, w);
            using NativeMatrix<float> ntkTile = new(h, w);
            using NativeMatrix<float> nngpAlone = new(h, w);
            using NativeMatrix<float> ntkAlone = new(h, w);
            planes.Evaluate(rows, row, columns, column, nngpTile.View, ntkTile.View);
            planes.Evaluate(rows, row, columns, column, nngpAlone.View, default);
            planes.Evaluate(rows, row, columns, column, default, ntkAlone.View);
            for (int i = 0; i < h; i++)
            {
                for (int j = 0; j < w; j++)
                {
                    Assert.Equal(nngp[row + i, column + j], nngpTile[i, j]);
                    Assert.Equal(ntk[row + i, column + j], ntkTile[i, j]);
                    Assert.Equal(nngp[row + i, column + j], nngpAlone[i, j]);
                    Assert.Equal(ntk[row + i, column + j], ntkAlone[i, j]);
                }
            }
        }
    }

    [Fact]
    public void Prepare_OfAFeatureThatIsNotANumber_NamesTheExample()
    {
        PlaneNetwork planes = PlaneNetwork.TryCreate(new Network([new Conv(), new Relu(), new GlobalAvgPool()]), Image(4, 4, 1), out _)!;
        double[] values = new double[3 * 16];
        values[2 * 16 + 5] = double.NaN;
        UserErrorException error = Assert.Throws<UserErrorException>(() =>
            planes.Prepare<float>(new ImageExamples(FeatureSource.FromArray(values, 16), 4, 4, 1), Both, default));
        Assert.Contains("Feature 5 of example 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_ThatOverflows_SaysWhatToDo()
    {
        Network network = new([new Repeat { Times = 9, Layers = [new Conv { WStd = 1e5, Padding = Padding.Same }, new Relu()] }, new GlobalAvgPool()]);
        PlaneNetwork planes = PlaneNetwork.TryCreate(network, Image(4, 4, 1), out _)!;
        ImageExamples examples = new(FeatureSource.FromArray([.. Enumerable.Repeat(1.0, 16)], 16), 4, 4, 1);
        UserErrorException error = Assert.Throws<UserErrorException>(() => planes.Prepare<float>(examples, Both, default));
        Assert.Contains("float64", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_OfANetworkOutsideTheDomain_GivesTheReason()
    {
        Layer[] end = [new Relu(), new GlobalAvgPool()];
        foreach ((Layer layer, string reason) in new (Layer, string)[]
        {
            (new Conv { Padding = Padding.Circular }, "circular"),
            (new ConvTranspose(), "transposed"),
            (new ConvLocal(), "ConvLocal"),
            (new Serial { Layers = [new Conv(), new ImageResize { Shape = [8, 8] }, new Conv()] }, "windows"),
        })
        {
            Assert.Null(PlaneNetwork.TryCreate(new Network([layer, .. end]), Image(7, 7, 2), out string actual));
            Assert.Contains(reason, actual, StringComparison.Ordinal);
        }
    }

    private static ExampleShape Image(int height, int width, int channels) => new(ExampleKinds.Images, [height, width], channels);

    private static bool CheckAgreement<T>(int seed, VectorWidth width, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RandomPlaneNetwork random = new(seed);
        return PlaneAgreement.Check<T>(
            random.Network, random.Examples(2), random.Examples(3), width, Both,
            (output, nngp, ntk) => tolerance * (output == KernelOutputs.Nngp ? nngp : ntk));
    }
}
