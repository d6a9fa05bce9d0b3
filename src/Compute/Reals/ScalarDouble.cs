using System.Runtime.CompilerServices;

namespace NeuralKernels.Compute;

/// <summary>One double: the reference instance of every formula.</summary>
/// <param name="Value">The number.</param>
public readonly record struct ScalarDouble(double Value) : IRealVector<ScalarDouble, double>
{
    /// <inheritdoc />
    public static bool IsSinglePrecision => false;

    /// <inheritdoc />
    public static int Lanes => 1;

    /// <inheritdoc />
    public static ScalarDouble operator +(ScalarDouble left, ScalarDouble right) => new(left.Value + right.Value);

    /// <inheritdoc />
    public static ScalarDouble operator -(ScalarDouble left, ScalarDouble right) => new(left.Value - right.Value);

    /// <inheritdoc />
    public static ScalarDouble operator *(ScalarDouble left, ScalarDouble right) => new(left.Value * right.Value);

    /// <inheritdoc />
    public static ScalarDouble operator /(ScalarDouble left, ScalarDouble right) => new(left.Value / right.Value);

    /// <inheritdoc />
    public static ScalarDouble operator -(ScalarDouble value) => new(-value.Value);

    /// <inheritdoc />
    public static ScalarDouble Constant(double value) => new(value);

    /// <inheritdoc />
    public static ScalarDouble Broadcast(double value) => new(value);

    /// <inheritdoc />
    public static ScalarDouble MultiplyAdd(ScalarDouble a, ScalarDouble b, ScalarDouble c) =>
        new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    /// <inheritdoc />
    public static ScalarDouble Sqrt(ScalarDouble value) => new(Math.Sqrt(value.Value));

    /// <inheritdoc />
    public static ScalarDouble Abs(ScalarDouble value) => new(Math.Abs(value.Value));

    /// <inheritdoc />
    public static ScalarDouble FlipSign(ScalarDouble value, ScalarDouble sign) => new(double.IsNegative(sign.Value) ? -value.Value : value.Value);

    /// <inheritdoc />
    public static ScalarDouble Max(ScalarDouble a, ScalarDouble b) => new(Math.Max(a.Value, b.Value));

    /// <inheritdoc />
    public static ScalarDouble Min(ScalarDouble a, ScalarDouble b) => new(Math.Min(a.Value, b.Value));

    /// <inheritdoc />
    public static ScalarDouble Exp(ScalarDouble value) => new(Math.Exp(value.Value));

    /// <inheritdoc />
    public static ScalarDouble Sin(ScalarDouble value) => new(Math.Sin(value.Value));

    /// <inheritdoc />
    public static ScalarDouble Cos(ScalarDouble value) => new(Math.Cos(value.Value));

    /// <inheritdoc />
    public static ScalarDouble IfLess(ScalarDouble a, ScalarDouble b, ScalarDouble then, ScalarDouble otherwise) =>
        a.Value < b.Value ? then : otherwise;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe ScalarDouble Load(double* source) => new(*source);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(ScalarDouble value, double* destination) => *destination = value.Value;
}
