namespace NeuralKernels.Networks;

/// <summary>Weights of separable image resizing.</summary>
/// <remarks>
/// Output o samples the input at f = (o + 1/2) in / out - 1/2. Linear: a triangle of half-width max(in / out, 1) around f, normalised
/// to sum 1, so that shrinking averages. Nearest: position floor(f + 1/2).
/// </remarks>
internal static class Interpolation
{
    /// <summary>Weights along one axis.</summary>
    public static (int Position, double Weight)[][] Weights(int input, int output, ResizeMethod method)
    {
        double scale = (double)input / output;
        double width = Math.Max(scale, 1);
        return [.. Enumerable.Range(0, output).Select(o =>
        {
            double place = (o + 0.5) * scale;
            if (method == ResizeMethod.Nearest)
                return [((int)Math.Floor(place), 1.0)];
            (int Position, double Weight)[] weights =
                [.. Enumerable.Range(0, input).Select(p => (p, Math.Max(0, 1 - Math.Abs(place - 0.5 - p) / width))).Where(w => w.Item2 > 0)];
            double sum = weights.Sum(w => w.Weight);
            return Array.ConvertAll(weights, w => (w.Position, w.Weight / sum));
        })];
    }

    /// <summary>Weights on the grid: products along the axes.</summary>
    public static (int Position, double Weight)[][] Combine(PositionGrid input, PositionGrid output, (int Position, double Weight)[][][] axes) =>
        [.. Enumerable.Range(0, output.Count).Select(o =>
        {
            int[] place = output.Coordinates(o);
            IEnumerable<(int[] Coordinates, double Weight)> combined = [([], 1.0)];
            for (int axis = 0; axis < place.Length; axis++)
            {
                (int Position, double Weight)[] along = axes[axis][place[axis]];
                combined = [.. combined.SelectMany(c => along.Select(w => ((int[])[.. c.Coordinates, w.Position], c.Weight * w.Weight)))];
            }

            return combined.Select(c => (input.Number(c.Coordinates), c.Weight)).ToArray();
        })];

    /// <summary>A position exists where the nearest input does.</summary>
    public static bool[]? Mask(PositionGrid input, PositionGrid output, bool[]? mask) => mask is null ? null :
        [.. Enumerable.Range(0, output.Count).Select(o =>
        {
            int[] place = output.Coordinates(o);
            return mask[input.Number([.. place.Select((p, axis) => (int)((p + 0.5) * input.Sizes[axis] / output.Sizes[axis]))])];
        })];
}
