using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>
/// Compiles a network to a list of steps, and checks what the formulas assume: that nonlinearities act on Gaussian
/// preactivations, that branches are independent, and that layers fit the positions of the examples.
/// </summary>
public sealed partial class VectorNetworkBuilder
{
    private readonly Stack<string> _location = new();
    private string _title = "";
    private State _state;
    private List<Step> _steps = [];
    private int _count;

    private VectorNetworkBuilder(ExampleShape shape) => _state = new State(
        shape.Channels, IsGaussian: false, HasFreshWeights: false,
        shape.Kind is ExampleKinds.Images or ExampleKinds.Sequences ? new PositionGrid(shape.Positions) : null,
        shape.Kind == ExampleKinds.Graphs);

    /// <summary>Compiles a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <returns>The steps; all steps, those of branches too, have numbers below the second result.</returns>
    /// <exception cref="UserErrorException">A layer does not fit: names it by its path.</exception>
    internal static (IReadOnlyList<Step> Steps, int Count) Compile(Network network, ExampleShape shape)
    {
        VectorNetworkBuilder builder = new(shape);
        builder.Sequence("network", network.Layers);
        if (builder._state.HasPositions)
        {
            throw new UserErrorException(
                $"network: ends with {(builder._state.IsGraph ? "the nodes of a graph" : $"{builder._state.Grid!.Count} positions")} instead of one output.",
                "End it with GlobalAvgPool, GlobalSumPool or Flatten, and perhaps Dense.");
        }

        return (builder._steps, builder._count);
    }

    /// <summary>Adds layers one after the other.</summary>
    /// <param name="option">Name of the option that holds them, for messages.</param>
    /// <param name="layers">The layers.</param>
    public void Sequence(string option, IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        for (int i = 0; i < layers.Count; i++)
        {
            _location.Push($"{option}[{i}]");
            string outer = _title;
            _title = layers[i].Title;
            layers[i].Build(this);
            _title = outer;
            _location.Pop();
        }
    }

    /// <summary>An error at the current layer.</summary>
    public UserErrorException Error(string what, string remedy) =>
        new($"{string.Join('.', _location.Reverse())}: {what}.", remedy);

    /// <summary>Adds a random affine layer, the same at each position.</summary>
    /// <param name="weightStd">W_std.</param>
    /// <param name="biasStd">b_std; null for no biases.</param>
    /// <param name="parameterization">How the weights are scaled.</param>
    /// <param name="width">The width that the layer states.</param>
    public void Affine(double weightStd, double? biasStd, Parameterization parameterization, int width)
    {
        Add(NewAffine(weightStd, biasStd, parameterization, 1));
        _state = _state with { Width = width, IsGaussian = true, HasFreshWeights = true };
    }

    private AffineStep NewAffine(double weightStd, double? biasStd, Parameterization parameterization, int taps)
    {
        double weight = weightStd * weightStd;
        double bias = biasStd is { } std ? std * std : 0;
        return parameterization == Parameterization.Ntk
            ? new AffineStep(weight, bias, WeightToTangent: weight, BiasToTangent: bias)
            : new AffineStep(weight, bias, WeightToTangent: (double)_state.Width * taps, BiasToTangent: biasStd is null ? 0 : 1);
    }

    private void Add(Step step) => _steps.Add(step with { Number = _count++, Title = _title });

    /// <summary>Adds a nonlinearity.</summary>
    internal void Activate(Nonlinearity nonlinearity)
    {
        RequireGaussian(nonlinearity.Title);
        Add(nonlinearity.Accept<StepMaker, Step>(default));
        _state = _state with { IsGaussian = false };
    }

    /// <summary>Divides by the standard deviation.</summary>
    internal void Normalize(double eps)
    {
        RequireGaussian("LayerNorm");
        Add(new NormalizeStep(eps));
    }

    /// <summary>Multiplies the kernels of an example with itself, and those alone.</summary>
    internal void ScaleVariance(double factor)
    {
        Add(new ScaleVarianceStep(factor));
        _state = _state with { IsGaussian = false };
    }

