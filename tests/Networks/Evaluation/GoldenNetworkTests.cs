using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Fully connected networks against values computed independently to ten digits.</summary>
public sealed class GoldenNetworkTests
{
    [Theory]
    [InlineData("Relu", 1, 1.5, 0.1, 1.4688124201, 0.0124106217, 2.4792749957, -0.1450907169)]
    [InlineData("Relu", 1, 1.4142135623730951, null, 1.1438873891, 0.0007811851, 1.9349268201, -0.0922296687)]
    [InlineData("Relu", 3, 1.5, 0.1, 2.0516713008, 1.5220614542, 5.5013371090, 2.0614670874)]
    [InlineData("Erf", 3, 1.5, 0.1, 0.6305331453, -0.9849329818, 2.7849868636, -5.7727456607)]
    [InlineData("Gelu", 3, 1.5, 0.1, 1.3779755158, 0.8170828079, 4.3976029800, 0.9853893082)]
    public void FullyConnected_OfTheTable_HasTheTabulatedKernels(
        string phi, int depth, double weightStd, double? biasStd, double k0, double k1, double t0, double t1)
    {
        Nonlinearity nonlinearity = phi switch { "Relu" => new Relu(), "Erf" => new Erf(), _ => new Gelu() };
        Dense dense = new() { WStd = weightStd, BStd = biasStd };
        Check(new Network([new Repeat { Times = depth, Layers = [dense, nonlinearity] }, dense]), k0, k1, t0, t1);
    }

    [Fact]
    public void FullyConnected_InStandardParameterization_HasTheTabulatedKernels()
    {
        Dense Layer(int width) => new() { WStd = 1.5, BStd = 0.1, Width = width, Parameterization = Parameterization.Standard };
        Check(new Network([Layer(64), new Relu(), Layer(32), new Relu(), Layer(1)]), 1.7481685208, 0.8746892626, 64.7184478574, 13.7849844412);
    }

    // The first example of A against both of B.
    private static void Check(Network network, double k0, double k1, double t0, double t1)
    {
        double[][] a = [[.. Enumerable.Range(0, 4).Select(t => Math.Sin(0.7 * t + 0.3))]];
        double[][] b = [.. Enumerable.Range(0, 2).Select(n => Enumerable.Range(4 * n, 4).Select(t => 1.5 * Math.Cos(0.5 * t + 0.1)).ToArray())];
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<double>(network, a, b);
        Assert.Equal([k0, k1], [nngp[0, 0], nngp[0, 1]], Close);
        Assert.Equal([t0, t1], [ntk[0, 0], ntk[0, 1]], Close);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) <= 6e-11 * Math.Max(1, Math.Abs(expected));
}
