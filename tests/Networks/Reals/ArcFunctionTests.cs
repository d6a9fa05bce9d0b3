using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Networks;

// Notation: t the angle, k0 = (pi - t) / pi, k1 = (sin t + (pi - t) cos t) / pi, h = 1 - |u|.

/// <summary>The arc functions against independent formulas, near their branch points above all.</summary>
public sealed class ArcFunctionTests
{
    private static readonly double[] Complements = [1e-16, 1e-14, 1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.49, 0.51, 0.7, 0.9, 0.999, 1 - 1e-6, 1];

    // Relative errors: 4 units of rounding in float64. t comes from 2 asin(sqrt(h / 2)), which does not cancel.
    [Fact]
    public void ArcCosineKernels_InFloat64_HaveSmallRelativeErrors()
    {
        foreach (double complement in Complements)
        {
            double u = 1 - complement, h = 1 - u;
            double t = 2 * Math.Asin(Math.Sqrt(h / 2));
            ArcFunctions.ArcCosineKernels(new ScalarDouble(-u), out ScalarDouble low0, out ScalarDouble low1);
            ArcFunctions.ArcCosineKernels(new ScalarDouble(u), out ScalarDouble high0, out ScalarDouble high1);
            Near(t / Math.PI, low0.Value, 1e-15);
            Near(1 - t / Math.PI, high0.Value, 1e-15);
            Near(SineMinus(t) / Math.PI, low1.Value, t < 0.1 ? 1e-15 : 2e-13);
            Near(u + SineMinus(t) / Math.PI, high1.Value, 1e-15);
            Assert.Equal(high0.Value, ArcFunctions.ArcCosineKernel0(new ScalarDouble(u)).Value);
            Near(Math.Asin(u), ArcFunctions.ArcSine(new ScalarDouble(u)).Value, 1e-15);
            Near(-Math.Asin(u), ArcFunctions.ArcSine(new ScalarDouble(-u)).Value, 1e-15);
        }
    }

    // Relative errors: 5e-7, four units of rounding.
    [Fact]
    public void ArcFunctions_InFloat32_HaveSmallRelativeErrors()
    {
        foreach (double complement in Complements)
        {
            float rounded = (float)(1 - complement);
            double u = rounded, t = 2 * Math.Asin(Math.Sqrt((1 - u) / 2));
            ArcFunctions.ArcCosineKernels(Float8x.Broadcast(-rounded), out Float8x low0, out Float8x low1);
            ArcFunctions.ArcCosineKernels(Float8x.Broadcast(rounded), out Float8x high0, out Float8x high1);
            Near(t / Math.PI, low0.Value[2], 5e-7);
            Near(1 - t / Math.PI, high0.Value[2], 5e-7);
            Near(SineMinus(t) / Math.PI, low1.Value[2], 5e-7);
            Near(u + SineMinus(t) / Math.PI, high1.Value[2], 5e-7);
            Near(Math.Asin(u), ArcFunctions.ArcSine(Float8x.Broadcast(rounded)).Value[2], 5e-7);
        }
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-20)]
    [InlineData(1e-8)]
    [InlineData(1e-3)]
    public void ArcSine_OfSmallNumbers_KeepsTheirRelativePrecision(double u) =>
        Near(Math.Asin(u), ArcFunctions.ArcSine(new ScalarDouble(u)).Value, 3e-16);

    [Theory]
    [InlineData(1)]
    [InlineData(1 + 2.3e-16)]
    [InlineData(1 + 1e-7)]
    public void ArcFunctions_BeyondOneByRounding_TakeTheValuesAtOne(double u)
    {
        ArcFunctions.ArcCosineKernels(new ScalarDouble(u), out ScalarDouble k0, out ScalarDouble k1);
        Assert.Equal((1.0, u), (k0.Value, k1.Value));
        ArcFunctions.ArcCosineKernels(new ScalarDouble(-u), out k0, out k1);
        Assert.Equal((0.0, 0.0), (k0.Value, k1.Value));
        Assert.Equal(Math.PI / 2, ArcFunctions.ArcSine(new ScalarDouble(u)).Value);
        Assert.Equal(-Math.PI / 2, ArcFunctions.ArcSine(new ScalarDouble(-u)).Value);
        Assert.Equal(0, ArcFunctions.SineOfCorrelation(new ScalarDouble(u)).Value);
    }

    // sin t - t cos t: the series t^3/3 - t^5/30 + t^7/840 - t^9/45360 where the difference would cancel.
    private static double SineMinus(double t) => t < 0.1
        ? t * t * t * (1.0 / 3 - t * t * (1.0 / 30 - t * t * (1.0 / 840 - t * t * (1.0 / 45360 - t * t / 3991680))))
        : Math.Sin(t) - t * Math.Cos(t);

    private static void Near(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"{actual:r} instead of {expected:r}");
}
