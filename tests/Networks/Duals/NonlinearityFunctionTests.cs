using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>The functions of nonlinearities and their derivatives.</summary>
public sealed class NonlinearityFunctionTests
{
    private static readonly double[] Points = [-7, -3.3, -2.9, -1.1, -0.3, -1e-3, 1e-9, 0.02, 0.7, 1.9, 3.05, 4.4, 8];

    public static TheoryData<string> Names() => Sample.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void PhiAndDerivative_AreThoseOfTheDefinition(string name)
    {
        Sample sample = Sample.Of(name);
        foreach (double x in Points)
        {
            Assert.Equal(sample.Phi(x), sample.Layer.Phi(x), 1e-14 + 1e-14 * Math.Abs(sample.Phi(x)));
            Assert.Equal(sample.Slope(x), sample.Layer.Derivative(x), 1e-14 + 1e-14 * Math.Abs(sample.Slope(x)));
        }
    }

    [Fact]
    public void Hermite_IsTheNormalizedPolynomial()
    {
        Hermite third = new() { Degree = 3 }, none = new() { Degree = 0 };
        foreach (double x in Points)
        {
            Assert.Equal((x * x * x - 3 * x) / Math.Sqrt(6), third.Phi(x), 1e-12);
            Assert.Equal((3 * x * x - 3) / Math.Sqrt(6), third.Derivative(x), 1e-12);
            Assert.Equal((1, 0), (none.Phi(x), none.Derivative(x)));
        }
    }

    // Values of the C library, on both sides of 3, where the method changes.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(-2, -0.9953222650189527)]
    [InlineData(2.99, 0.9999764743969194)]
    [InlineData(3.01, 0.9999792610363629)]
    [InlineData(9, 1)]
    public void ErrorFunction_HasItsTabulatedValues(double x, double expected) => Assert.Equal(expected, new Erf().Phi(x), 1e-15);

    [Fact]
    public void ErrorFunction_OfWhatIsNoNumber_IsNone()
    {
        Assert.Equal(double.NaN, new Erf().Phi(double.NaN));
        Assert.Equal((1, -1), (new Erf().Phi(double.PositiveInfinity), new Erf().Phi(double.NegativeInfinity)));
    }
}
