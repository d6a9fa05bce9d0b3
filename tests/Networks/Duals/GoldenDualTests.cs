using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Dual activations against values computed independently, by closed forms in high precision and by quadrature.</summary>
public sealed class GoldenDualTests
{
    private static readonly Dictionary<string, Nonlinearity> Layers = new()
    {
        ["Relu"] = new Relu(),
        ["LeakyRelu"] = new LeakyRelu { Alpha = 0.1 },
        ["Abs"] = new Abs(),
        ["ABRelu"] = new ABRelu { A = -0.5, B = 0.25 },
        ["Erf"] = new Erf(),
        ["Gelu"] = new Gelu(),
        ["Gabor"] = new Gabor(),
        ["Sin"] = new Sin(),
        ["Sin with phase"] = new Sin { A = 0.3, B = 1.5, C = -Math.PI / 4 },
        ["Cos"] = new Cos(),
        ["Rbf"] = new Rbf { Gamma = 0.5 },
        ["Exp"] = new Exp { A = 1, B = 0.5 },
        ["Gaussian"] = new Gaussian(),
        ["Sign"] = new Sign(),
        ["Monomial2"] = new Monomial { Degree = 2 },
        ["Monomial3"] = new Monomial { Degree = 3 },
        ["Monomial4"] = new Monomial { Degree = 4 },
        ["Monomial5"] = new Monomial { Degree = 5 },
        ["RectifiedMonomial0"] = new RectifiedMonomial { Degree = 0 },
        ["RectifiedMonomial2"] = new RectifiedMonomial { Degree = 2 },
        ["RectifiedMonomial3"] = new RectifiedMonomial { Degree = 3 },
        ["Polynomial"] = new Polynomial { Coef = [1.3, 0, -1.2, -0.5] },
    };

    [Theory]
    [InlineData("Relu", 0.265378091519, 0.318864669159, 0.0482015997796, 0.162192974434)]
    [InlineData("LeakyRelu", 0.25495625413, 0.358280382019, -0.0109567041785, 0.231376309292)]
    [InlineData("Abs", 0.661512366076, 0.275458676635, 0.692806399118, -0.351228102264)]
    [InlineData("ABRelu", 0.0992751764794, 0.0543613764018, 0.0896133998761, -0.0337664518809)]
    [InlineData("Erf", 0.175479656092, 0.450158158079, -0.220994228495, 0.460641900512)]
    [InlineData("Gelu", 0.188060676735, 0.324817221804, -0.0284740274563, 0.155396019603)]
    [InlineData("Gabor", 0.0129386488429, 0.0411114732676, -0.0174887971348, 0.050572973196)]
    [InlineData("Sin", 0.151107336076, 0.397704300018, -0.191700249782, 0.414830409931)]
    [InlineData("Sin with phase", 0.0116658117291, 0.0262480763904, 0.00153981532402, 0.00346458447906)]
    [InlineData("Cos", 0.397704300018, 0.151107336076, 0.414830409931, -0.191700249782)]
    [InlineData("Rbf", 0.548811636094, 0.548811636094, 0.223130160148, 0.223130160148)]
    [InlineData("Exp", 1.41906754859, 0.354766887148, 1.13314845307, 0.283287113267)]
    [InlineData("Gaussian", 0.353553390593, 0.0707106781186, 0.361787302646, -0.0947087179702)]
    [InlineData("Sign", 0.275458676635, 0, -0.351228102264, 0)]
    [InlineData("Monomial2", 1.23, 1.6, 1.41, -2)]
    [InlineData("Monomial3", 3.66, 11.07, -4.845, 12.69)]
    [InlineData("Monomial4", 18.5505, 58.56, 25.3329, -77.52)]
    [InlineData("Monomial5", 110.7018, 463.7625, -165.16125, 633.3225)]
    [InlineData("RectifiedMonomial0", 0.318864669159, 0, 0.162192974434, 0)]
    [InlineData("RectifiedMonomial2", 0.557602211692, 1.06151236608, 0.034744963457, 0.192806399118)]
    [InlineData("RectifiedMonomial3", 1.91133869794, 5.01841990523, 0.0403898147757, 0.312704671113)]
    [InlineData("Polynomial", 1.2562, 5.0715, -0.61085, 0.2925)]
    public void Dual_AtTheTabulatedPoints_HasTheTabulatedValues(string name, double kA, double dotA, double kB, double dotB)
    {
        (double K, double Dot) a = DualRun.Pair(Layers[name], 1.3, 0.7, 0.4);
        (double K, double Dot) b = DualRun.Pair(Layers[name], 1.3, 0.7, -0.5);
        Close(kA, a.K);
        Close(dotA, a.Dot);
        Close(kB, b.K);
        Close(dotB, b.Dot);
    }

    // Twelve significant digits are given.
    private static void Close(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 6e-12 * Math.Abs(expected), $"{actual:r} instead of {expected:r}");
}
