using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace Example.CustomLayers;

/// <summary>x + c x^2.</summary>
public sealed record Quadratic : Nonlinearity
{
    /// <summary>Curvature c.</summary>
    [Range(-1e3, 1e3)]
    public double Curvature { get; init; } = 0.5;

    /// <inheritdoc />
    public override TResult Accept<TConsumer, TResult>(TConsumer consumer) => consumer.Take(new QuadraticDual(Curvature));

    /// <inheritdoc />
    public override double Phi(double x) => x + Curvature * x * x;

    /// <inheritdoc />
    public override double Derivative(double x) => 1 + 2 * Curvature * x;
}

/// <summary>E[(u + c u^2)(v + c v^2)] = k + c^2 (q1 q2 + 2 k^2), and its derivative in k, 1 + 4 c^2 k.</summary>
/// <param name="Curvature">c.</param>
public readonly record struct QuadraticDual(double Curvature) : IDualActivation
{
    /// <inheritdoc />
    public int SideFactors => 1;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => new(q);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>
    {
        T square = T.Constant(Curvature * Curvature);
        T fourth = x.A * y.A + T.Constant(2) * k * k;
        return new Dual<T>(
            T.MultiplyAdd(square, fourth, k),
            T.MultiplyAdd(T.Constant(4) * square, k, T.Constant(1)));
    }

    /// <inheritdoc />
    public Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T> => Evaluate(q, Side(q), Side(q));
}
