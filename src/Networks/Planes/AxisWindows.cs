namespace NeuralKernels.Networks;

/// <summary>A window of neighbouring positions along one axis.</summary>
/// <param name="Low">The first position.</param>
/// <param name="High">The last position.</param>
internal readonly record struct AxisWindow(int Low, int High);

/// <summary>A linear map of positions whose outputs are sums over windows, one along each axis, with one weight an output.</summary>
/// <param name="Rows">Window of each row of the output.</param>
/// <param name="Columns">Window of each column of the output.</param>
/// <param name="Weights">Weight of each output position.</param>
internal sealed record AxisWindows(AxisWindow[] Rows, AxisWindow[] Columns, double[] Weights)
{
    /// <summary>Finds the windows of a map: pooling, slices, nearest neighbours; null for other maps.</summary>
    public static AxisWindows? Find(PositionMapStep step, PlaneGrid input)
    {
        PlaneGrid output = PlaneGrid.Of(step.Output.Sizes);
        AxisWindow[] rows = new AxisWindow[output.Rows], columns = new AxisWindow[output.Columns];
        double[] weights = new double[output.Count];
        for (int o = 0; o < output.Count; o++)
        {
            (int Position, double Weight)[] taps = step.Weights[o];
            if (taps.Length == 0 || taps.Any(tap => tap.Weight != taps[0].Weight))
                return null;
            weights[o] = taps[0].Weight;
            AxisWindow row = Span(taps.Select(tap => tap.Position / input.Columns));
            AxisWindow column = Span(taps.Select(tap => tap.Position % input.Columns));
            int distinct = taps.Select(tap => tap.Position).Distinct().Count();
            if (distinct != taps.Length || (row.High - row.Low + 1) * (column.High - column.Low + 1) != taps.Length)
                return null;
            (int r, int c) = (o / output.Columns, o % output.Columns);
            if (c == 0)
                rows[r] = row;
            if (r == 0)
                columns[c] = column;
            if (rows[r] != row || columns[c] != column)
                return null;
        }

        return Ascend(rows) && Ascend(columns) ? new AxisWindows(rows, columns, weights) : null;
    }

    private static AxisWindow Span(IEnumerable<int> positions) => new(positions.Min(), positions.Max());

    private static bool Ascend(AxisWindow[] windows)
    {
        for (int i = 1; i < windows.Length; i++)
        {
            if (windows[i].Low < windows[i - 1].Low || windows[i].High < windows[i - 1].High)
                return false;
        }

        return true;
    }
}
