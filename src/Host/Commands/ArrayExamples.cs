using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Host.Commands;

/// <summary>Makes examples of the arrays of <c>nk kernel</c>.</summary>
internal static class ArrayExamples
{
    /// <summary>Row examples and column examples of one shape.</summary>
    /// <param name="x1">The array of the rows.</param>
    /// <param name="lengths1">What was given as lengths of its sequences; null or empty for nothing.</param>
    /// <param name="x2">The array of the columns; null where there are none of their own.</param>
    /// <param name="lengths2">What was given as lengths of its sequences; null or empty for nothing.</param>
    /// <exception cref="UserErrorException">Arrays of no shape that examples have, or of two shapes; wrong lengths.</exception>
    public static (Examples Rows, Examples? Columns) Read(NpyArray x1, string[]? lengths1, NpyArray? x2, string[]? lengths2)
    {
        if (x2 is null && lengths2 is { Length: > 0 })
            throw new UserErrorException("--lengths2: there is no --x2.", "Give --x2, or use --lengths1.");

        // Lengths of one side alone: on the other all positions exist.
        bool hasLengths = lengths1 is { Length: > 0 } || lengths2 is { Length: > 0 };
        Examples rows = Of(x1, hasLengths, lengths1, "--lengths1");
        Examples? columns = x2 is null ? null : Of(x2, hasLengths, lengths2, "--lengths2");
        if (columns is not null && !columns.Shape.Equals(rows.Shape))
        {
            throw new UserErrorException(
                $"{x1.Name} has examples of shape {rows.Shape} and {x2!.Name} of shape {columns.Shape}.", "Give arrays of examples of one shape.");
        }

        return (rows, columns);
    }

    private static FeatureExamples Of(NpyArray array, bool hasLengths, string[]? lengths, string option)
    {
        int axes = array.Shape.Count;
        if (axes is < 2 or > 5 || array.RowLength is 0 or > int.MaxValue)
        {
            throw new UserErrorException(
                $"{array.Name} has the shape ({string.Join(", ", array.Shape)}).",
                "Give N x C vectors, N x L x C sequences, N x H x W x C images or N x D x H x W x C volumes.");
        }

        if (lengths is { Length: > 0 } && axes != 3)
            throw new UserErrorException($"{option}: {array.Name} has {axes} axes and holds no sequences.", $"Leave {option} out, or give N x L x C sequences.");
        NpyFeatures features = new(array);
        int[] sizes = [.. array.Shape.Skip(1).Select(size => (int)size)];
        return axes switch
        {
            2 => new VectorExamples(features),
            3 => new SequenceExamples(features, sizes[0], sizes[1], hasLengths ? Lengths(lengths, option, array, sizes[0]) : null),
            _ => new ImageExamples(features, sizes[..^1], sizes[^1]),
        };
    }

    private static int[] Lengths(string[]? given, string option, NpyArray array, int longest)
    {
        if (given is null or [])
            return [.. Enumerable.Repeat(longest, checked((int)array.Rows))];
        double[] lengths = [.. given.SelectMany(text => text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? FromFile(text, option) : FromText(text, option))];
        if (lengths.Length != array.Rows)
            throw new UserErrorException($"{option}: {lengths.Length:N0} lengths for the {array.Rows:N0} sequences of {array.Name}.", "Give one length for each sequence.");
        int wrong = Array.FindIndex(lengths, length => !(length >= 1 && length <= longest && double.IsInteger(length)));
        return wrong < 0
            ? Array.ConvertAll(lengths, length => (int)length)
            : throw new UserErrorException(
                $"{option}: the length {lengths[wrong].ToString(CultureInfo.InvariantCulture)} of sequence {wrong} is no whole number from 1 to {longest}.",
                $"{array.Name} has {longest} positions a sequence: correct the length.");
    }

    private static IEnumerable<double> FromText(string text, string option) => text.Split(',').Select(number =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double length)
            ? length
            : throw new UserErrorException($"{option}: '{number}' is no number.", $"Write {option} 5,3,7 or name a .npy file."));

    private static double[] FromFile(string path, string option)
    {
        using NpyArray array = NpyArray.Open(path);
        if (array.RowLength != 1 || array.Shape.Count == 0)
            throw new UserErrorException($"{option}: {path} has the shape ({string.Join(", ", array.Shape)}).", "Save one whole number for each sequence.");
        double[] lengths = new double[array.Rows];
        for (int i = 0; i < lengths.Length; i++)
            array.ReadRow(i, lengths.AsSpan(i, 1));
        return lengths;
    }

    private sealed class NpyFeatures(NpyArray array) : FeatureSource
    {
        public override long Count => array.Rows;

        public override int Width => (int)array.RowLength;

        public override void Read(long index, Span<double> destination)
        {
            array.ReadRow(index, destination);
            for (int k = 0; k < destination.Length; k++)
            {
                if (!double.IsFinite(destination[k]))
                    throw new UserErrorException($"{array.Name}: number {k} of row {index} is {destination[k]}.", "Replace what is missing or infinite before saving the array.");
            }
        }
    }
}
