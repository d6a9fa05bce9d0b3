using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Networks;

/// <summary>max(x, 0).</summary>
public sealed record Relu : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(default(RectifierDual));

    /// <inheritdoc />
    public override double Phi(double x) => Math.Max(x, 0);

    /// <inheritdoc />
    public override double Derivative(double x) => x < 0 ? 0 : 1;
}

/// <summary>max(x, 0) + alpha min(x, 0).</summary>
public sealed record LeakyRelu : Nonlinearity
{
    /// <summary>Slope for negative arguments.</summary>
    [Range(-1e3, 1e3)]
    public double Alpha { get; init; } = 0.01;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PiecewiseLinearDual(Alpha, 1));

    /// <inheritdoc />
    public override double Phi(double x) => x < 0 ? Alpha * x : x;

    /// <inheritdoc />
    public override double Derivative(double x) => x < 0 ? Alpha : 1;
}

/// <summary>|x|.</summary>
public sealed record Abs : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PiecewiseLinearDual(-1, 1));

    /// <inheritdoc />
    public override double Phi(double x) => Math.Abs(x);

    /// <inheritdoc />
    public override double Derivative(double x) => x < 0 ? -1 : 1;
}

/// <summary>a min(x, 0) + b max(x, 0).</summary>
public sealed record ABRelu : Nonlinearity
{
    /// <summary>Slope a for negative arguments.</summary>
    [Required]
    [Range(-1e3, 1e3)]
    public double A { get; init; }

    /// <summary>Slope b for positive arguments.</summary>
    [Required]
    [Range(-1e3, 1e3)]
    public double B { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PiecewiseLinearDual(A, B));

    /// <inheritdoc />
    public override double Phi(double x) => x < 0 ? A * x : B * x;

    /// <inheritdoc />
    public override double Derivative(double x) => x < 0 ? A : B;
}

/// <summary>sign(x). Its derivative is zero almost everywhere: the NTK passes only through later layers.</summary>
public sealed record Sign : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new SignDual());

    /// <inheritdoc />
    public override double Phi(double x) => x < 0 ? -1 : 1;

    /// <inheritdoc />
    public override double Derivative(double x) => 0;
}
