using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>An elementwise nonlinearity: known to kernels by its dual activation, or by its function (<see cref="NumericalNonlinearity"/>).</summary>
public abstract record Nonlinearity : Layer
{
    /// <summary>Hands the dual activation to a consumer that is compiled for it.</summary>
    public abstract TResult Accept<TConsumer, TResult>(TConsumer consumer)
        where TConsumer : IDualConsumer<TResult>;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Activate(this);
}

/// <summary>Takes a dual activation as the type that it is.</summary>
/// <typeparam name="TResult">What the consumer makes of it.</typeparam>
public interface IDualConsumer<out TResult>
{
    /// <summary>Takes a dual activation.</summary>
    TResult Take<TDual>(TDual dual)
        where TDual : struct, IDualActivation;

    /// <summary>Takes a nonlinearity that has no dual activation in closed form.</summary>
    TResult Take(NumericalNonlinearity nonlinearity);
}

/// <summary>max(x, 0).</summary>
public sealed record Relu : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(default(RectifierDual));
}

/// <summary>max(x, 0) + alpha min(x, 0).</summary>
public sealed record LeakyRelu : Nonlinearity
{
    /// <summary>Slope for negative arguments.</summary>
    [Range(-1e3, 1e3)]
    public double Alpha { get; init; } = 0.01;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PiecewiseLinearDual(Alpha, 1));
}

/// <summary>|x|.</summary>
public sealed record Abs : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PiecewiseLinearDual(-1, 1));
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
}

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
}

/// <summary>erf(x / 2.4020563531719796) / 2 + 1/2: within 0.017 of the logistic sigmoid, with a closed form.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1707", Justification = "The name in network descriptions.")]
public sealed record Sigmoid_like : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) =>
        consumer.Take(new ErfDual(0.5, 1 / 2.4020563531719796, 0.5));
}

/// <summary>x Phi(x), exact; Phi is the standard normal distribution function.</summary>
public sealed record Gelu : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new GeluDual());
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
}

/// <summary>exp(-x^2) sin x.</summary>
public sealed record Gabor : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new GaborDual());
}

/// <summary>sign(x). Its derivative is zero almost everywhere: the NTK passes only through later layers.</summary>
public sealed record Sign : Nonlinearity
{
    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new SignDual());
}

/// <summary>x^degree.</summary>
public sealed record Monomial : Nonlinearity
{
    /// <summary>Exponent.</summary>
    [Required]
    [Range(0, 12)]
    public int Degree { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer)
    {
        double[] coefficients = new double[Degree + 1];
        coefficients[Degree] = 1;
        return consumer.Take(new PolynomialDual(coefficients));
    }
}

/// <summary>1[x &gt;= 0] x^degree; degree 0 is the step function, degree 1 the ReLU.</summary>
public sealed record RectifiedMonomial : Nonlinearity
{
    /// <summary>Exponent.</summary>
    [Required]
    [Range(0, 12)]
    public int Degree { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new RectifiedMonomialDual(Degree));
}

/// <summary>coef[0] + coef[1] x + coef[2] x^2 + ..</summary>
public sealed record Polynomial : Nonlinearity
{
    /// <summary>Coefficients, that of x^0 first.</summary>
    [Required]
    [MinLength(1)]
    [MaxLength(13)]
    public IReadOnlyList<double> Coef { get; init; } = [0, 1];

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new PolynomialDual(Coef));

    /// <inheritdoc />
    public bool Equals(Polynomial? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The Hermite polynomial He_degree / sqrt(degree!); exact for preactivations of unit variance only.</summary>
public sealed record Hermite : Nonlinearity
{
    /// <summary>Degree of the polynomial.</summary>
    [Required]
    [Range(0, 100)]
    public int Degree { get; init; } = 1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new HermiteDual(Degree));
}

/// <summary>
/// The normalised exponential kernel sqrt(q1 q2) exp(gamma (u + shift)) of the correlation u (Shankar et al. 2020): a kernel
/// operation without a network of finite width.
/// </summary>
public sealed record ExpNormalized : Nonlinearity
{
    /// <summary>gamma.</summary>
    [Range(0.0, 1e3)]
    public double Gamma { get; init; } = 1;

    /// <summary>shift; -1 keeps the variance.</summary>
    [Range(-1e3, 1e3)]
    public double Shift { get; init; } = -1;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new ExpNormalizedDual(Gamma, Shift));
}
