using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>A nonlinearity with its function and derivative, both written out here for independent checks.</summary>
/// <param name="Layer">The nonlinearity.</param>
/// <param name="Phi">phi.</param>
/// <param name="Slope">phi', almost everywhere.</param>
/// <param name="IsContinuous">False for functions with jumps: their Kdot is not the derivative of K'.</param>
internal sealed record Sample(Nonlinearity Layer, Func<double, double> Phi, Func<double, double> Slope, bool IsContinuous = true)
{
    /// <summary>All nonlinearities that are functions of a preactivation of any variance.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        new(new Relu(), x => Math.Max(x, 0), Step),
        new(new LeakyRelu { Alpha = 0.1 }, x => x < 0 ? 0.1 * x : x, x => x < 0 ? 0.1 : 1),
        new(new Abs(), Math.Abs, x => x < 0 ? -1 : 1),
        new(new ABRelu { A = -0.5, B = 0.25 }, x => x < 0 ? -0.5 * x : 0.25 * x, x => x < 0 ? -0.5 : 0.25),
        new(new Erf(), ErrorFunction, x => Gauss(x)),
        new(new Erf { A = 0.7, B = 1.9, C = -0.3 }, x => 0.7 * ErrorFunction(1.9 * x) - 0.3, x => 0.7 * 1.9 * Gauss(1.9 * x)),
        new(new Sigmoid_like(), x => 0.5 + 0.5 * ErrorFunction(x / 2.4020563531719796), x => 0.5 / 2.4020563531719796 * Gauss(x / 2.4020563531719796)),
        new(new Gelu(), x => x * Normal(x), x => Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        new(new Sin(), Math.Sin, Math.Cos),
        new(new Sin { A = 0.3, B = 1.5, C = -Math.PI / 4 }, x => 0.3 * Math.Sin(1.5 * x - Math.PI / 4), x => 0.45 * Math.Cos(1.5 * x - Math.PI / 4)),
        new(new Sin { A = 1.2, B = 0.8, C = 0.4 }, x => 1.2 * Math.Sin(0.8 * x + 0.4), x => 0.96 * Math.Cos(0.8 * x + 0.4)),
        new(new Cos(), Math.Cos, x => -Math.Sin(x)),
        new(new Rbf { Gamma = 0.5 }, x => Math.Sqrt(2) * Math.Sin(x + Math.PI / 4), x => Math.Sqrt(2) * Math.Cos(x + Math.PI / 4)),
        new(new Exp { A = 1, B = 0.5 }, x => Math.Exp(0.5 * x), x => 0.5 * Math.Exp(0.5 * x)),
        new(new Gaussian(), x => Math.Exp(-x * x), x => -2 * x * Math.Exp(-x * x)),
        new(new Gabor(), x => Math.Exp(-x * x) * Math.Sin(x), x => Math.Exp(-x * x) * (Math.Cos(x) - 2 * x * Math.Sin(x))),
        new(new Sign(), x => x < 0 ? -1 : 1, _ => 0, IsContinuous: false),
        .. Enumerable.Range(0, 6).Select(n => new Sample(new Monomial { Degree = n }, x => Math.Pow(x, n), x => n == 0 ? 0 : n * Math.Pow(x, n - 1))),
        .. Enumerable.Range(0, 5).Select(n => new Sample(
            new RectifiedMonomial { Degree = n }, x => Step(x) * Math.Pow(x, n), x => n == 0 ? 0 : Step(x) * n * Math.Pow(x, n - 1), n > 0)),
        new(new Polynomial { Coef = [1.3, 0, -1.2, -0.5] }, x => 1.3 - 1.2 * x * x - 0.5 * x * x * x, x => -2.4 * x - 1.5 * x * x),
    ];

    /// <summary>Those and the two that are defined through the kernel alone or for unit variance.</summary>
    public static IReadOnlyList<Nonlinearity> Layers { get; } =
        [.. All.Select(s => s.Layer), new ExpNormalized { Gamma = 1.5 }, .. Enumerable.Range(0, 5).Select(n => new Hermite { Degree = n })];

    public static Sample Of(string text) => All.Single(s => s.Layer.CanonicalText == text);

    public static TheoryData<string> Names() => [.. All.Select(s => s.Layer.CanonicalText)];

    public static TheoryData<string> LayerNames() => [.. Layers.Select(l => l.CanonicalText)];

    public static Nonlinearity LayerOf(string text) => Layers.Single(l => l.CanonicalText == text);

    private static double Step(double x) => x < 0 ? 0 : 1;

    private static double Gauss(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);

    private static double Normal(double x) => 0.5 * (1 + ErrorFunction(x / Math.Sqrt(2)));

    // erf x = 2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!: all terms are of one sign.
    private static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return sum * Gauss(x);
    }
}
