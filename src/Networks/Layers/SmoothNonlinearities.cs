using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Networks;

/// <summary>a erf(b x) + c.</summary>
public sealed record Erf : Nonlinearity
{
    /// <summary>Scale a.</summary>
    [Range(-1e3, 1e3)]
    public double A { get; init; } = 1;

    /// <summary>Slope b.</summary>
    [Range(-1e3, 1e3)]
    public double B { get; init; } = 1;

    /// <summary>Offset c.</summary>
    [Range(-1e3, 1e3)]
    public double C { get; init; }

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new ErfDual(A, B, C));

    /// <inheritdoc />
    public override double Phi(double x) => A * ErrorFunction.Erf(B * x) + C;

    /// <inheritdoc />
    public override double Derivative(double x) => A * B * ErrorFunction.Derivative(B * x);
}

/// <summary>erf(x / 2.4020563531719796) / 2 + 1/2: within 0.017 of the logistic sigmoid, with a closed form.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1707", Justification = "The name in network descriptions.")]
public sealed record Sigmoid_like : Nonlinearity
{
    private const double Slope = 1 / 2.4020563531719796;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) =>
        consumer.Take(new ErfDual(0.5, Slope, 0.5));

    /// <inheritdoc />
    public override double Phi(double x) => 0.5 * ErrorFunction.Erf(Slope * x) + 0.5;

    /// <inheritdoc />
    public override double Derivative(double x) => 0.5 * Slope * ErrorFunction.Derivative(Slope * x);
}

/// <summary>x Phi(x), exact; Phi is the standard normal distribution function.</summary>
public sealed record Gelu : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new GeluDual());

    /// <inheritdoc />
    public override double Phi(double x) => x * Normal(x);

    /// <inheritdoc />
    public override double Derivative(double x) => Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    private static double Normal(double x) => 0.5 * (1 + ErrorFunction.Erf(x / Math.Sqrt(2)));
}

/// <summary>a sin(b x + c).</summary>
public sealed record Sin : Nonlinearity
{
    /// <summary>Amplitude a.</summary>
    [Range(-1e3, 1e3)]
    public double A { get; init; } = 1;

    /// <summary>Frequency b.</summary>
    [Range(-1e3, 1e3)]
    public double B { get; init; } = 1;

    /// <summary>Phase c, in radians.</summary>
    [Range(-1e3, 1e3)]
    public double C { get; init; }

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new SineDual(A, B, C));

    /// <inheritdoc />
    public override double Phi(double x) => A * Math.Sin(B * x + C);

    /// <inheritdoc />
    public override double Derivative(double x) => A * B * Math.Cos(B * x + C);
}

/// <summary>a cos(b x + c).</summary>
public sealed record Cos : Nonlinearity
{
    /// <summary>Amplitude a.</summary>
    [Range(-1e3, 1e3)]
    public double A { get; init; } = 1;

    /// <summary>Frequency b.</summary>
    [Range(-1e3, 1e3)]
    public double B { get; init; } = 1;

    /// <summary>Phase c, in radians.</summary>
    [Range(-1e3, 1e3)]
    public double C { get; init; }

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new SineDual(A, B, C + Math.PI / 2));

    /// <inheritdoc />
    public override double Phi(double x) => A * Math.Cos(B * x + C);

    /// <inheritdoc />
    public override double Derivative(double x) => -A * B * Math.Sin(B * x + C);
}

/// <summary>sqrt(2) sin(sqrt(2 gamma) x + pi/4): its dual is the Gaussian kernel exp(-gamma |u - v|^2) of the preactivations.</summary>
public sealed record Rbf : Nonlinearity
{
    /// <summary>gamma.</summary>
    [Range(0.0, 1e6)]
    public double Gamma { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) =>
        consumer.Take(new SineDual(Math.Sqrt(2), Math.Sqrt(2 * Gamma), Math.PI / 4));

    /// <inheritdoc />
    public override double Phi(double x) => Math.Sqrt(2) * Math.Sin(Math.Sqrt(2 * Gamma) * x + Math.PI / 4);

    /// <inheritdoc />
    public override double Derivative(double x) => 2 * Math.Sqrt(Gamma) * Math.Cos(Math.Sqrt(2 * Gamma) * x + Math.PI / 4);
}

/// <summary>a exp(b x).</summary>
public sealed record Exp : Nonlinearity
{
    /// <summary>Amplitude a.</summary>
    [Range(-1e3, 1e3)]
    public double A { get; init; } = 1;

    /// <summary>Rate b.</summary>
    [Range(-1e3, 1e3)]
    public double B { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new ExponentialDual(A, B));

    /// <inheritdoc />
    public override double Phi(double x) => A * Math.Exp(B * x);

    /// <inheritdoc />
    public override double Derivative(double x) => A * B * Math.Exp(B * x);
}

/// <summary>a exp(b x^2), b at most 0.</summary>
public sealed record Gaussian : Nonlinearity
{
    /// <summary>Amplitude a.</summary>
    [Range(-1e3, 1e3)]
    public double A { get; init; } = 1;

    /// <summary>Rate b; for a positive one the expectation diverges.</summary>
    [Range(-1e6, 0.0)]
    public double B { get; init; } = -1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new GaussianDual(A, B));

    /// <inheritdoc />
    public override double Phi(double x) => A * Math.Exp(B * x * x);

    /// <inheritdoc />
    public override double Derivative(double x) => 2 * A * B * x * Math.Exp(B * x * x);
}

/// <summary>exp(-x^2) sin x.</summary>
public sealed record Gabor : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new GaborDual());

    /// <inheritdoc />
    public override double Phi(double x) => Math.Exp(-x * x) * Math.Sin(x);

    /// <inheritdoc />
    public override double Derivative(double x) => Math.Exp(-x * x) * (Math.Cos(x) - 2 * x * Math.Sin(x));
}
