namespace NeuralKernels.Networks;

// Notation: m mean of x^2 over the numbers that are joined, r = (eps + m)^(-1/2), y = r x;
//   dx = r (g - x r^2 <g, x> / n) for the gradient g with respect to y and n numbers.

/// <summary>
/// Divides by the root mean square over the channels of a position, or of a group of positions that exist. The mean is not subtracted: in the limit
/// it is 0, as LayerNorm follows layers whose outputs are zero-mean Gaussian.
/// </summary>
/// <param name="groups">The group of each position; null where each is its own.</param>
/// <param name="eps">Added to the mean square.</param>
internal sealed class NormalizeModule(int[]? groups, double eps) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        int[] group = groups ?? [.. Enumerable.Range(0, input.Positions)];
        double[] squares = SumsOf(group, p => Vectors.Dot(input.At(p), input.At(p)));
        double[] counts = SumsOf(group, p => input.Has(p) ? input.Channels : 0);
        double[] r = [.. squares.Zip(counts, (sum, n) => n > 0 && eps + sum / n > 0 ? 1 / Math.Sqrt(eps + sum / n) : 0)];
        Activations output = new(input.Positions, input.Channels, input.Exists);
        for (int p = 0; p < input.Positions; p++)
            Vectors.AddScaled(r[group[p]], input.At(p), output.At(p));
        return new FiniteResult(output, gradient =>
        {
            double[] inner = SumsOf(group, p => Vectors.Dot(gradient.At(p), input.At(p)));
            Activations result = new(input.Positions, input.Channels, input.Exists);
            for (int p = 0; p < input.Positions; p++)
            {
                int k = group[p];
                Vectors.AddScaled(r[k], gradient.At(p), result.At(p));
                if (counts[k] > 0)
                    Vectors.AddScaled(-r[k] * r[k] * r[k] * inner[k] / counts[k], input.At(p), result.At(p));
            }

            return result;
        });
    }

    private static double[] SumsOf(int[] group, Func<int, double> value)
    {
        double[] sums = new double[group.Max() + 1];
        for (int p = 0; p < group.Length; p++)
            sums[group[p]] += value(p);
        return sums;
    }
}
