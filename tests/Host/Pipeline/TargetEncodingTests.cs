using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Host.Pipeline;

namespace NeuralKernels.Tests.Host.Pipeline;

/// <summary>Targets as numbers to regress on, and predictions back.</summary>
public sealed class TargetEncodingTests
{
    [Fact]
    public void Encode_OfClasses_IsTheOneHotVectorLessItsMean()
    {
        ClassTargets targets = new([2, 0], ["a", "b", "c", "d"]);
        TargetEncoding encoding = TargetEncoding.Fit(targets, standardize: true);
        using NativeMatrix<double> encoded = encoding.Encode(targets);
        Assert.Equal([-0.25, -0.25, 0.75, -0.25], encoded.Row(0).ToArray());
        Assert.Equal([0.75, -0.25, -0.25, -0.25], encoded.Row(1).ToArray());
        Predictions decoded = encoding.Decode(encoded.View);
        Assert.Equal([0, 0, 1, 0, 1, 0, 0, 0], decoded.Mean);
        Assert.Equal(decoded.Mean, decoded.Probabilities);
    }

    [Fact]
    public void Encode_OfRealValues_HasMeanZeroAndDeviationOneWithoutTheMissing()
    {
        RealTargets targets = new([1, 7, double.NaN, 7, 3, 7, 5, 7], ["y", "constant"]);
        TargetEncoding encoding = TargetEncoding.Fit(targets, standardize: true);
        using NativeMatrix<double> encoded = encoding.Encode(targets);
        double deviation = Math.Sqrt(8.0 / 3);
        Assert.Equal(-2 / deviation, encoded[0, 0], 1e-15);
        Assert.True(double.IsNaN(encoded[1, 0]));
        Assert.Equal(0, encoded[0, 1]);

        using NativeMatrix<double> variance = new(4, 2);
        variance.View.Fill(1);
        Predictions decoded = encoding.Decode(encoded.View, variance.View);
        Assert.Equal(5, decoded.Mean[6], 1e-14);
        Assert.Equal(8.0 / 3, decoded.Variance![0], 1e-14);
        Assert.Null(decoded.Probabilities);
    }

    [Fact]
    public void Encode_OfRealValuesAsTheyAre_ChangesNothing()
    {
        RealTargets targets = new([1, 2, 3], ["y"]);
        using NativeMatrix<double> encoded = TargetEncoding.Fit(targets, standardize: false).Encode(targets);
        Assert.Equal([2.0], encoded.Row(1).ToArray());
    }

    [Fact]
    public void Fit_OfATargetWithoutValues_NamesIt()
    {
        RealTargets targets = new([double.NaN, 1, double.NaN, 2], ["tox", "sol"]);
        UserErrorException error = Assert.Throws<UserErrorException>(() => TargetEncoding.Fit(targets, standardize: true));
        Assert.Contains("'tox'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Project_OfAnyScores_IsTheNearestDistribution() => Prop.ForAll(
        Gen.Choose(-2000, 2000).Select(n => n / 1000.0).ArrayOf().Where(values => values.Length > 1).ToArbitrary(),
        values =>
        {
            double[] projected = new double[values.Length];
            ProbabilitySimplex.Project(values, projected);
            Assert.Equal(1, projected.Sum(), 1e-12);
            Assert.All(projected, p => Assert.True(p >= 0));

            // Optimality: what was taken off is the same for all positive entries, and at least that for the others.
            double threshold = values.Zip(projected).Where(pair => pair.Second > 0).Select(pair => pair.First - pair.Second).First();
            Assert.All(values.Zip(projected), pair =>
            {
                if (pair.Second > 0)
                    Assert.Equal(threshold, pair.First - pair.Second, 1e-12);
                else
                    Assert.True(pair.First <= threshold + 1e-12);
            });
        }).QuickCheckThrowOnFailure();
}
