using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>An option that is a fraction below 1 and a number of examples from 1 on.</summary>
internal static class Amount
{
    /// <summary>Throws where the option is neither.</summary>
    public static void Check(double value, string option)
    {
        if (value >= 1 && value != Math.Floor(value))
        {
            throw new UserErrorException($"{option}: {value} is neither a fraction below 1 nor a whole number of examples.",
                $"Give {option} as a fraction such as 0.25 or as a number such as {Math.Ceiling(value)}.");
        }
    }

    /// <summary>The number of examples that it means.</summary>
    /// <param name="value">A checked option.</param>
    /// <param name="count">Examples that a fraction is a fraction of.</param>
    public static long Of(double value, long count) => value >= 1 ? (long)value : (long)Math.Round(value * count, MidpointRounding.AwayFromZero);
}
