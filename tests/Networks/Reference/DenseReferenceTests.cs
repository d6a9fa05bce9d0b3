using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Networks on vectors against kernels computed by neural-tangents in float64.</summary>
public sealed class DenseReferenceTests
{
    public static TheoryData<string> Names()
    {
        TheoryData<string> names = [.. ReferenceCase.Names("dense.json")];
        if (names.Count == 0)
            names.Add("");
        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_InFloat64_MatchesTheReference(string name)
    {
        ReferenceCase c = Find(name);
        foreach (VectorWidth width in new[] { VectorWidth.Scalar, VectorWidth.Bits256, VectorWidth.Bits512 })
            Compare<double>(c, width, (expected, _) => 1e-9 * Math.Abs(expected) + 1e-15, parallel: 1e-8);
    }

    // docs/math.md, "Error analysis": against the pairwise formulas in float64, on inputs that float32 holds exactly.
    [Theory]
    [MemberData(nameof(Names))]
    public void Network_InFloat32_StaysWithinTheErrorBound(string name)
    {
        ReferenceCase c = Find(name);
        double[][] x1 = Round(c.X1), x2 = Round(c.X2 ?? c.X1);
        foreach (VectorWidth width in new[] { VectorWidth.Bits256, VectorWidth.Bits512 })
        {
            (double[,] nngp, double[,] ntk) = Kernels.Evaluate<float>(c.Network, x1, x2, width);
            for (int i = 0; i < x1.Length; i++)
            {
                for (int j = 0; j < x2.Length; j++)
                {
                    PairState pair = ErrorBound.Of(c.Network, x1[i], x2[j], Math.Pow(2, -24)), exact = ErrorBound.Of(c.Network, x1[i], x2[j], Math.Pow(2, -53));
                    Assert.Equal(pair.K, nngp[i, j], pair.E + exact.E);
                    Assert.Equal(pair.T, ntk[i, j], pair.F + exact.F);
                }
            }
        }
    }

    private static double[][] Round(double[][] x) => [.. x.Select(row => Array.ConvertAll(row, v => (double)(float)v))];

    private static ReferenceCase Find(string name)
    {
        string path = TestData.Require("reference", "dense.json");
        return ReferenceCase.Load(path).Single(c => c.Name == name);
    }

    private static void Compare<T>(ReferenceCase c, VectorWidth width, Func<double, double, double> tolerance, double parallel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] scale1 = TangentDiagonal(c.Network, c.X1);
        if (c.X2 is not null)
        {
            double[] scale2 = TangentDiagonal(c.Network, c.X2);
            (double[,] nngp, double[,] ntk) = Kernels.Evaluate<T>(c.Network, c.X1, c.X2, width);
            Check(c.Nngp!, nngp, (i, j) => tolerance(c.Nngp![i][j], Math.Sqrt(scale1[i] * scale2[j])), $"{c.Name} {width} nngp");
            Check(c.Ntk!, ntk, (i, j) => tolerance(c.Ntk![i][j], Math.Sqrt(scale1[i] * scale2[j])) + Extra(c, c.X2, parallel, i, j, scale1[i]), $"{c.Name} {width} ntk");
        }

        Assert.True(c.X2 is not null || c.NngpSelf is not null, $"{c.Name} holds nothing to compare with");
        if (c.NngpSelf is not null)
        {
            (double[,] nngp, double[,] ntk) = Kernels.Evaluate<T>(c.Network, c.X1, null, width);
            Check(c.NngpSelf, nngp, (i, j) => tolerance(c.NngpSelf[i][j], Math.Sqrt(scale1[i] * scale1[j])), $"{c.Name} {width} nngp x1 x1");
            Check(c.NtkSelf!, ntk, (i, j) => tolerance(c.NtkSelf![i][j], Math.Sqrt(scale1[i] * scale1[j])) + Extra(c, c.X1, parallel, i, j, scale1[i]), $"{c.Name} {width} ntk x1 x1");
        }
    }

    // Of parallel inputs the angle is 0, and sqrt(2 (1 - u)) of a rounded u is of the order of the root of the rounding: the
    // reference has this error on the diagonal, both programs have it elsewhere. Each ReLU passes a part of it to the NTK.
    private static double Extra(ReferenceCase c, double[][] x2, double parallel, int i, int j, double scale)
    {
        double dot = c.X1[i].Zip(x2[j], (x, y) => x * y).Sum();
        bool areParallel = dot * dot > (1 - 1e-12) * c.X1[i].Sum(x => x * x) * x2[j].Sum(y => y * y);
        return areParallel ? parallel * c.Depth * scale : 0;
    }

    private static double[] TangentDiagonal(Network network, double[][] x)
    {
        (_, double[,] ntk) = Kernels.Evaluate<double>(network, x, null);
        return [.. Enumerable.Range(0, x.Length).Select(i => ntk[i, i])];
    }

    private static void Check(double[][] expected, double[,] actual, Func<int, int, double> allowed, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            for (int j = 0; j < expected[i].Length; j++)
            {
                double error = Math.Abs(actual[i, j] - expected[i][j]);
                Assert.True(error <= allowed(i, j), $"{what} [{i},{j}]: {actual[i, j]:r} instead of {expected[i][j]:r}, error {error:g3}, allowed {allowed(i, j):g3}");
            }
        }
    }
}
