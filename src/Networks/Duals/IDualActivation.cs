using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>
/// What an elementwise nonlinearity phi does to a pair covariance: with (u, v) ~ N(0, [[q1, k], [k, q2]]), the covariance
/// K' = E[phi(u) phi(v)] and the derivative Kdot = E[phi'(u) phi'(v)]; the NTK becomes Theta' = Theta Kdot.
/// </summary>
/// <remarks>
/// A struct that holds the nonlinearity's parameters. Each method is written once over <see cref="IReal{TSelf}"/> and runs on
/// scalars and on SIMD vectors. What depends on one example only (q1 or q2) belongs to <see cref="Side"/>: it is computed
/// once an example in float64, not once a pair.
/// </remarks>
public interface IDualActivation
{
    /// <summary>How many of the factors of <see cref="Side{T}"/> are used: 0 to 3, in the order A, B, C.</summary>
    int SideFactors { get; }

    /// <summary>Factors of one example with variance q &gt;= 0. Finite for every finite q, 0 included.</summary>
    Side<T> Side<T>(T q)
        where T : struct, IReal<T>;

    /// <summary>The duals of a pair.</summary>
    /// <param name="k">Covariance; |k| may exceed sqrt(q1 q2) by rounding.</param>
    /// <param name="x">Factors of the row example.</param>
    /// <param name="y">Factors of the column example.</param>
    Dual<T> Evaluate<T>(T k, Side<T> x, Side<T> y)
        where T : struct, IReal<T>;

    /// <summary>The variance map: the duals at k = q1 = q2 = q, exact there.</summary>
    Dual<T> Diagonal<T>(T q)
        where T : struct, IReal<T>;
}

/// <summary>Factors that depend on one example only.</summary>
/// <param name="A">First factor.</param>
/// <param name="B">Second factor.</param>
/// <param name="C">Third factor.</param>
public readonly record struct Side<T>(T A, T B = default, T C = default)
    where T : struct
{
#pragma warning disable CA1051 // Visible fields: each property that formulas read counts against the compiler's budget for inlining.
    /// <summary>First factor.</summary>
    public readonly T A = A;

    /// <summary>Second factor.</summary>
    public readonly T B = B;

    /// <summary>Third factor.</summary>
    public readonly T C = C;
#pragma warning restore CA1051
}

/// <summary>The two duals of a nonlinearity at a pair.</summary>
/// <param name="Covariance">K' = E[phi(u) phi(v)].</param>
/// <param name="Derivative">Kdot = E[phi'(u) phi'(v)].</param>
public readonly record struct Dual<T>(T Covariance, T Derivative)
    where T : struct
{
#pragma warning disable CA1051 // Visible fields: each property that formulas read counts against the compiler's budget for inlining.
    /// <summary>K'.</summary>
    public readonly T Covariance = Covariance;

    /// <summary>Kdot.</summary>
    public readonly T Derivative = Derivative;
#pragma warning restore CA1051
}
