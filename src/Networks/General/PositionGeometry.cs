using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>
/// What layers on positions do to the grid, for kernels and for networks of finite width alike. All methods report what does not fit by the
/// error that the caller makes of (what, remedy).
/// </summary>
internal static class PositionGeometry
{
    /// <summary>The windows of a convolution or pooling.</summary>
    public static (WindowTable Table, WindowShape Shape) Windows(
        string name, string option, PositionGrid grid, IReadOnlyList<int> window, IReadOnlyList<int>? strides, Padding padding, bool isTransposed,
        Func<string, string, UserErrorException> error)
    {
        IReadOnlyList<int> steps = strides ?? [.. Enumerable.Repeat(1, grid.Sizes.Count)];
        if (window.Count != grid.Sizes.Count || steps.Count != grid.Sizes.Count || window.Concat(steps).Any(size => size < 1))
        {
            throw error(
                $"{name} has {option} [{string.Join(", ", window)}] and strides [{string.Join(", ", steps)}] on {grid.Sizes.Count} position axes",
                "Give one positive number for each position axis.");
        }

        if (!isTransposed && padding == Padding.Valid && window.Where((size, axis) => size > grid.Sizes[axis]).Any())
        {
            throw error(
                $"the {option} [{string.Join(", ", window)}] of {name} is larger than the {string.Join('x', grid.Sizes)} positions",
                "Use padding: same, a smaller one, or less pooling before it.");
        }

        return (
            isTransposed ? WindowTable.Transposed(grid, window, steps, padding) : WindowTable.Of(grid, window, steps, padding),
            new WindowShape(window, steps, padding, isTransposed));
    }

    /// <summary>Weights of the mean or sum over windows.</summary>
    public static (int Position, double Weight)[][] Pooling(WindowTable windows, bool isMean, bool normalizeEdges) => Array.ConvertAll(windows.Taps, taps =>
    {
        int[] inside = [.. taps.Where(p => p >= 0)];
        double weight = !isMean ? 1 : 1.0 / (normalizeEdges ? inside.Length : taps.Length);
        return Array.ConvertAll(inside, p => (p, weight));
    });

    /// <summary>Weights of a separable resizing and the new grid.</summary>
    public static ((int Position, double Weight)[][] Weights, PositionGrid Output) Resizing(
        PositionGrid grid, IReadOnlyList<int> shape, ResizeMethod method, Func<string, string, UserErrorException> error)
    {
        if (shape.Count != grid.Sizes.Count || shape.Any(size => size is 0 or < -1))
        {
            throw error(
                $"the shape [{string.Join(", ", shape)}] does not fit {grid.Sizes.Count} position axes",
                "Give a positive size for each position axis, or -1 to keep it.");
        }

        PositionGrid output = new([.. shape.Select((size, axis) => size == -1 ? grid.Sizes[axis] : size)]);
        (int Position, double Weight)[][][] axes = [.. output.Sizes.Select((size, axis) => Interpolation.Weights(grid.Sizes[axis], size, method))];
        return (Interpolation.Combine(grid, output, axes), output);
    }

    /// <summary>The input position of each position of a slice, and the new grid.</summary>
    public static (int[] Source, PositionGrid Output) Slicing(
        PositionGrid grid, int axis, int start, int? stop, int step, Func<string, string, UserErrorException> error)
    {
        if (axis >= grid.Sizes.Count)
            throw error($"there is no position axis {axis}", $"The position axes are 0 to {grid.Sizes.Count - 1}.");
        int length = grid.Sizes[axis];
        int first = Math.Clamp(start < 0 ? start + length : start, 0, length);
        int end = Math.Clamp(stop is not { } given ? length : given < 0 ? given + length : given, 0, length);
        int count = Math.Max((end - first + step - 1) / step, 0);
        if (count == 0)
            throw error($"the slice from {start} to {stop?.ToString() ?? "the end"} keeps none of the {length} positions", "Keep at least one.");
        PositionGrid output = new([.. grid.Sizes.Select((size, a) => a == axis ? count : size)]);
        int[] source = [.. Enumerable.Range(0, output.Count).Select(o =>
        {
            int[] place = output.Coordinates(o);
            place[axis] = first + place[axis] * step;
            return grid.Number(place);
        })];
        return (source, output);
    }

    /// <summary>The axes of an (example, position.., channel) array that LayerNorm joins, from 1 on, in order.</summary>
    public static int[] NormalizedAxes(IReadOnlyList<int> axes, int rank, bool isGraph, Func<string, string, UserErrorException> error)
    {
        int[] normal = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Distinct().Order()];
        if (normal.Any(axis => axis < 1 || axis >= rank) || !normal.Contains(rank - 1))
        {
            throw error(
                $"LayerNorm over the axes [{string.Join(", ", axes)}] is not defined for an array of {rank} axes (example, position.., channel)",
                "The channel axis -1 must be among them, the example axis 0 must not.");
        }

        if (normal.Length > 1 && isGraph)
            throw error("LayerNorm over the nodes of a graph is not defined", "Normalise over the channels: write axis: [-1].");
        return normal;
    }

    /// <summary>The group of each position: positions of one group differ in joined axes only.</summary>
    public static int[] Groups(PositionGrid grid, int[] normalizedAxes)
    {
        int[] kept = [.. Enumerable.Range(0, grid.Sizes.Count).Where(axis => !normalizedAxes.Contains(axis + 1))];
        PositionGrid groups = new([.. kept.Select(axis => grid.Sizes[axis])]);
        return [.. Enumerable.Range(0, grid.Count).Select(p =>
        {
            int[] place = grid.Coordinates(p);
            return groups.Number([.. kept.Select(axis => place[axis])]);
        })];
    }

    /// <summary>The output position of each position of each branch where branches are joined along an axis, and the new grid.</summary>
    public static (int[][] Indices, PositionGrid Output) Concatenation(
        IReadOnlyList<PositionGrid?> branches, int axis, Func<string, string, UserErrorException> error)
    {
        foreach (PositionGrid? branch in branches)
        {
            if (branch is null || !branch.Sizes.Where((_, a) => a != axis).SequenceEqual(branches[0]!.Sizes.Where((_, a) => a != axis)))
                throw error("the branches differ in the size of another position axis", "Make them equal but for the axis of the concatenation.");
        }

        int[] sizes = [.. branches[0]!.Sizes];
        sizes[axis] = branches.Sum(branch => branch!.Sizes[axis]);
        PositionGrid output = new(sizes);
        int[][] indices = new int[branches.Count][];
        int offset = 0;
        for (int b = 0; b < indices.Length; b++)
        {
            PositionGrid grid = branches[b]!;
            int shift = offset;
            indices[b] = [.. Enumerable.Range(0, grid.Count).Select(p =>
            {
                int[] place = grid.Coordinates(p);
                place[axis] += shift;
                return output.Number(place);
            })];
            offset += grid.Sizes[axis];
        }

        return (indices, output);
    }
}
