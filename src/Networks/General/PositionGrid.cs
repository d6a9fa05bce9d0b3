using System.Text.Json.Serialization;

namespace NeuralKernels.Networks;

/// <summary>Positions on a grid of any number of axes, numbered row-major.</summary>
/// <param name="Sizes">Size of each axis.</param>
internal sealed record PositionGrid(IReadOnlyList<int> Sizes)
{
    public int Count => Sizes.Aggregate(1, (product, size) => checked(product * size));

    public int[] Coordinates(int position)
    {
        int[] coordinates = new int[Sizes.Count];
        for (int axis = Sizes.Count - 1; axis >= 0; axis--)
            (position, coordinates[axis]) = Math.DivRem(position, Sizes[axis]);
        return coordinates;
    }

    public int Number(IReadOnlyList<int> coordinates)
    {
        int number = 0;
        for (int axis = 0; axis < Sizes.Count; axis++)
            number = number * Sizes[axis] + coordinates[axis];
        return number;
    }
}

/// <summary>How a window leaves the grid.</summary>
public enum Padding
{
    /// <summary>Windows lie inside the grid.</summary>
    [JsonStringEnumMemberName("VALID")]
    Valid,

    /// <summary>One window for each stride; positions outside count as 0.</summary>
    [JsonStringEnumMemberName("SAME")]
    Same,

    /// <summary>As Same, on a grid that is closed to a torus.</summary>
    [JsonStringEnumMemberName("CIRCULAR")]
    Circular,
}

/// <summary>Windows as layers describe them: one number an axis.</summary>
/// <param name="Sizes">Size of a window.</param>
/// <param name="Strides">Distance of neighbouring windows.</param>
/// <param name="Padding">How windows leave the grid.</param>
/// <param name="IsTransposed">Whether strides enlarge the grid.</param>
internal sealed record WindowShape(IReadOnlyList<int> Sizes, IReadOnlyList<int> Strides, Padding Padding, bool IsTransposed);

/// <summary>Windows over a grid: which input position each tap of each output position reads, or -1 outside.</summary>
/// <param name="Output">The grid of output positions.</param>
/// <param name="Taps">For each output position, an input position or -1 for each tap, taps row-major.</param>
/// <param name="Centres">For each output position the input positions at the centre of its window: one, or two an axis for windows of even size.</param>
internal sealed record WindowTable(PositionGrid Output, int[][] Taps, int[][] Centres)
{
    /// <summary>
    /// Windows of a convolution or pooling. Along an axis of size L, with window k and stride s: Valid has (L - k) / s + 1 outputs and
    /// starts at 0; Same and Circular have ceil(L / s) and start at -floor(max((out - 1) s + k - L, 0) / 2).
    /// </summary>
    public static WindowTable Of(PositionGrid input, IReadOnlyList<int> window, IReadOnlyList<int> strides, Padding padding)
    {
        int axes = input.Sizes.Count;
        int[] sizes = new int[axes];
        int[] lows = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            int length = input.Sizes[axis];
            sizes[axis] = padding == Padding.Valid
                ? (length - window[axis]) / strides[axis] + 1
                : (length + strides[axis] - 1) / strides[axis];
            lows[axis] = padding == Padding.Valid ? 0 : Math.Max((sizes[axis] - 1) * strides[axis] + window[axis] - length, 0) / 2;
        }

        return Build(input, new PositionGrid(sizes), window, (axis, output, tap) =>
        {
            int position = output * strides[axis] + tap - lows[axis];
            return Place(position, input.Sizes[axis], padding);
        });
    }

    /// <summary>
    /// Windows of a transposed convolution: output o reads input (o + tap - low) / s where that is whole. Same has L s outputs and
    /// low = k - 1 or ceil((k + s - 2) / 2), whichever a stride beyond the window asks for; Valid has (L - 1) s + max(k, s).
    /// </summary>
    public static WindowTable Transposed(PositionGrid input, IReadOnlyList<int> window, IReadOnlyList<int> strides, Padding padding)
    {
        int axes = input.Sizes.Count;
        int[] sizes = new int[axes];
        int[] lows = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            (int length, int k, int s) = (input.Sizes[axis], window[axis], strides[axis]);
            sizes[axis] = padding == Padding.Valid ? (length - 1) * s + Math.Max(k, s) : length * s;
            lows[axis] = padding == Padding.Valid || s > k - 1 ? k - 1 : (k + s - 1) / 2;
        }

        return Build(input, new PositionGrid(sizes), window, (axis, output, tap) =>
        {
            int dilated = output + tap - lows[axis];
            if (padding == Padding.Circular)
                dilated = (dilated % sizes[axis] + sizes[axis]) % sizes[axis];
            return dilated % strides[axis] != 0 ? -1 : Place(dilated / strides[axis], input.Sizes[axis], Padding.Valid);
        });
    }

    private static int Place(int position, int length, Padding padding) =>
        padding == Padding.Circular ? (position % length + length) % length : position < 0 || position >= length ? -1 : position;

    private static WindowTable Build(PositionGrid input, PositionGrid output, IReadOnlyList<int> window, Func<int, int, int, int> locate)
    {
        PositionGrid tapGrid = new(window);
        int[][] taps = new int[output.Count][];
        int[][] centres = new int[output.Count][];
        for (int o = 0; o < taps.Length; o++)
        {
            int[] place = output.Coordinates(o);
            taps[o] = new int[tapGrid.Count];
            List<int> middle = [];
            for (int tap = 0; tap < taps[o].Length; tap++)
            {
                int[] offset = tapGrid.Coordinates(tap);
                int[] source = new int[offset.Length];
                for (int axis = 0; axis < source.Length; axis++)
                    source[axis] = locate(axis, place[axis], offset[axis]);
                taps[o][tap] = source.Contains(-1) ? -1 : input.Number(source);
                bool central = Enumerable.Range(0, offset.Length).All(axis => offset[axis] == (window[axis] - 1) / 2 || offset[axis] == window[axis] / 2);
                if (central && taps[o][tap] >= 0)
                    middle.Add(taps[o][tap]);
            }

            centres[o] = [.. middle];
        }

        return new WindowTable(output, taps, centres);
    }

    /// <summary>The mask after the windows: a position exists where an input at the centre of its window does.</summary>
    public bool[]? Mask(bool[]? mask) => mask is null ? null : [.. Centres.Select(centres => centres.Any(position => mask[position]))];
}
