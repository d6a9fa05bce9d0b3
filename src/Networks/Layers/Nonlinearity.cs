using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>
/// An elementwise nonlinearity: known to kernels by its dual activation, to networks of finite width by its function. Where there is no
/// closed form the function is enough: <see cref="NumericalNonlinearity"/>.
/// </summary>
public abstract record Nonlinearity : Layer
{
    /// <summary>Hands the dual activation to a consumer that is compiled for it.</summary>
    public abstract TResult Accept<TConsumer, TResult>(TConsumer consumer)
        where TConsumer : IDualConsumer<TResult>;

    /// <summary>The function phi.</summary>
    /// <exception cref="UserErrorException">The nonlinearity is known by its kernel alone.</exception>
    public virtual double Phi(double x) => throw NoFunction();

    /// <summary>Its derivative phi', almost everywhere.</summary>
    /// <exception cref="UserErrorException">The nonlinearity is known by its kernel alone.</exception>
    public virtual double Derivative(double x) => throw NoFunction();

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder) => builder.Activate(this);

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder) => builder.Activate(this);

    private UserErrorException NoFunction() => new(
        $"{Title} has no finite-width form: it is known by its kernel alone.", "Its kernel cannot be checked by finite networks: leave the layer out of them.");
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
