using System.Text.Json.Serialization;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>A nonlinearity that has a closed form, declared by its function alone.</summary>
internal sealed record Declared : NumericalNonlinearity
{
    /// <summary>Canonical text of the closed form among the samples.</summary>
    public string Name { get; init; } = "";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<double> Kinks => [0];

    public override double Phi(double x) => Sample.Of(Name).Phi(x);

    public override double Derivative(double x) => Sample.Of(Name).Slope(x);
}

/// <summary>A function given by delegates; the name tells it from others.</summary>
internal sealed record Given : NumericalNonlinearity
{
    private readonly Func<double, double> _value;
    private readonly Func<double, double> _slope;

    public Given(string name, Func<double, double> value, Func<double, double> slope, params double[] kinks) => (Name, _value, _slope, Kinks) = (name, value, slope, kinks);

    public string Name { get; init; }

    public override IReadOnlyList<double> Kinks { get; }

    public override double Phi(double x) => _value(x);

    public override double Derivative(double x) => _slope(x);
}

/// <summary>What docs/math.md promises of an expansion.</summary>
internal static class SeriesBound
{
    /// <summary>What is left of a class counts as rounding below this part of the whole; there are two classes.</summary>
    public const double Dropped = 2e-14;

    /// <summary>
    /// Bounds of what a pair loses by the terms that are left out. By Cauchy and Schwarz the true sum of a class is at most the root of
    /// the product of what the two sides have left, times |u|^Next, and so is the series that stands for it. What is below 1e-14 of the whole
    /// counts as rounding.
    /// </summary>
    public static DualError Of(NumericalNonlinearity phi, double q1, double q2, double u)
    {
        HermiteExpansion expansion = DualRun.Expansion(phi);
        double[] x = DualRun.Factors(phi, q1), y = DualRun.Factors(phi, q2);
        DualError total = default;
        (double k1, double dot1) = DualRun.Diagonal(phi, q1);
        (double k2, double dot2) = DualRun.Diagonal(phi, q2);
        foreach (HermiteClass part in expansion.Parts)
        {
            double power = Math.Pow(Math.Abs(u), part.Next);
            double Left(double[] f, int amplitude, double scale, double whole) =>
                Math.Max(scale * f[part.Factor + amplitude] / Math.Sqrt(f[part.Factor] * (2 - f[part.Factor])), Math.Sqrt(0.5 * Dropped * whole));
            double Cross(int factor) => part.HasKink ? 2 * (Math.Abs(x[part.Factor + factor]) + Math.Abs(y[part.Factor + factor])) / (1 - HermiteExpansion.CrossRatio(part)) : 0;
            total += new DualError(
                power * Math.Abs(u) * (2 * Left(x, 2, Math.Sqrt(q1), k1) * Left(y, 2, Math.Sqrt(q2), k2) + Math.Sqrt(q1 * q2) * Cross(4)),
                power * (2 * Left(x, 1, 1, dot1) * Left(y, 1, 1, dot2) + Cross(3)));
        }

        return total;
    }
}
