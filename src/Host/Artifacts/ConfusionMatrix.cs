using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Artifacts;

/// <summary>Counts of predicted classes for each true class, as a picture.</summary>
internal static class ConfusionMatrix
{
    private const int MostLabels = 40;

    /// <summary>The class with the greatest score; the first of equal ones.</summary>
    public static int ArgMax(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }

    /// <summary>Rows are true classes, columns predicted ones; the shade is the share of the row.</summary>
    public static Svg Draw(Predictions predictions, ClassTargets targets)
    {
        int classes = targets.Outputs;
        int[,] counts = new int[classes, classes];
        int correct = 0;
        for (int i = 0; i < predictions.Count; i++)
        {
            int predicted = ArgMax(predictions.Mean.AsSpan(i * classes, classes));
            counts[targets.Labels[i], predicted]++;
            correct += predicted == targets.Labels[i] ? 1 : 0;
        }

        bool labelled = classes <= MostLabels;
        double cell = labelled ? Math.Clamp(600.0 / classes, 18, 48) : 600.0 / classes;
        double left = labelled ? 40 + 6.5 * Math.Min(targets.Names.Max(n => n.Length), 16) : 40;
        double top = 50;
        double side = cell * classes;
        Svg svg = new(left + side + 20, top + side + left);
        svg.Text(left + side / 2, 28, $"{correct:N0} of {predictions.Count:N0} test examples right", 14);
        for (int row = 0; row < classes; row++)
        {
            int total = Enumerable.Range(0, classes).Sum(column => counts[row, column]);
            for (int column = 0; column < classes; column++)
            {
                int count = counts[row, column];
                double share = total == 0 ? 0 : (double)count / total;
                svg.Rectangle(
                    left + column * cell, top + row * cell, cell - 1, cell - 1, Shade(row == column, share),
                    $"{targets.Names[row]} taken for {targets.Names[column]}: {count}");
                if (labelled && count > 0)
                    svg.Text(left + (column + 0.5) * cell, top + (row + 0.5) * cell + 4, $"{count}", Math.Min(12, cell / 2.2), color: share > 0.5 ? "#ffffff" : "#222222");
            }

            if (!labelled)
                continue;
            svg.Text(left - 6, top + (row + 0.5) * cell + 4, Short(targets.Names[row]), anchor: "end");
            svg.Text(left + (row + 0.5) * cell + 4, top + side + 8, Short(targets.Names[row]), anchor: "end", rotate: -90);
        }

        svg.Text(16, top + side / 2, "true class", 12, rotate: -90);
        svg.Text(left + side / 2, top + side + left - 10, "predicted class", 12);
        return svg;
    }

    private static string Short(string name) => name.Length <= 16 ? name : name[..15] + "…";

    // From white to blue on the diagonal, to red beside it, where a small share has to show.
    private static string Shade(bool correct, double share)
    {
        double strength = correct ? share : Math.Sqrt(share);
        int fade = (int)Math.Round(245 - 200 * strength);
        return correct ? $"#{fade:x2}{Math.Min(fade + 40, 245):x2}f5" : share == 0 ? "#f5f5f5" : $"#f5{fade:x2}{fade:x2}";
    }
}
