using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NeuralKernels.Networks;

/// <summary>
/// An elementwise nonlinearity that is known by its function alone: its dual activation is computed by quadrature, once an example,
/// and an expansion in the correlation, for each pair.
/// </summary>
/// <remarks>
/// The function must be continuous. Smooth functions are cheap and accurate, and so are functions with a kink at 0. Kinks elsewhere
/// make the expansion converge slowly: docs/math.md states by how much. A closed form (<see cref="Nonlinearity.Accept"/> with a dual of
/// its own) is faster and exact: prefer it where there is one. Functions are called from several threads at once.
/// </remarks>
public abstract record NumericalNonlinearity : Nonlinearity
{
    /// <summary>Terms of the expansion: more are more accurate and take longer. Odd and even functions need half as many as others.</summary>
    [Range(4, 128)]
    public int Terms { get; init; } = 32;

    /// <summary>
    /// The largest part of the variance of an example that the terms may leave out; beyond it the run ends with an error. It is not lost
    /// but approximated: errors are a small part of it.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Remainder { get; init; } = 0.01;

    /// <summary>Where the function is not smooth, but for 0 in any order.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<double> Kinks => [];

    /// <summary>phi(x), finite for every finite x.</summary>
    public abstract override double Phi(double x);

    /// <summary>phi'(x), finite for every finite x; at a kink the slope of either side.</summary>
    public abstract override double Derivative(double x);

    /// <inheritdoc />
    public sealed override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(this);
}
