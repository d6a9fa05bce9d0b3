using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>A layer of finite width in a compiled network: a function of the activations of one example and of drawn parameters.</summary>
/// <remarks>Immutable and thread-safe: what belongs to one draw and one example is in the <see cref="FiniteRun"/>.</remarks>
public abstract class FiniteModule
{
    /// <summary>Applies the module to one example.</summary>
    /// <param name="input">The activations; not to be changed. Positions that do not exist are 0.</param>
    /// <param name="run">The parameters, and what else belongs to the draw and the example.</param>
    /// <returns>
    /// New activations and the pullback. The network sets positions that do not exist to 0, in the output and in the gradients on both sides of the pullback.
    /// </returns>
    public abstract FiniteResult Apply(Activations input, FiniteRun run);
}

/// <summary>The output of a module with its derivative in reverse mode, the vector-Jacobian product.</summary>
/// <param name="Output">The output.</param>
/// <param name="Pullback">
/// Takes the gradient with respect to the output, which it must not change, adds the gradients of the parameters to <see cref="FiniteRun.Gradient"/>,
/// and gives the gradient with respect to the input. Called once at most.
/// </param>
public sealed record FiniteResult(Activations Output, Func<Activations, Activations> Pullback);

/// <summary>A block of parameters: independent normal numbers.</summary>
/// <param name="Offset">Where it begins among all parameters of the network.</param>
/// <param name="Count">How many numbers.</param>
/// <param name="Deviation">Their standard deviation.</param>
public readonly record struct FiniteParameter(int Offset, int Count, double Deviation);

/// <summary>One example on its way through a drawn network.</summary>
public sealed class FiniteRun
{
    private readonly FiniteWeights _weights;
    private readonly long _example;
    private readonly double[]? _gradient;

    internal FiniteRun(FiniteWeights weights, long example, Graph? graph, double[]? gradient)
    {
        _weights = weights;
        _example = example;
        Graph = graph;
        _gradient = gradient;
    }

    /// <summary>The example's graph; null for other examples.</summary>
    public Graph? Graph { get; }

    /// <summary>The drawn numbers of a parameter.</summary>
    public ReadOnlySpan<double> this[FiniteParameter parameter] => _weights.Values.AsSpan(parameter.Offset, parameter.Count);

    /// <summary>Where a pullback adds the gradient with respect to a parameter.</summary>
    /// <exception cref="InvalidOperationException">Outside a pullback.</exception>
    public Span<double> Gradient(FiniteParameter parameter) =>
        (_gradient ?? throw new InvalidOperationException("No gradient was asked for.")).AsSpan(parameter.Offset, parameter.Count);

    /// <summary>Random numbers that belong to this draw and example, such as the mask of dropout: the same whenever the example passes the same place again.</summary>
    /// <param name="place">A number that the builder gave: see <see cref="FiniteNetworkBuilder.AddRandomPlace"/>.</param>
    public RandomStream Random(int place) => new(_weights.Seed, $"finite network, draw {_weights.Index}, place {place}", _example);
}

/// <summary>The parameters of one draw of a network of finite width.</summary>
public sealed class FiniteWeights
{
    internal FiniteWeights(ulong seed, long index, double[] values)
    {
        Seed = seed;
        Index = index;
        Values = values;
    }

    /// <summary>The seed of the draw.</summary>
    public ulong Seed { get; }

    /// <summary>Which draw of this seed.</summary>
    public long Index { get; }

    /// <summary>All parameters, one block after the other.</summary>
    public double[] Values { get; }
}
