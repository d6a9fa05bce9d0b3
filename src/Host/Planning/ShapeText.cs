using System.Globalization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Planning;

/// <summary>Shapes of examples as people write them.</summary>
internal static class ShapeText
{
    // More positions have 10^12 pairs and more: no network is evaluated on such examples.
    private const int MostPositions = 1 << 20;
    private const int MostNumbers = 1 << 28;

    /// <summary>Reads sizes joined by x, channels last: <c>784</c> vectors, <c>200x20</c> sequences, <c>32x32x3</c> images, <c>8x8x8x1</c> volumes.</summary>
    /// <exception cref="UserErrorException">It is no such shape, or one that is too large.</exception>
    public static ExampleShape Parse(string text)
    {
        string[] parts = text.Split('x', 'X');
        int[] sizes = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]) || sizes[i] == 0)
                throw Wrong($"'{text}' is no shape: '{parts[i]}' is no whole number from 1 to {int.MaxValue:N0}.");
        }

        ExampleKinds kind = sizes.Length switch
        {
            1 => ExampleKinds.Vectors,
            2 => ExampleKinds.Sequences,
            3 or 4 => ExampleKinds.Images,
            _ => throw Wrong($"'{text}' has {sizes.Length} sizes, and examples have 1 to 4."),
        };
        Int128 positions = sizes[..^1].Aggregate(Int128.One, (product, size) => product * size);
        if (positions > MostPositions || positions * sizes[^1] > MostNumbers)
        {
            throw new UserErrorException(
                $"--shape: '{text}' has {positions:N0} positions and {positions * sizes[^1]:N0} numbers an example.",
                $"Give a shape of at most {MostPositions:N0} positions and {MostNumbers:N0} numbers.");
        }

        return new ExampleShape(kind, sizes[..^1], sizes[^1]);
    }

    /// <summary>Examples of a shape in words: <c>images of 32x32x3</c>.</summary>
    public static string Describe(ExampleShape shape) => shape.Kind switch
    {
        ExampleKinds.Vectors => $"vectors of {shape}",
        ExampleKinds.Sequences => $"sequences of {shape}",
        _ => $"{(shape.Positions.Count == 3 ? "volumes" : "images")} of {shape}",
    };

    private static UserErrorException Wrong(string problem) => new(
        $"--shape: {problem}", "Write 784 for vectors, 200x20 for sequences (length x channels), 32x32x3 for images or 8x8x8x1 for volumes.");
}
