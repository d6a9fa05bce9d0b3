using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>A number of channels: how many a network of finite width has, and how many its layers state.</summary>
/// <remarks>
/// They differ where a network is made with another width than its layers state. Kernels depend on the stated widths, through the standard
/// parameterization and concatenation; modules scale so that the limit stays that of the stated widths.
/// </remarks>
/// <param name="Actual">Channels of the activations.</param>
/// <param name="Stated">Channels that the layers state; those of the input are what they are.</param>
public readonly record struct FiniteChannels(int Actual, int Stated)
{
    /// <summary>Layers that asked for this number and can be asked for another one, by the order of their requests.</summary>
    internal int[] Owners { get; init; } = [];
}

/// <summary>Compiles a network of finite width: each layer adds its modules, and says what becomes of channels and positions.</summary>
public sealed partial class FiniteNetworkBuilder
{
    private readonly Stack<string> _location = new();
    private readonly Dictionary<int, int> _given = [];
    private readonly int? _width;
    private State _state;
    private List<FiniteModule> _modules = [];
    private readonly List<FiniteParameter> _parameters = [];
    private int _parameterCount;
    private int _requests;
    private int _randomPlaces;

    private FiniteNetworkBuilder(ExampleShape shape, int? width)
    {
        _width = width;
        _state = new State(
            new FiniteChannels(shape.Channels, shape.Channels),
            shape.Kind is ExampleKinds.Images or ExampleKinds.Sequences ? new PositionGrid(shape.Positions) : null,
            shape.Kind == ExampleKinds.Graphs ? shape.Positions[0] : null);
    }

    /// <summary>Channels where the next module begins.</summary>
    public FiniteChannels Channels => _state.Channels;

    /// <summary>Sizes of the position axes where the next module begins; none for vectors and for graphs.</summary>
    public IReadOnlyList<int> Positions => _state.Grid?.Sizes ?? [];

    /// <summary>Whether the positions are the nodes of a graph, of which every example may have another number.</summary>
    public bool IsGraph => _state.MostNodes is not null;

    /// <summary>Compiles a network.</summary>
    /// <exception cref="UserErrorException">A layer does not fit what comes before it or has no finite-width form: names it by its path.</exception>
    internal static (IReadOnlyList<FiniteModule> Modules, IReadOnlyList<FiniteParameter> Parameters, int Outputs) Compile(
        Network network, ExampleShape shape, int? width)
    {
        FiniteNetworkBuilder builder = new(shape, width);
        builder.Sequence("network", network.Layers);
        if (builder._state.HasPositions)
        {
            throw new UserErrorException(
                $"network: ends with {(builder.IsGraph ? "the nodes of a graph" : $"{builder._state.Grid!.Count} positions")} instead of one output.",
                "End it with GlobalAvgPool, GlobalSumPool or Flatten, and perhaps Dense.");
        }

        return (builder._modules, builder._parameters, builder.Channels.Actual);
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
            layers[i].BuildFinite(this);
            _location.Pop();
        }
    }

    /// <summary>An error at the current layer.</summary>
    public UserErrorException Error(string what, string remedy) =>
        new($"{string.Join('.', _location.Reverse())}: {what}.", remedy);

    /// <summary>The number of channels for a layer that states a width: the stated one, unless the network is made with another width.</summary>
    /// <param name="stated">What the layer states.</param>
    public FiniteChannels Width(int stated)
    {
        int request = _requests++;
        int actual = _given.TryGetValue(request, out int given) ? given : _width ?? stated;
        return new FiniteChannels(actual, stated) { Owners = [request] };
    }

    /// <summary>Adds a block of parameters.</summary>
    /// <param name="count">How many numbers.</param>
    /// <param name="deviation">Their standard deviation.</param>
    /// <exception cref="UserErrorException">More parameters than an array holds.</exception>
    public FiniteParameter AddParameter(long count, double deviation)
    {
        if (_parameterCount + count > Array.MaxLength)
            throw Error($"the network has more than {Array.MaxLength} parameters", "Give it a smaller width.");
        FiniteParameter parameter = new(_parameterCount, (int)count, deviation);
        _parameters.Add(parameter);
        _parameterCount += (int)count;
        return parameter;
    }

    /// <summary>A place where a module draws random numbers for each example: pass it to <see cref="FiniteRun.Random"/>.</summary>
    public int AddRandomPlace() => _randomPlaces++;

    /// <summary>Adds a module that keeps channels and positions.</summary>
    public void Add(FiniteModule module) => _modules.Add(module);

    /// <summary>Adds a module that gives other channels.</summary>
    /// <param name="module">The module.</param>
    /// <param name="channels">Channels of its output.</param>
    public void Add(FiniteModule module, FiniteChannels channels)
    {
        _modules.Add(module);
        _state = _state with { Channels = channels };
    }

    /// <summary>Adds a module that gives other channels and another grid of positions.</summary>
    /// <param name="module">The module.</param>
    /// <param name="channels">Channels of its output.</param>
    /// <param name="positions">Sizes of the position axes of its output; none for a vector.</param>
    public void Add(FiniteModule module, FiniteChannels channels, IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        _modules.Add(module);
        _state = new State(channels, positions.Count == 0 ? null : new PositionGrid(positions), null);
    }

    /// <summary>Adds a function of each number.</summary>
    /// <param name="function">phi.</param>
    /// <param name="derivative">phi', almost everywhere.</param>
    public void Pointwise(Func<double, double> function, Func<double, double> derivative)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(derivative);
        Add(new PointwiseModule(function, derivative));
    }

    /// <summary>Adds a linear map of positions, the same for each channel: y[o] = sum of weight x[position].</summary>
    /// <param name="weights">For each output position its input positions with weights.</param>
    /// <param name="positions">Sizes of the position axes of the output; none for a vector.</param>
    /// <param name="existsAfter">Which output positions exist, from those of the input that do; null for all.</param>
    public void MapPositions(
        IReadOnlyList<IReadOnlyList<(int Position, double Weight)>> weights, IReadOnlyList<int> positions, Func<bool[], bool[]?>? existsAfter = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(positions);
        (int, double)[][] copy = [.. weights.Select(list => list.ToArray())];
        Add(new PositionMapModule(_ => copy, exists => exists is null ? null : existsAfter?.Invoke(exists)), Channels, positions);
    }

    private readonly record struct State(FiniteChannels Channels, PositionGrid? Grid, int? MostNodes)
    {
        public bool HasPositions => Grid is not null || MostNodes is not null;

        public int MostPositions => MostNodes ?? Grid?.Count ?? 1;
    }
}
