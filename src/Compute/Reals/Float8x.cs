using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

/// <summary>Eight lanes of float.</summary>
/// <param name="Value">The lanes.</param>
/// <remarks>Where the machine has no registers of 256 bits the runtime uses narrower ones.</remarks>
public readonly record struct Float8x(Vector256<float> Value) : IRealVector<Float8x, float>
{
    /// <summary>The lanes. A field, since each property that formulas read counts against the compiler's budget for inlining.</summary>
#pragma warning disable CA1051 // A visible field: see its summary.
    public readonly Vector256<float> Value = Value;
#pragma warning restore CA1051

    /// <inheritdoc />
    public static bool IsSinglePrecision => true;

    /// <inheritdoc />
    public static int Lanes => Vector256<float>.Count;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x operator +(Float8x left, Float8x right) => new(left.Value + right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x operator -(Float8x left, Float8x right) => new(left.Value - right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x operator *(Float8x left, Float8x right) => new(left.Value * right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x operator /(Float8x left, Float8x right) => new(left.Value / right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x operator -(Float8x value) => new(-value.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Constant(double value) => new(Vector256.Create((float)value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Broadcast(float value) => new(Vector256.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x MultiplyAdd(Float8x a, Float8x b, Float8x c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Sqrt(Float8x value) => new(Vector256.Sqrt(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Abs(Float8x value) => new(Vector256.Abs(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x FlipSign(Float8x value, Float8x sign) => new(value.Value ^ (sign.Value & Vector256.Create(-0f)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Max(Float8x a, Float8x b) => new(Vector256.MaxNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Min(Float8x a, Float8x b) => new(Vector256.MinNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Exp(Float8x value) => new(VectorExponential.Of(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Sin(Float8x value) => new(Vector256.Sin(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x Cos(Float8x value) => new(Vector256.Cos(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float8x IfLess(Float8x a, Float8x b, Float8x then, Float8x otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a.Value, b.Value), then.Value, otherwise.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Float8x Load(float* source) => new(Vector256.Load(source));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Float8x value, float* destination) => Vector256.Store(value.Value, destination);
}
