using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Kernels.Vector;

// Notation: s = x . y, r = |x - y|, l lengthscale, v variance.

/// <summary>A kernel as a function of the inner product and the squared distance of two vectors.</summary>
internal interface IPairFunction
{
    /// <summary>All parameters as text.</summary>
    string CanonicalText { get; }

    /// <summary>The kernel of a pair.</summary>
    /// <param name="product">s.</param>
    /// <param name="squaredDistance">r^2 &gt;= 0.</param>
    T Evaluate<T>(T product, T squaredDistance)
        where T : struct, IReal<T>;
}

/// <summary>v exp(-r^2 / (2 l^2)).</summary>
internal readonly record struct GaussianFunction(double Variance, double Lengthscale) : IPairFunction
{
    public string CanonicalText => $"variance={Variance:r}, lengthscale={Lengthscale:r}";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Evaluate<T>(T product, T squaredDistance)
        where T : struct, IReal<T> =>
        T.Constant(Variance) * T.Exp(squaredDistance * T.Constant(-0.5 / (Lengthscale * Lengthscale)));
}

/// <summary>Orders of the Matern kernel with simple closed forms.</summary>
internal enum MaternOrder
{
    OneHalf,
    ThreeHalves,
    FiveHalves,
}

/// <summary>
/// With a = sqrt(2 nu) r / l: v exp(-a), v (1 + a) exp(-a), v (1 + a + a^2 / 3) exp(-a)
/// (Rasmussen and Williams 2006, equations 4.16 and 4.17).
/// </summary>
internal readonly record struct MaternFunction(double Variance, double Lengthscale, MaternOrder Smoothness) : IPairFunction
{
    public string CanonicalText => $"variance={Variance:r}, lengthscale={Lengthscale:r}, nu={(int)Smoothness}.5";

    public static MaternOrder Order(double nu) => nu switch
    {
        0.5 => MaternOrder.OneHalf,
        1.5 => MaternOrder.ThreeHalves,
        _ => MaternOrder.FiveHalves,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Evaluate<T>(T product, T squaredDistance)
        where T : struct, IReal<T>
    {
        T a = T.Sqrt(squaredDistance) * T.Constant(Math.Sqrt(2 * (int)Smoothness + 1) / Lengthscale);
        T decay = T.Constant(Variance) * T.Exp(-a);
        return Smoothness switch
        {
            MaternOrder.OneHalf => decay,
            MaternOrder.ThreeHalves => decay * (T.Constant(1) + a),
            _ => decay * T.MultiplyAdd(a, T.MultiplyAdd(a, T.Constant(1.0 / 3), T.Constant(1)), T.Constant(1)),
        };
    }
}

/// <summary>(scale s + offset)^degree.</summary>
internal readonly record struct PolynomialFunction(double Scale, double Offset, int Degree) : IPairFunction
{
    public string CanonicalText => $"scale={Scale:r}, offset={Offset:r}, degree={Degree}";

    public T Evaluate<T>(T product, T squaredDistance)
        where T : struct, IReal<T>
    {
        T value = T.MultiplyAdd(product, T.Constant(Scale), T.Constant(Offset));
        T power = value;
        for (int i = 1; i < Degree; i++)
            power *= value;
        return power;
    }
}
