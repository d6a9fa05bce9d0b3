using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>A network of finite width with random parameters: what its kernels are the limits of.</summary>
/// <remarks>Thread-safe. Float64, one example at a time, dropout as in training.</remarks>
public sealed class FiniteNetwork
{
    private readonly IReadOnlyList<FiniteModule> _modules;
    private readonly IReadOnlyList<FiniteParameter> _parameters;

    /// <summary>Compiles a network.</summary>
    /// <param name="network">The network; ends without positions.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="width">The width of all layers; null for the widths that they state. The limits stay those of the stated widths.</param>
    /// <exception cref="UserErrorException">A layer does not fit what comes before it or has no finite-width form, or positions remain: names the layer.</exception>
    public FiniteNetwork(Network network, ExampleShape shape, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(shape);
        if (width is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(width));
        Network = network;
        Shape = shape;
        (_modules, _parameters, Outputs) = FiniteNetworkBuilder.Compile(network, shape, width);
        ParameterCount = _parameters.Sum(p => p.Count);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Shape of the examples.</summary>
    public ExampleShape Shape { get; }

    /// <summary>Number of outputs: the channels of the last layer.</summary>
    public int Outputs { get; }

    /// <summary>Number of parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>Draws parameters: the same for the same seed and index.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="index">Which draw of this seed.</param>
    public FiniteWeights Draw(ulong seed, long index) => Draw(seed, index, new double[ParameterCount]);

    internal FiniteWeights Draw(ulong seed, long index, double[] values)
    {
        RandomStream random = new(seed, "finite network", index);
        foreach (FiniteParameter parameter in _parameters)
        {
            Span<double> block = values.AsSpan(parameter.Offset, parameter.Count);
            random.FillGaussian(block);
            Vectors.Scale(parameter.Deviation, block);
        }

        return new FiniteWeights(seed, index, values);
    }

    /// <summary>Applies a drawn network.</summary>
    /// <param name="weights">Drawn by this network.</param>
    /// <param name="examples">Examples of <see cref="Shape"/>; graphs may have fewer nodes.</param>
    /// <returns>One row of <see cref="Outputs"/> numbers for each example.</returns>
    /// <exception cref="UserErrorException">An output that is not finite: names the example.</exception>
    public double[][] Apply(FiniteWeights weights, Examples examples)
    {
        CheckArguments(weights, examples);
        double[][] results = new double[examples.Count][];
        for (int i = 0; i < results.Length; i++)
            results[i] = Run(weights, examples, i, null).Output.Values;
        return results;
    }

    /// <summary>Applies a drawn network to one example, with the vector-Jacobian product.</summary>
    /// <param name="weights">Drawn by this network.</param>
    /// <param name="examples">Examples of <see cref="Shape"/>; graphs may have fewer nodes.</param>
    /// <param name="example">Which of them.</param>
    /// <param name="cotangent">v, one number for each output.</param>
    /// <param name="gradient">Takes the gradient of v . f with respect to all parameters: <see cref="ParameterCount"/> numbers, set to 0 first.</param>
    /// <returns>The outputs f.</returns>
    /// <exception cref="UserErrorException">A number that is not finite: names the example.</exception>
    public double[] Apply(FiniteWeights weights, Examples examples, int example, double[] cotangent, double[] gradient)
    {
        CheckArguments(weights, examples);
        ArgumentNullException.ThrowIfNull(cotangent);
        ArgumentNullException.ThrowIfNull(gradient);
        if (cotangent.Length != Outputs || gradient.Length != ParameterCount)
            throw new ArgumentException($"The network has {Outputs} outputs and {ParameterCount} parameters.");
        Array.Clear(gradient);
        FiniteResult result = Run(weights, examples, example, gradient);
        result.Pullback(new Activations([.. cotangent], 1, Outputs));
        RequireFinite(gradient, example, "The gradient");
        return result.Output.Values;
    }

    private void CheckArguments(FiniteWeights weights, Examples examples)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(examples);
        if (weights.Values.Length != ParameterCount)
            throw new ArgumentException($"{weights.Values.Length} parameters for a network of {ParameterCount}: another network drew them.", nameof(weights));
        bool fits = examples is GraphExamples
            ? Shape.Kind == ExampleKinds.Graphs && examples.Shape.Channels == Shape.Channels && examples.Shape.Positions[0] <= Shape.Positions[0]
            : examples.Shape.Equals(Shape);
        if (!fits)
            throw new ArgumentException($"The network was compiled for examples of shape {Shape} and these have {examples.Shape}.", nameof(examples));
    }

    private FiniteResult Run(FiniteWeights weights, Examples examples, int example, double[]? gradient)
    {
        (Activations input, Graph? graph) = Read(examples, example);
        RequireFinite(input.Values, example, "A feature");
        FiniteResult result = FiniteSequence.Apply(_modules, input, new FiniteRun(weights, example, graph, gradient));
        RequireFinite(result.Output.Values, example, "An output");
        return result;
    }

    private (Activations Input, Graph? Graph) Read(Examples examples, int example)
    {
        if (examples is GraphExamples graphs)
        {
            Graph graph = graphs.Graphs[example];
            return (new Activations([.. graph.NodeFeatures], graph.Nodes, Shape.Channels), graph);
        }

        double[] values = new double[Shape.Size];
        ((FeatureExamples)examples).Features.Read(example, values);
        int positions = values.Length / Shape.Channels;
        bool[]? exists = examples is SequenceExamples { Lengths: { } lengths } ? [.. Enumerable.Range(0, positions).Select(p => p < lengths[example])] : null;
        return (new Activations(values, positions, Shape.Channels, exists).ClearMissing(), null);
    }

    private static void RequireFinite(double[] values, int example, string what)
    {
        int bad = Array.FindIndex(values, value => !double.IsFinite(value));
        if (bad >= 0)
        {
            throw new UserErrorException(
                $"{what} of example {example} is {values[bad]}.", "Remove NaN from the features, use smaller W_std, fewer layers or LayerNorm.");
        }
    }
}