    /// <summary>Adds the sum of branches.</summary>
    internal void Sum(IReadOnlyList<Layer> branches)
    {
        (IReadOnlyList<Step>[] steps, State[] states) = Branches(branches);
        if (states.Count(s => !s.IsGaussian) > 1)
        {
            throw Error(
                "a sum of more than one branch whose outputs are not zero-mean Gaussian has no closed form",
                "End all branches but one with a Dense layer.");
        }

        RequireIndependence(states);
        Add(new BranchStep(BranchKind.Sum, steps, []));
        RequireSamePositions(states);
        _state = states[0] with { Width = SameWidth(states), IsGaussian = states.All(s => s.IsGaussian), HasFreshWeights = HaveFreshWeights(states) };
    }

    /// <summary>Adds the product of branches.</summary>
    internal void Multiply(IReadOnlyList<Layer> branches)
    {
        (IReadOnlyList<Step>[] steps, State[] states) = Branches(branches);
        RequireIndependence(states);
        Add(new BranchStep(BranchKind.Product, steps, []));
        RequireSamePositions(states);
        _state = states[0] with { Width = SameWidth(states), IsGaussian = states.Length == 1 && states[0].IsGaussian, HasFreshWeights = HaveFreshWeights(states) };
    }

    /// <summary>Adds the concatenation of branches along the channels.</summary>
    internal void Concatenate(IReadOnlyList<Layer> branches)
    {
        (IReadOnlyList<Step>[] steps, State[] states) = Branches(branches);
        double total = states.Sum(s => (double)s.Width);
        if (total > int.MaxValue)
            throw Error($"the widths of the branches add up to {total}", "State smaller widths: only their ratios matter.");
        Add(new BranchStep(BranchKind.WeightedSum, steps, [.. states.Select(s => s.Width / total)]));
        RequireSamePositions(states);
        _state = states[0] with { Width = (int)total, IsGaussian = states.Length == 1 && states[0].IsGaussian, HasFreshWeights = HaveFreshWeights(states) };
    }

    private (IReadOnlyList<Step>[] Steps, State[] States) Branches(IReadOnlyList<Layer> branches)
    {
        if (branches.Count == 0)
            throw Error("there are no branches", "Give at least one branch.");
        List<Step> outer = _steps;
        State input = _state;
        IReadOnlyList<Step>[] steps = new IReadOnlyList<Step>[branches.Count];
        State[] states = new State[branches.Count];
        for (int i = 0; i < branches.Count; i++)
        {
            _steps = [];
            _state = input with { HasFreshWeights = false };
            _location.Push($"branches[{i}]");
            branches[i].Build(this);
            _location.Pop();
            (steps[i], states[i]) = (_steps, _state);
        }

        (_steps, _state) = (outer, input);
        return (steps, states);
    }

    private void RequireGaussian(string what)
    {
        if (!_state.IsGaussian)
        {
            throw Error(
                $"{what} needs Gaussian preactivations, and what comes before it is {(_steps.Count == 0 ? "the input" : "not a random affine layer")}",
                "Put a Dense layer before it.");
        }
    }

    private void RequireIndependence(State[] states)
    {
        if (states.Count(s => !s.HasFreshWeights) > 1)
        {
            throw Error(
                "more than one branch has no random weights of its own, so that the branches are not independent",
                "Put a Dense layer into all branches but one.");
        }
    }

    // Weights before the branches are in each of them.
    private bool HaveFreshWeights(State[] states) => _state.HasFreshWeights || states.All(s => s.HasFreshWeights);

    private int SameWidth(State[] states)
    {
        // Where one branch has no weights of its own, its width is a fact, and the widths that Dense layers state give way to it.
        int[] given = [.. states.Where(s => !s.HasFreshWeights).Select(s => s.Width)];
        int[] widths = given.Length > 0 ? given : [.. states.Select(s => s.Width).Distinct()];
        return widths.Length == 1
            ? widths[0]
            : throw Error($"the branches have the widths {string.Join(" and ", widths)}", "Give their last Dense layers the same width.");
    }

    private readonly record struct State(int Width, bool IsGaussian, bool HasFreshWeights, PositionGrid? Grid, bool IsGraph)
    {
        public bool HasPositions => Grid is not null || IsGraph;
    }

    private readonly struct StepMaker : IDualConsumer<Step>
    {
        public Step Take<TDual>(TDual dual)
            where TDual : struct, IDualActivation => new DualStep<TDual>(dual);

        public Step Take(NumericalNonlinearity nonlinearity) => new NumericalStep(new HermiteExpansion(nonlinearity));
    }
}
