using System.Numerics;

namespace NeuralKernels.Compute;

/// <summary>
/// Real arithmetic without branches: a formula that is written once over this interface runs on one double, on SIMD vectors of
/// float or double, and on any type that records the operations.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <remarks>There are no comparisons that return a truth value: a choice is made by <see cref="IfLess"/>, lane by lane.</remarks>
public interface IReal<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>,
    IDivisionOperators<TSelf, TSelf, TSelf>,
    IUnaryNegationOperators<TSelf, TSelf>
    where TSelf : struct, IReal<TSelf>
{
    /// <summary>True where entries have 24 significant bits, so that approximations may stop there.</summary>
    static abstract bool IsSinglePrecision { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Constant(double value);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>Square root; NaN for negative numbers.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Absolute value.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary><paramref name="value"/>, negated where <paramref name="sign"/> is negative.</summary>
    static abstract TSelf FlipSign(TSelf value, TSelf sign);

    /// <summary>The greater; NaN if <paramref name="a"/> is. Unspecified where <paramref name="b"/> is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller; NaN if <paramref name="a"/> is. Unspecified where <paramref name="b"/> is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Exponential function.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>Sine of radians.</summary>
    static abstract TSelf Sin(TSelf value);

    /// <summary>Cosine of radians.</summary>
    static abstract TSelf Cos(TSelf value);

    /// <summary><paramref name="then"/> where a &lt; b, else <paramref name="otherwise"/> (also where either is NaN).</summary>
    static abstract TSelf IfLess(TSelf a, TSelf b, TSelf then, TSelf otherwise);
}

/// <summary>A real type whose lanes are loaded from and stored to memory.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TScalar">The type of a lane.</typeparam>
public unsafe interface IRealVector<TSelf, TScalar> : IReal<TSelf>
    where TSelf : struct, IRealVector<TSelf, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Number of lanes.</summary>
    static abstract int Lanes { get; }

    /// <summary>Reads as many numbers as there are lanes.</summary>
    static abstract TSelf Load(TScalar* source);

    /// <summary>Writes as many numbers as there are lanes.</summary>
    static abstract void Store(TSelf value, TScalar* destination);

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Broadcast(TScalar value);
}
