using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;
using VectorWidth = NeuralKernels.Networks.VectorWidth;

namespace NeuralKernels.Tests.Networks;

/// <summary>What holds for every network.</summary>
public sealed class NetworkPropertyTests(ITestOutputHelper output)
{
    private const int Count = 9;

    [Fact]
    public void GramMatrices_OfAnyNetwork_AreSymmetricAndPositiveSemidefinite() => Check((network, x) =>
    {
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<double>(network, x, null);
        double[,] nngpErrors = new double[Count, Count], ntkErrors = new double[Count, Count];
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Count; j++)
            {
                PairState bound = ErrorBound.Of(network, x[i], x[j], Math.Pow(2, -53));
                (nngpErrors[i, j], ntkErrors[i, j]) = (bound.E, bound.F);
            }
        }

        foreach ((double[,] matrix, double[,] errors) in new[] { (nngp, nngpErrors), (ntk, ntkErrors) })
        {
            double largest = 0, allowed = 0;
            for (int i = 0; i < Count; i++)
            {
                largest = Math.Max(largest, matrix[i, i]);
                allowed = Math.Max(allowed, Enumerable.Range(0, Count).Where(j => j != i).Sum(j => errors[i, j]));
                Assert.True(matrix[i, i] >= 0);
                for (int j = 0; j < i; j++)
                    Assert.Equal(matrix[i, j], matrix[j, i]);
            }

            // An eigenvalue moves by the largest row sum of the errors at most; equal examples off the diagonal carry roots of the rounding.
            double smallest = SmallestEigenvalue(matrix);
            Assert.True(smallest >= -allowed - 1e-12 * largest, $"{network.CanonicalText}: {smallest:g3} of {largest:g3}, allowed {allowed:g3}");
        }
    });

    [Fact]
    public void Evaluation_InFloat64_MatchesThePairwiseFormulasAtEveryWidth() => Check((network, x) =>
    {
        foreach (VectorWidth width in new[] { VectorWidth.Scalar, VectorWidth.Bits256, VectorWidth.Bits512 })
            Compare<double>(network, x, width, Math.Pow(2, -53));
    });

    [Fact]
    public void Evaluation_InFloat32_StaysWithinTheErrorBound()
    {
        double worst = 0;
        List<double> ratios = [];
        Check((network, x) =>
        {
            foreach (VectorWidth width in new[] { VectorWidth.Bits256, VectorWidth.Bits512 })
            {
                (double error, double ratio) = Compare<float>(network, x, width, Math.Pow(2, -24));
                worst = Math.Max(worst, error);
                ratios.Add(ratio);
            }
        });
        output.WriteLine($"worst NNGP error relative to sqrt(K_ii K_jj) {worst:g3}; error / bound: worst {ratios.Max():g3}, median {ratios.Order().ElementAt(ratios.Count / 2):g3}");
    }

    [Fact]
    public void Diagonal_WithoutDropout_AgreesWithTheVariancePass() => Check((network, x) =>
    {
        if (network.CanonicalText.Contains("Dropout", StringComparison.Ordinal))
            return;
        (double[,] cross, double[,] crossNtk) = Kernels.Evaluate<double>(network, x, x);
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<double>(network, x, null);
        for (int i = 0; i < Count; i++)
        {
            PairState bound = ErrorBound.Of(network, x[i], x[i], 4 * Math.Pow(2, -53));
            Assert.Equal(nngp[i, i], cross[i, i], bound.E);
            Assert.Equal(ntk[i, i], crossNtk[i, i], bound.F);
        }
    });

    [Fact]
    public void Tiles_OfAnySizeAndPlace_HoldTheSameBits() => Check((network, x) =>
    {
        Tiles<double>(network, x);
        Tiles<float>(network, x);
    });

    private static void Tiles<T>(Network network, double[][] x)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        VectorNetwork compiled = new(network, RandomNetworks.Features);
        using PreparedVectors<T> prepared = compiled.Prepare<T>(
            FeatureSource.FromArray([.. x.SelectMany(r => r)], RandomNetworks.Features), KernelOutputs.Nngp | KernelOutputs.Ntk, default);
        using NativeMatrix<T> nngp = new(Count, Count), ntk = new(Count, Count), partNngp = new(Count, Count), partNtk = new(Count, Count);
        compiled.Evaluate(prepared, 0, prepared, 0, nngp.View, ntk.View);
        foreach ((int row, int column, int rows, int columns) in new[] { (0, 0, 1, 1), (3, 5, 4, 3), (8, 0, 1, 9), (0, 8, 9, 1), (2, 1, 6, 7) })
        {
            MatrixView<T> a = partNngp.View.Block(0, 0, rows, columns), b = partNtk.View.Block(0, 0, rows, columns);
            compiled.Evaluate(prepared, row, prepared, column, a, b);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    Assert.Equal(nngp[row + i, column + j], a[i, j]);
                    Assert.Equal(ntk[row + i, column + j], b[i, j]);
                }
            }

            partNngp.View.Fill(T.Zero);
            compiled.Evaluate(prepared, row, prepared, column, a, default);
            Assert.Equal(nngp[row, column], a[0, 0]);
        }
    }

    /// <summary>The worst NNGP error in units of sqrt(K_ii K_jj), and the worst ratio of an error to its bound.</summary>
    private static (double Error, double Ratio) Compare<T>(Network network, double[][] x, VectorWidth width, double unit)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<T>(network, x, x, width);
        double worst = 0, ratio = 0;
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Count; j++)
            {
                PairState pair = ErrorBound.Of(network, x[i], x[j], unit), reference = ErrorBound.Of(network, x[i], x[j], Math.Pow(2, -53));
                double error = Math.Abs(nngp[i, j] - pair.K), errorT = Math.Abs(ntk[i, j] - pair.T);
                Assert.True(error <= pair.E + reference.E, $"{network.CanonicalText} nngp [{i}, {j}] {width}: {nngp[i, j]:r} for {pair.K:r}, error {error:g3}, bound {pair.E:g3}");
                Assert.True(errorT <= pair.F + reference.F, $"{network.CanonicalText} ntk [{i}, {j}] {width}: {ntk[i, j]:r} for {pair.T:r}, error {errorT:g3}, bound {pair.F:g3}");
                worst = Math.Max(worst, pair.Scale > 0 ? error / pair.Scale : 0);
                ratio = Math.Max(ratio, Math.Max(error > 0 ? error / (pair.E + reference.E) : 0, errorT > 0 ? errorT / (pair.F + reference.F) : 0));
            }
        }

        return (worst, ratio);
    }

    // Jacobi's rotations.
    private static double SmallestEigenvalue(double[,] matrix)
    {
        double[,] a = (double[,])matrix.Clone();
        for (int sweep = 0; sweep < 12; sweep++)
        {
            for (int p = 0; p < Count; p++)
            {
                for (int q = p + 1; q < Count; q++)
                {
                    if (a[p, q] == 0)
                        continue;
                    (double s, double c) = Math.SinCos(0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]));
                    for (int k = 0; k < Count; k++)
                        (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
                    for (int k = 0; k < Count; k++)
                        (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
                }
            }
        }

        return Enumerable.Range(0, Count).Min(i => a[i, i]);
    }

    private static void Check(Action<Network, double[][]> property) =>
        Prop.ForAll(RandomNetworks.Cases, c => property(c.Network, RandomNetworks.Examples(Count, c.Seed))).QuickCheckThrowOnFailure();
}
