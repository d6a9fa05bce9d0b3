using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class StandardizePerFeatureConformance : TransformConformance
{
    protected override ITransform Create() => Make.Transform("standardize", new StandardizeOptions());
}

public sealed class StandardizePerChannelConformance : TransformConformance
{
    protected override ITransform Create() => Make.Transform("standardize", new StandardizeOptions { Per = StatisticsPer.Channel });
}

public sealed class CenterConformance : TransformConformance
{
    protected override ITransform Create() => Make.Transform("center", new CenterOptions { Per = StatisticsPer.Global });
}

public sealed class UnitNormConformance : TransformConformance
{
    protected override ITransform Create() => Make.Transform("unit_norm", new UnitNormOptions());
}

public sealed class TransformTests
{
    private static VectorExamples Vectors(int width, params double[] values) => new(FeatureSource.FromArray(values, width));

    private static void Near(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-13));

    [Fact]
    public void Standardize_PerFeature_GivesZeroMeanAndUnitPopulationVariance()
    {
        double[][] rows = Make.Transformed("standardize", new StandardizeOptions(), Samples.Images(5000, 2, 3, 2));
        for (int k = 0; k < 12; k++)
        {
            double mean = rows.Average(row => row[k]);
            Assert.Equal(0, mean, 1e-13);
            Assert.Equal(1, rows.Average(row => row[k] * row[k]), 1e-12);
        }
    }

    [Fact]
    public void Standardize_PerChannel_PoolsPositions()
    {
        var images = new ImageExamples(FeatureSource.FromArray([0, 10, 2, 30, 4, 10, 2, 30], 4), 1, 2, 2);
        double[][] rows = Make.Transformed("standardize", new StandardizeOptions { Per = StatisticsPer.Channel }, images);
        double first = 2 / Math.Sqrt(2);
        Near([-first, -1, 0, 1], rows[0]);
        Near([first, -1, 0, 1], rows[1]);
    }

    [Fact]
    public void Standardize_Globally_UsesOneMeanAndOneDeviation()
    {
        double[][] rows = Make.Transformed("standardize", new StandardizeOptions { Per = StatisticsPer.Global }, Vectors(2, 1, 3, 3, 1));
        Near([-1, 1], rows[0]);
        Near([1, -1], rows[1]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e15)]
    [InlineData(-3e-200)]
    [InlineData(0)]
    public void Standardize_OfAConstant_GivesZero(double constant)
    {
        double[][] rows = Make.Transformed("standardize", new StandardizeOptions(), Vectors(2, [.. Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? constant : i)]));
        Assert.All(rows, row => Assert.Equal(0, row[0]));
        Assert.Equal(1, rows.Average(row => row[1] * row[1]), 1e-12);
    }

    [Fact]
    public void Standardize_WithALargeOffset_KeepsItsPrecision()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => 1e9 + (i % 2))];
        double[][] rows = Make.Transformed("standardize", new StandardizeOptions(), Vectors(1, values));
        Assert.All(rows, row => Assert.Equal(1, Math.Abs(row[0]), 1e-6));
    }

    [Fact]
    public void Standardize_OfRaggedSequences_CountsOnlyPositionsThatExist()
    {
        var sequences = new SequenceExamples(FeatureSource.FromArray([1, 999, 3, 5], 2), 2, 1, [1, 2]);
        double[][] rows = Make.Transformed("center", new CenterOptions { Per = StatisticsPer.Channel }, sequences);
        Near([-2, 0], rows[0]);
        Near([0, 2], rows[1]);
        rows = Make.Transformed("center", new CenterOptions(), sequences);
        Near([-1, 0], rows[0]);
        Near([1, 0], rows[1]);
    }

    [Fact]
    public void Apply_ToTestExamples_UsesTheTrainingStatistics()
    {
        IFittedTransform fitted = Make.Transform("standardize", new StandardizeOptions()).Fit(Vectors(1, 1, 3), CancellationToken.None);
        Near([4], Samples.Rows(fitted.Apply(Vectors(1, 6)))[0]);
    }

    [Fact]
    public void Apply_ToAnotherShape_Throws()
    {
        IFittedTransform fitted = Make.Transform("standardize", new StandardizeOptions()).Fit(Vectors(1, 1, 3), CancellationToken.None);
        Assert.Throws<ArgumentException>(() => fitted.Apply(Vectors(2, 1, 3)));
    }

    [Fact]
    public void UnitNorm_DividesByTheNorm_AndKeepsZeroRows()
    {
        double[][] rows = Make.Transformed("unit_norm", new UnitNormOptions(), Vectors(2, 3, 4, 0, 0, 3e200, 4e200, -3e-200, 4e-200));
        Near([0.6, 0.8], rows[0]);
        Assert.Equal([0, 0], rows[1]);
        Near([0.6, 0.8], rows[2]);
        Near([-0.6, 0.8], rows[3]);
    }

    [Fact]
    public void UnitNorm_OfRaggedSequences_IgnoresWhatDoesNotExist()
    {
        var sequences = new SequenceExamples(FeatureSource.FromArray([5, 999, 3, 4], 2), 2, 1, [1, 2]);
        double[][] rows = Make.Transformed("unit_norm", new UnitNormOptions(), sequences);
        Near([1, 0], rows[0]);
        Near([0.6, 0.8], rows[1]);
    }

    [Fact]
    public void Standardize_OfAnyData_IsUnchangedByShiftAndScale() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat[]>().Filter(values => values.Length >= 2 && values.All(v => Math.Abs(v.Get) is > 1e-3 and < 1e3)),
        values =>
        {
            double[] plain = [.. values.Select(value => value.Get)];
            double[][] one = Make.Transformed("standardize", new StandardizeOptions(), Vectors(1, plain));
            double[][] other = Make.Transformed("standardize", new StandardizeOptions(), Vectors(1, [.. plain.Select(value => 4 * value + 64)]));
            return one.Zip(other).All(pair => Math.Abs(pair.First[0] - pair.Second[0]) < 1e-8);
        }).QuickCheckThrowOnFailure();
}
