using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

/// <summary>Four lanes of double.</summary>
/// <param name="Value">The lanes.</param>
/// <remarks>Where the machine has no registers of 256 bits the runtime uses narrower ones.</remarks>
public readonly record struct Double4x(Vector256<double> Value) : IRealVector<Double4x, double>
{
    /// <summary>The lanes. A field, since each property that formulas read counts against the compiler's budget for inlining.</summary>
#pragma warning disable CA1051 // A visible field: see its summary.
    public readonly Vector256<double> Value = Value;
#pragma warning restore CA1051

    /// <inheritdoc />
    public static bool IsSinglePrecision => false;

    /// <inheritdoc />
    public static int Lanes => Vector256<double>.Count;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x operator +(Double4x left, Double4x right) => new(left.Value + right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x operator -(Double4x left, Double4x right) => new(left.Value - right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x operator *(Double4x left, Double4x right) => new(left.Value * right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x operator /(Double4x left, Double4x right) => new(left.Value / right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x operator -(Double4x value) => new(-value.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Constant(double value) => new(Vector256.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Broadcast(double value) => new(Vector256.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x MultiplyAdd(Double4x a, Double4x b, Double4x c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Sqrt(Double4x value) => new(Vector256.Sqrt(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Abs(Double4x value) => new(Vector256.Abs(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x FlipSign(Double4x value, Double4x sign) => new(value.Value ^ (sign.Value & Vector256.Create(-0.0)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Max(Double4x a, Double4x b) => new(Vector256.MaxNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Min(Double4x a, Double4x b) => new(Vector256.MinNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Exp(Double4x value) => new(VectorExponential.Of(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Sin(Double4x value) => new(Vector256.Sin(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x Cos(Double4x value) => new(Vector256.Cos(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double4x IfLess(Double4x a, Double4x b, Double4x then, Double4x otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), then.Value, otherwise.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Double4x Load(double* source) => new(Vector256.Load(source));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Double4x value, double* destination) => Vector256.Store(value.Value, destination);
}
