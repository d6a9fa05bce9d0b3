using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

/// <summary>Sixteen lanes of float.</summary>
/// <param name="Value">The lanes.</param>
/// <remarks>Where the machine has no registers of 512 bits the runtime uses narrower ones.</remarks>
public readonly record struct Float16x(Vector512<float> Value) : IRealVector<Float16x, float>
{
    /// <summary>The lanes. A field, since each property that formulas read counts against the compiler's budget for inlining.</summary>
#pragma warning disable CA1051 // A visible field: see its summary.
    public readonly Vector512<float> Value = Value;
#pragma warning restore CA1051

    /// <inheritdoc />
    public static bool IsSinglePrecision => true;

    /// <inheritdoc />
    public static int Lanes => Vector512<float>.Count;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x operator +(Float16x left, Float16x right) => new(left.Value + right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x operator -(Float16x left, Float16x right) => new(left.Value - right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x operator *(Float16x left, Float16x right) => new(left.Value * right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x operator /(Float16x left, Float16x right) => new(left.Value / right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x operator -(Float16x value) => new(-value.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Constant(double value) => new(Vector512.Create((float)value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Broadcast(float value) => new(Vector512.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x MultiplyAdd(Float16x a, Float16x b, Float16x c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Sqrt(Float16x value) => new(Vector512.Sqrt(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Abs(Float16x value) => new(Vector512.Abs(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x FlipSign(Float16x value, Float16x sign) => new(value.Value ^ (sign.Value & Vector512.Create(-0f)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Max(Float16x a, Float16x b) => new(Vector512.MaxNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Min(Float16x a, Float16x b) => new(Vector512.MinNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Exp(Float16x value) => new(VectorExponential.Of(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Sin(Float16x value) => new(Vector512.Sin(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x Cos(Float16x value) => new(Vector512.Cos(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float16x IfLess(Float16x a, Float16x b, Float16x then, Float16x otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), then.Value, otherwise.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Float16x Load(float* source) => new(Vector512.Load(source));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Float16x value, float* destination) => Vector512.Store(value.Value, destination);
}
