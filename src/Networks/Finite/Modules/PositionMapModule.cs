using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>A linear map of positions, the same for each channel: y[o] = sum of weight x[position].</summary>
/// <param name="weightsOf">For each output position its input positions with weights, for an input.</param>
/// <param name="existsAfter">Which output positions exist, from those of the input that do; null for all.</param>
internal sealed class PositionMapModule(Func<Activations, (int Position, double Weight)[][]> weightsOf, Func<bool[]?, bool[]?> existsAfter) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run) => Apply(input, weightsOf(input), existsAfter(input.Exists));

    public static FiniteResult Apply(Activations input, (int Position, double Weight)[][] weights, bool[]? exists)
    {
        Activations output = new(weights.Length, input.Channels, exists);
        for (int o = 0; o < weights.Length; o++)
        {
            foreach ((int position, double weight) in weights[o])
                Vectors.AddScaled(weight, input.At(position), output.At(o));
        }

        return new FiniteResult(output, gradient =>
        {
            Activations result = new(input.Positions, input.Channels, input.Exists);
            for (int o = 0; o < weights.Length; o++)
            {
                foreach ((int position, double weight) in weights[o])
                    Vectors.AddScaled(weight, gradient.At(o), result.At(position));
            }

            return result;
        });
    }
}

/// <summary>The sum over the neighbours of a node, weighted by the edges that lead to it.</summary>
internal sealed class AggregateModule : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        Graph graph = run.Graph!;
        List<(int, double)>[] incoming = [.. Enumerable.Range(0, input.Positions).Select(_ => new List<(int, double)>())];
        for (int e = 0; e < graph.EdgeFrom.Length; e++)
            incoming[graph.EdgeTo[e]].Add((graph.EdgeFrom[e], graph.EdgeWeights[e]));
        return PositionMapModule.Apply(input, Array.ConvertAll(incoming, list => list.ToArray()), input.Exists);
    }
}

/// <summary>Joins positions and channels to one vector.</summary>
internal sealed class FlattenModule : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run) => new(
        new Activations((double[])input.Values.Clone(), 1, input.Values.Length),
        gradient => new Activations((double[])gradient.Values.Clone(), input.Positions, input.Channels, input.Exists));
}
