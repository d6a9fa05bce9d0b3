using NeuralKernels.Networks;

namespace Example.CustomLayers;

/// <summary>x tanh(log(1 + exp(x))) (Misra 2019).</summary>
public sealed record Mish : NumericalNonlinearity
{
    // tanh(log y) = (y^2 - 1) / (y^2 + 1) with y = 1 + exp(x).
    /// <inheritdoc />
    public override double Phi(double x) => x * Gate(x);

    /// <inheritdoc />
    public override double Derivative(double x)
    {
        double gate = Gate(x);
        return gate + x * (1 - gate) * (1 + gate) / (1 + Math.Exp(-x));
    }

    private static double Gate(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x > 0 ? (1 + 2 * e) / (1 + 2 * e + 2 * e * e) : e * (e + 2) / (e * (e + 2) + 2);
    }
}
