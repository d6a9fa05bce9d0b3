namespace NeuralKernels.Networks;

/// <summary>Modules one after the other; what does not exist is 0 between them.</summary>
internal static class FiniteSequence
{
    public static FiniteResult Apply(IReadOnlyList<FiniteModule> modules, Activations input, FiniteRun run)
    {
        FiniteResult[] results = new FiniteResult[modules.Count];
        Activations current = input;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = modules[i].Apply(current, run);
            current = results[i].Output.ClearMissing();
        }

        return new FiniteResult(current, gradient =>
        {
            for (int i = results.Length - 1; i >= 0; i--)
                gradient = results[i].Pullback(gradient).ClearMissing();
            return gradient;
        });
    }

    /// <summary>All branches on one input.</summary>
    public static FiniteResult[] ApplyBranches(FiniteModule[][] branches, Activations input, FiniteRun run) =>
        Array.ConvertAll(branches, branch => Apply(branch, input, run));

    /// <summary>The sum of the gradients that come back from the branches.</summary>
    public static Activations PullBranches(Activations input, FiniteResult[] results, Func<int, Activations> gradientOf)
    {
        Activations sum = new(input.Positions, input.Channels, input.Exists);
        for (int b = 0; b < results.Length; b++)
            Vectors.AddScaled(1, results[b].Pullback(gradientOf(b).ClearMissing()).Values, sum.Values);
        return sum;
    }
}

/// <summary>How branches of the same shape are joined.</summary>
internal enum JoinKind
{
    Sum,
    Product,
}

/// <summary>The sum or the product of branches, number by number.</summary>
internal sealed class JoinModule(JoinKind kind, FiniteModule[][] branches) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        FiniteResult[] results = FiniteSequence.ApplyBranches(branches, input, run);
        Activations first = results[0].Output;
        bool[]? exists = Masks.And(results.Select(r => r.Output.Exists));
        Activations output = Combine([.. results.Select(r => r.Output)], first.Positions, first.Channels, exists);
        return new FiniteResult(output, gradient => FiniteSequence.PullBranches(input, results, b => kind == JoinKind.Sum
            ? new Activations((double[])gradient.Values.Clone(), first.Positions, first.Channels, results[b].Output.Exists)
            : Combine([gradient, .. results.Where((_, other) => other != b).Select(r => r.Output)], first.Positions, first.Channels, results[b].Output.Exists)));
    }

    private Activations Combine(Activations[] parts, int positions, int channels, bool[]? exists)
    {
        Activations result = new((double[])parts[0].Values.Clone(), positions, channels, exists);
        foreach (Activations part in parts.Skip(1))
        {
            if (kind == JoinKind.Sum)
            {
                Vectors.AddScaled(1, part.Values, result.Values);
                continue;
            }

            for (int i = 0; i < part.Values.Length; i++)
                result.Values[i] *= part.Values[i];
        }

        return result;
    }
}

/// <summary>The channels of all branches side by side, each branch scaled.</summary>
internal sealed class ChannelConcatenationModule(FiniteModule[][] branches, double[] scales) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        FiniteResult[] results = FiniteSequence.ApplyBranches(branches, input, run);
        Activations first = results[0].Output;
        Activations output = new(first.Positions, results.Sum(r => r.Output.Channels), Masks.And(results.Select(r => r.Output.Exists)));
        int[] offsets = new int[results.Length];
        for (int b = 1; b < offsets.Length; b++)
            offsets[b] = offsets[b - 1] + results[b - 1].Output.Channels;
        for (int b = 0; b < results.Length; b++)
        {
            Activations part = results[b].Output;
            for (int p = 0; p < part.Positions; p++)
                Vectors.AddScaled(scales[b], part.At(p), output.At(p).Slice(offsets[b], part.Channels));
        }

        return new FiniteResult(output, gradient => FiniteSequence.PullBranches(input, results, b =>
        {
            Activations part = new(first.Positions, results[b].Output.Channels, results[b].Output.Exists);
            for (int p = 0; p < part.Positions; p++)
                Vectors.AddScaled(scales[b], gradient.At(p).Slice(offsets[b], part.Channels), part.At(p));
            return part;
        }));
    }
}

/// <summary>The positions of all branches side by side.</summary>
/// <param name="branches">The branches.</param>
/// <param name="indices">The output position of each position of each branch.</param>
internal sealed class PositionConcatenationModule(FiniteModule[][] branches, int[][] indices) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        FiniteResult[] results = FiniteSequence.ApplyBranches(branches, input, run);
        int count = indices.Sum(list => list.Length);
        bool[]? exists = results.All(r => r.Output.Exists is null) ? null : new bool[count];
        Activations output = new(count, results[0].Output.Channels, exists);
        for (int b = 0; b < results.Length; b++)
        {
            for (int p = 0; p < indices[b].Length; p++)
            {
                results[b].Output.At(p).CopyTo(output.At(indices[b][p]));
                if (exists is not null)
                    exists[indices[b][p]] = results[b].Output.Has(p);
            }
        }

        return new FiniteResult(output, gradient => FiniteSequence.PullBranches(input, results, b =>
        {
            Activations part = new(indices[b].Length, output.Channels, results[b].Output.Exists);
            for (int p = 0; p < part.Positions; p++)
                gradient.At(indices[b][p]).CopyTo(part.At(p));
            return part;
        }));
    }
}
