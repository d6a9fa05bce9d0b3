using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Networks;

/// <summary>tanh x.</summary>
public sealed record Tanh : NumericalNonlinearity
{
    /// <inheritdoc />
    public override double Phi(double x) => Math.Tanh(x);

    /// <inheritdoc />
    public override double Derivative(double x)
    {
        // 1 - tanh^2 x cancels.
        double secant = 1 / Math.Cosh(x);
        return secant * secant;
    }
}

/// <summary>The logistic sigmoid 1 / (1 + exp(-x)).</summary>
public sealed record Sigmoid : NumericalNonlinearity
{
    /// <inheritdoc />
    public override double Phi(double x) => Logistic.Value(x);

    /// <inheritdoc />
    public override double Derivative(double x) => Logistic.Slope(x);
}

/// <summary>log(1 + exp(x)).</summary>
public sealed record Softplus : NumericalNonlinearity
{
    /// <inheritdoc />
    public override double Phi(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    /// <inheritdoc />
    public override double Derivative(double x) => Logistic.Value(x);
}

/// <summary>x / (1 + exp(-x)), also known as Swish.</summary>
public sealed record Silu : NumericalNonlinearity
{
    /// <inheritdoc />
    public override double Phi(double x) => x * Logistic.Value(x);

    /// <inheritdoc />
    public override double Derivative(double x) => Logistic.Value(x) + x * Logistic.Slope(x);
}

/// <summary>x for x &gt; 0, alpha (exp(x) - 1) else.</summary>
public sealed record Elu : NumericalNonlinearity
{
    /// <summary>alpha: minus the limit at minus infinity.</summary>
    [Range(0.0, 1e3)]
    public double Alpha { get; init; } = 1;

    /// <inheritdoc />
    public override IReadOnlyList<double> Kinks => [0];

    /// <inheritdoc />
    public override double Phi(double x) => x > 0 ? x : Alpha * 2 * Math.Sinh(0.5 * Math.Max(x, -100)) * Math.Exp(0.5 * Math.Max(x, -100));

    /// <inheritdoc />
    public override double Derivative(double x) => x > 0 ? 1 : Alpha * Math.Exp(x);
}

/// <summary>The logistic function, without overflow and cancellation.</summary>
internal static class Logistic
{
    public static double Value(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    public static double Slope(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return e / ((1 + e) * (1 + e));
    }
}
