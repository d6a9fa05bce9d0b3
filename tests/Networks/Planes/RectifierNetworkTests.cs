using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

// Notation and analysis: docs/math.md, "Error analysis" and "Planes: the fused rectifier"; eps the unit roundoff, d channels, L nonlinearities.
//   one nonlinearity with what comes before it: at most 36 eps for K' (12 (h + |m|) of the mean square (a^2 + b^2) / 2, the most for Abs), 8 for the sum of
//   taps, 10 for a pooling, 10 for side factors, branches and bias; later layers multiply this as they multiply the NTK of the diagonal:
//   NNGP   E = (d + 64 L) eps sqrt(T_ii T_jj)
//   NTK    an error E of a correlation moves k0 by sqrt(2 E) / pi at most, Kdot by 2 of that (h <= a^2 + b^2), at each nonlinearity

/// <summary>The fused loops of piecewise linear nonlinearities in whole networks: against the general form, and bit for bit over tiles.</summary>
public sealed class RectifierNetworkTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Theory]
    [InlineData(VectorWidth.Bits256, Both)]
    [InlineData(VectorWidth.Bits512, Both)]
    [InlineData(VectorWidth.Bits256, KernelOutputs.Nngp)]
    [InlineData(VectorWidth.Bits512, KernelOutputs.Ntk)]
    internal void Planes_OfAnyRectifierNetwork_AgreeWithTheGeneralFormInFloat64(VectorWidth width, KernelOutputs outputs) =>
        Prop.ForAll(Seeds(), seed => Agree<double>(seed, width, outputs, Math.ScaleB(1, -53))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(VectorWidth.Bits256, Both)]
    [InlineData(VectorWidth.Bits512, Both)]
    [InlineData(VectorWidth.Bits256, KernelOutputs.Ntk)]
    [InlineData(VectorWidth.Bits512, KernelOutputs.Nngp)]
    internal void Planes_OfAnyRectifierNetwork_AgreeWithTheGeneralFormInFloat32(VectorWidth width, KernelOutputs outputs) =>
        Prop.ForAll(Seeds(), seed => Agree<float>(seed, width, outputs, Math.ScaleB(1, -24))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(VectorWidth.Bits256)]
    [InlineData(VectorWidth.Bits512)]
    internal void Evaluate_OfAnyTileOfAnyRectifierNetwork_GivesTheSameBits(VectorWidth width) =>
        Prop.ForAll(Seeds(), seed => TilesAreEqual<float>(seed, width) && TilesAreEqual<double>(seed, width))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    // Without weights all preactivations are the same bias: u = 1 up to 4 roundings, where k0 is off by sqrt(8 eps) / pi at most.
    [Theory]
    [InlineData(VectorWidth.Bits256)]
    [InlineData(VectorWidth.Bits512)]
    internal void Planes_OfALayerWithoutWeights_AgreeWithTheGeneralForm(VectorWidth width)
    {
        foreach (Layer affine in new Layer[] { new Conv { WStd = 0, BStd = 0.7, Padding = Padding.Same }, new Dense { WStd = 0, BStd = 0.7 } })
        {
            Network network = new([new Conv { Padding = Padding.Same }, new Relu(), affine, new Relu(), new GlobalAvgPool(), new Dense()]);
            ExampleShape shape = new(ExampleKinds.Images, [4, 5], 3);
            RandomStream random = new(1, "no weights");
            Examples x1 = RandomPlaneNetwork.Examples(random, shape, 2), x2 = RandomPlaneNetwork.Examples(random, shape, 3);
            PlaneAgreement.Check<double>(network, x1, x2, width, Both, (_, _, ntk) => Math.Sqrt(8 * Math.ScaleB(1, -53)) / Math.PI * ntk);
            PlaneAgreement.Check<float>(network, x1, x2, width, Both, (_, _, ntk) => Math.Sqrt(8 * Math.ScaleB(1, -24)) / Math.PI * ntk);
        }
    }

    private static Arbitrary<int> Seeds() => Gen.Choose(0, 1_000_000).ToArbitrary();

    private static bool Agree<T>(int seed, VectorWidth width, KernelOutputs outputs, double eps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RandomRectifierNetwork random = new(seed);
        int layers = random.Nonlinearities;
        double e = (random.Shape.Channels + 64 * layers) * eps;
        return PlaneAgreement.Check<T>(
            random.Network, random.Examples(2), random.Examples(3), width, outputs,
            (output, _, ntk) => (output == KernelOutputs.Nngp ? e : 2 * layers * Math.Sqrt(2 * e) / Math.PI) * ntk);
    }

    // Tiles of 1..9 rows and 1..35 columns at any place of one matrix, both kernels or one alone.
    private static bool TilesAreEqual<T>(int seed, VectorWidth width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 9, Columns = 35;
        RandomRectifierNetwork random = new(seed);
        PlaneNetwork planes = PlaneNetwork.TryCreate(random.Network, random.Shape, width, out _)!;
        using PreparedPlanes<T> rows = planes.Prepare<T>(random.Examples(Rows), Both, default);
        using PreparedPlanes<T> columns = planes.Prepare<T>(random.Examples(Columns), Both, default);
        using NativeMatrix<T> nngp = new(Rows, Columns), ntk = new(Rows, Columns), tileNngp = new(Rows, Columns), tileNtk = new(Rows, Columns);
        planes.Evaluate(rows, 0, columns, 0, nngp.View, ntk.View);
        RandomStream places = new((ulong)seed, "tiles");
        int Draw(int low, int high) => low + (int)(places.NextDouble() * (high - low + 1));
        for (int tile = 0; tile < 3; tile++)
        {
            int row = Draw(0, Rows - 1), column = Draw(0, Columns - 1);
            int height = Draw(1, Rows - row), breadth = Draw(1, Columns - column);
            planes.Evaluate(
                rows, row, columns, column,
                tile == 1 ? default : tileNngp.View.Block(0, 0, height, breadth), tile == 2 ? default : tileNtk.View.Block(0, 0, height, breadth));
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < breadth; j++)
                {
                    string where = $"{row + i}, {column + j} of a tile at {row}, {column} of {height} x {breadth}: {random.Network.CanonicalText} on {random.Shape}";
                    Assert.True(tile == 1 || tileNngp[i, j] == nngp[row + i, column + j], $"NNGP {where}");
                    Assert.True(tile == 2 || tileNtk[i, j] == ntk[row + i, column + j], $"NTK {where}");
                }
            }
        }

        return true;
    }
}
