using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Networks;

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

    /// <inheritdoc />
    public override double Phi(double x) => Math.Pow(x, Degree);

    /// <inheritdoc />
    public override double Derivative(double x) => Degree == 0 ? 0 : Degree * Math.Pow(x, Degree - 1);
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

    /// <inheritdoc />
    public override double Phi(double x) => x < 0 ? 0 : Math.Pow(x, Degree);

    /// <inheritdoc />
    public override double Derivative(double x) => x < 0 || Degree == 0 ? 0 : Degree * Math.Pow(x, Degree - 1);
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
    public override double Phi(double x) => Evaluate(x).Value;

    /// <inheritdoc />
    public override double Derivative(double x) => Evaluate(x).Slope;

    /// <inheritdoc />
    public bool Equals(Polynomial? other) => base.Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => base.GetHashCode();

    // Horner's rule.
    private (double Value, double Slope) Evaluate(double x)
    {
        double value = 0, slope = 0;
        for (int i = Coef.Count - 1; i >= 0; i--)
        {
            slope = slope * x + value;
            value = value * x + Coef[i];
        }

        return (value, slope);
    }
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

    /// <inheritdoc />
    public override double Phi(double x) => Evaluate(Degree, x);

    /// <inheritdoc />
    public override double Derivative(double x) => Degree == 0 ? 0 : Math.Sqrt(Degree) * Evaluate(Degree - 1, x);

    // h_(n+1) = (x h_n - sqrt(n) h_(n-1)) / sqrt(n + 1) for h_n = He_n / sqrt(n!), and h_n' = sqrt(n) h_(n-1).
    private static double Evaluate(int degree, double x)
    {
        (double previous, double value) = (0, 1);
        for (int n = 0; n < degree; n++)
            (previous, value) = (value, (x * value - Math.Sqrt(n) * previous) / Math.Sqrt(n + 1));
        return value;
    }
}
