using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

/// <summary>Eight lanes of double.</summary>
/// <param name="Value">The lanes.</param>
/// <remarks>Where the machine has no registers of 512 bits the runtime uses narrower ones.</remarks>
public readonly record struct Double8x(Vector512<double> Value) : IRealVector<Double8x, double>
{
    /// <summary>The lanes. A field, since each property that formulas read counts against the compiler's budget for inlining.</summary>
#pragma warning disable CA1051 // A visible field: see its summary.
    public readonly Vector512<double> Value = Value;
#pragma warning restore CA1051

    /// <inheritdoc />
    public static bool IsSinglePrecision => false;

    /// <inheritdoc />
    public static int Lanes => Vector512<double>.Count;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x operator +(Double8x left, Double8x right) => new(left.Value + right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x operator -(Double8x left, Double8x right) => new(left.Value - right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x operator *(Double8x left, Double8x right) => new(left.Value * right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x operator /(Double8x left, Double8x right) => new(left.Value / right.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x operator -(Double8x value) => new(-value.Value);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Constant(double value) => new(Vector512.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Broadcast(double value) => new(Vector512.Create(value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x MultiplyAdd(Double8x a, Double8x b, Double8x c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Sqrt(Double8x value) => new(Vector512.Sqrt(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Abs(Double8x value) => new(Vector512.Abs(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x FlipSign(Double8x value, Double8x sign) => new(value.Value ^ (sign.Value & Vector512.Create(-0.0)));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Max(Double8x a, Double8x b) => new(Vector512.MaxNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Min(Double8x a, Double8x b) => new(Vector512.MinNative(b.Value, a.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Exp(Double8x value) => new(VectorExponential.Of(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Sin(Double8x value) => new(Vector512.Sin(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x Cos(Double8x value) => new(Vector512.Cos(value.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double8x IfLess(Double8x a, Double8x b, Double8x then, Double8x otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.Value, b.Value), then.Value, otherwise.Value));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Double8x Load(double* source) => new(Vector512.Load(source));

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Double8x value, double* destination) => Vector512.Store(value.Value, destination);
}
