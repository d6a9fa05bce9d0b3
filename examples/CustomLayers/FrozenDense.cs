using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace Example.CustomLayers;

/// <summary>
/// A fully connected layer whose weights and biases are drawn but not trained: K' = W_std^2 K + b_std^2 and Theta' = W_std^2 Theta.
/// </summary>
public sealed record FrozenDense : Layer
{
    /// <summary>Standard deviation of the weights, before division by sqrt(fan_in).</summary>
    [JsonPropertyName("W_std")]
    [Range(0.0, 1e6)]
    public double WStd { get; init; } = 1;

    /// <summary>Standard deviation of the biases.</summary>
    [JsonPropertyName("b_std")]
    [Range(0.0, 1e6)]
    public double BStd { get; init; }

    /// <summary>Number of units.</summary>
    [Range(1, int.MaxValue)]
    public int Width { get; init; } = 512;

    /// <inheritdoc />
    public override void Build(VectorNetworkBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Pointwise(Title, new FrozenMap(WStd * WStd, BStd * BStd), PointwiseEffect.RandomAffine(Width));
    }

    /// <inheritdoc />
    public override void BuildFinite(FiniteNetworkBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        (int inputs, FiniteChannels outputs) = (builder.Channels.Actual, builder.Width(Width));
        builder.Add(
            new FrozenModule(
                builder.AddParameter((long)inputs * outputs.Actual, WStd / Math.Sqrt(inputs)),
                builder.AddParameter(outputs.Actual, BStd),
                outputs.Actual),
            outputs);
    }
}

/// <summary>k' = a k + b, t' = a t.</summary>
internal readonly record struct FrozenMap(double A, double B) : IPointwiseMap
{
    /// <inheritdoc />
    public int SideFactors => 0;

    /// <inheritdoc />
    public Side<T> Side<T>(T q)
        where T : struct, IReal<T> => default;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PairKernels<T> Evaluate<T>(T k, T t, Side<T> x, Side<T> y)
        where T : struct, IReal<T> => new(T.MultiplyAdd(T.Constant(A), k, T.Constant(B)), T.Constant(A) * t);

    /// <inheritdoc />
    public PairKernels<T> Diagonal<T>(T q, T r)
        where T : struct, IReal<T> => Evaluate(q, r, default, default);
}

/// <summary>y = x W + b at each position; the gradient passes through, and W and b get none.</summary>
internal sealed class FrozenModule(FiniteParameter weights, FiniteParameter biases, int outputs) : FiniteModule
{
    /// <inheritdoc />
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        Activations output = new(input.Positions, outputs, input.Exists);
        ReadOnlySpan<double> w = run[weights], b = run[biases];
        for (int p = 0; p < input.Positions; p++)
        {
            Span<double> y = output.At(p);
            b.CopyTo(y);
            for (int i = 0; i < input.Channels; i++)
            {
                double x = input.At(p)[i];
                ReadOnlySpan<double> row = w.Slice(i * outputs, outputs);
                for (int o = 0; o < outputs; o++)
                    y[o] += x * row[o];
            }
        }

        return new FiniteResult(output, gradient => Pull(input, gradient, run));
    }

    private Activations Pull(Activations input, Activations gradient, FiniteRun run)
    {
        Activations result = new(input.Positions, input.Channels, input.Exists);
        ReadOnlySpan<double> w = run[weights];
        for (int p = 0; p < input.Positions; p++)
        {
            for (int i = 0; i < input.Channels; i++)
            {
                double sum = 0;
                for (int o = 0; o < outputs; o++)
                    sum += gradient.At(p)[o] * w[i * outputs + o];
                result.At(p)[i] = sum;
            }
        }

        return result;
    }
}
