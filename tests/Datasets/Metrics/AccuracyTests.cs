using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;

namespace NeuralKernels.Tests.Datasets;

public sealed class AccuracyTests
{
    private static double Evaluate(double[] mean, params int[] labels) =>
        Make.Metric("accuracy", new AccuracyOptions()).Evaluate(new Predictions(labels.Length, 3, mean), new ClassTargets(labels, ["a", "b", "c"]));

    [Fact]
    public void Evaluate_CountsLargestPredictions() =>
        Assert.Equal(2.0 / 3, Evaluate([0.1, 0.9, 0, -3, -2, -1, 5, 1, 1], 1, 2, 1));

    [Fact]
    public void Evaluate_OfEqualPredictions_TakesTheFirst() => Assert.Equal(0.5, Evaluate([1, 1, 0, 1, 1, 0], 0, 1));

    [Fact]
    public void Evaluate_OfNothing_IsUndefined() => Assert.Equal(double.NaN, Evaluate([]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Evaluate_OfPredictionsThatAreNoNumbers_NamesThePlace(double value)
    {
        var error = Assert.Throws<UserErrorException>(() => Evaluate([0, 0, 1, 0, value, 1], 2, 1));
        Assert.Contains("example 1, output 1", error.Message);
    }

    [Fact]
    public void Evaluate_OfAnotherShape_Throws() => Assert.Throws<ArgumentException>(() => Evaluate([0, 0, 1], 2, 1));
}
