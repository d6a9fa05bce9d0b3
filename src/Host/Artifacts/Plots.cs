using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Artifacts;

/// <summary>A square plot with axes; coordinates are mapped from data to the page.</summary>
internal sealed class Plot
{
    private const double Size = 420;
    private const double Left = 70;
    private const double Top = 40;
    private readonly (double Low, double High) _x;
    private readonly (double Low, double High) _y;

    public Plot(string title, string xLabel, string yLabel, (double Low, double High) x, (double Low, double High) y, Func<double, string>? format = null)
    {
        (_x, _y) = (Widen(x), Widen(y));
        Page = new Svg(Left + Size + 20, Top + Size + 55);
        Page.Text(Left + Size / 2, 24, title, 14);
        Page.Text(Left + Size / 2, Top + Size + 45, xLabel, 12);
        Page.Text(18, Top + Size / 2, yLabel, 12, rotate: -90);
        Page.Line(Left, Top + Size, Left + Size, Top + Size);
        Page.Line(Left, Top, Left, Top + Size);
        format ??= value => value.ToString("0.###g");
        foreach (double tick in Ticks(_x))
        {
            Page.Line(X(tick), Top + Size, X(tick), Top + Size + 4);
            Page.Text(X(tick), Top + Size + 18, format(tick));
        }

        foreach (double tick in Ticks(_y))
        {
            Page.Line(Left - 4, Y(tick), Left, Y(tick));
            Page.Text(Left - 7, Y(tick) + 4, format(tick), anchor: "end");
        }
    }

    public Svg Page { get; }

    public double X(double value) => Left + (value - _x.Low) / (_x.High - _x.Low) * Size;

    public double Y(double value) => Top + Size - (value - _y.Low) / (_y.High - _y.Low) * Size;

    /// <summary>About five round numbers in a range.</summary>
    public static IEnumerable<double> Ticks((double Low, double High) range)
    {
        double rough = (range.High - range.Low) / 5;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { < 1.5 => power, < 3.5 => 2 * power, < 7.5 => 5 * power, _ => 10 * power };
        for (double tick = Math.Ceiling(range.Low / step); tick * step <= range.High + 1e-9 * step; tick++)
            yield return tick * step;
    }

    private static (double, double) Widen((double Low, double High) range) =>
        range.High > range.Low ? range : (range.Low - 0.5, range.High + 0.5);
}

/// <summary>Predicted against true values.</summary>
internal static class ScatterPlot
{
    private const int MostPoints = 5000;
    private static readonly string[] s_colors = ["#1f5fbf", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f8c8d", "#5d4037"];

    public static Svg Draw(Predictions predictions, RealTargets targets)
    {
        int outputs = predictions.Outputs;
        List<(int Output, double True, double Predicted)> points = [];
        for (int i = 0; i < predictions.Mean.Length; i++)
        {
            if (double.IsFinite(targets.Values[i]) && double.IsFinite(predictions.Mean[i]))
                points.Add((i % outputs, targets.Values[i], predictions.Mean[i]));
        }

        (double, double) range = points.Count == 0
            ? (0, 1)
            : (points.Min(p => Math.Min(p.True, p.Predicted)), points.Max(p => Math.Max(p.True, p.Predicted)));
        string title = outputs == 1 ? targets.Names[0] : $"{outputs} outputs";
        Plot plot = new($"{title}: {predictions.Count:N0} test examples", "true value", "predicted value", range, range, value => value.ToString("g4"));
        plot.Page.Line(plot.X(range.Item1), plot.Y(range.Item1), plot.X(range.Item2), plot.Y(range.Item2), "#999999");
        for (int output = 0; outputs > 1 && output < Math.Min(outputs, s_colors.Length); output++)
            plot.Page.Text(90, 58 + 15 * output, targets.Names[output], anchor: "start", color: s_colors[output]);
        int every = Math.Max(1, points.Count / MostPoints);
        for (int i = 0; i < points.Count; i += every)
            plot.Page.Circle(plot.X(points[i].True), plot.Y(points[i].Predicted), 2.5, s_colors[points[i].Output % s_colors.Length], 0.5);
        return plot.Page;
    }
}

/// <summary>Eigenvalues of the Gram matrix against their rank, both logarithmic.</summary>
internal static class SpectrumPlot
{
    private const double Floor = 1e-17;

    public static Svg Draw(double[] eigenvalues)
    {
        double[] descending = [.. eigenvalues.OrderDescending()];
        double least = Math.Max(descending[0] * Floor, double.Epsilon);
        (double X, double Y)[] points = [.. descending.Where(v => v > least).Select((v, i) => (Math.Log10(i + 1), Math.Log10(v)))];
        if (points.Length == 0)
            points = [(0, 0)];
        Plot plot = new(
            $"Spectrum of the {eigenvalues.Length:N0} x {eigenvalues.Length:N0} Gram matrix", "rank", "eigenvalue",
            (0, points[^1].X), (Math.Floor(points.Min(p => p.Y)), Math.Ceiling(points.Max(p => p.Y))),
            value => Math.Pow(10, value).ToString("g2"));
        plot.Page.Path(points.Select(p => (plot.X(p.X), plot.Y(p.Y))), "#1f5fbf");
        return plot.Page;
    }
}
