using System.Collections.Concurrent;
using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>
/// The kernels of an infinitely wide network. Where no layer acts on positions, images are flattened and evaluated as vectors; with
/// convolutions and pooling they are evaluated plane by plane; all else takes the general form.
/// </summary>
public sealed class NetworkKernel : IKernel
{
    private readonly Network _network;
    private readonly ConcurrentDictionary<int, VectorNetwork> _vectorNetworks = new();
    private readonly ConcurrentDictionary<(ExampleShape Shape, bool HasLengths), PlaneNetwork?> _planeNetworks = new();
    private readonly ConcurrentDictionary<ExampleShape, GeneralNetwork> _generalNetworks = new();

    /// <summary>Makes the kernel.</summary>
    /// <param name="network">The network.</param>
    /// <param name="output">The output that regression is to use: one flag.</param>
    public NetworkKernel(Network network, KernelOutputs output)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        Output = output;
    }

    /// <inheritdoc />
    public KernelOutputs Output { get; }

    /// <inheritdoc />
    public KernelOutputs Provides => KernelOutputs.Nngp | KernelOutputs.Ntk;

    /// <inheritdoc />
    public string Description => $"{(Output == KernelOutputs.Ntk ? "ntk" : "nngp")} of {_network.Description}";

    /// <inheritdoc />
    public string CanonicalText => $"network: {_network.CanonicalText}";

    /// <inheritdoc />
    public void Check(ExampleShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (IsFlat(shape))
            VectorNetworkOf(shape.Size);
        else
            PlaneNetworkOf(shape);
    }

    /// <summary>How examples of a shape are evaluated, and what that costs.</summary>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="precision">Number type of the entries.</param>
    /// <param name="hasLengths">Whether examples have lengths: positions beyond them do not exist.</param>
    /// <exception cref="UserErrorException">The network does not take such examples: names the layer.</exception>
    public NetworkPlan Plan(ExampleShape shape, Precision precision, bool hasLengths)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (IsFlat(shape))
            return VectorNetworkOf(shape.Size).Plan(precision);
        if (shape.Kind is not (ExampleKinds.Images or ExampleKinds.Sequences))
            return GeneralNetworkOf(shape).Plan("nodes of graphs have no displacements");
        PlaneNetwork? planes = PlaneNetwork.TryCreate(_network, shape, out string reason, hasLengths);
        return planes?.Plan(precision) ?? GeneralNetworkOf(shape).Plan(reason);
    }

    /// <inheritdoc />
    public double CostPerPair(ExampleShape shape) =>
        IsFlat(shape) ? VectorNetworkOf(shape.Size).CostPerPair : PlaneNetworkOf(shape)?.CostPerPair ?? GeneralNetworkOf(shape).CostPerPair;

    /// <inheritdoc />
    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (IsFlat(examples.Shape))
            return VectorNetworkOf(examples.Shape.Size).Prepare<T>(((FeatureExamples)examples).Features, outputs, cancellation);
        return PlaneNetworkOf(examples.Shape, PlaneNetwork.HasLengths(examples)) is { } planes
            ? planes.Prepare<T>(examples, outputs, cancellation)
            : GeneralNetworkOf(examples.Shape).Prepare(examples, outputs, cancellation);
    }

    /// <inheritdoc />
    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (rows, columns)
        {
            case (PreparedPlanes<T> x, PreparedPlanes<T> y) when ReferenceEquals(x.Network, y.Network):
                x.Network.Evaluate(x, rowStart, y, columnStart, nngp, ntk);
                break;
            case (PreparedPositions x, PreparedPositions y):
                x.Network.Evaluate(x, rowStart, y, columnStart, nngp, ntk);
                break;
            case (PreparedVectors<T> x, PreparedVectors<T> y):
                VectorNetworkOf(x.Features).Evaluate(x, rowStart, y, columnStart, nngp, ntk);
                break;
            default:
                throw new UserErrorException(
                    "The examples of the two sides were prepared in different ways: one has lengths and the other has none.",
                    "Give both sets of examples lengths, or neither.");
        }
    }

    private bool IsFlat(ExampleShape shape) => shape.Kind == ExampleKinds.Vectors || (shape.Kind == ExampleKinds.Images && !_network.UsesPositions);

    private VectorNetwork VectorNetworkOf(int features) => _vectorNetworks.GetOrAdd(features, width => new VectorNetwork(_network, width));

    private PlaneNetwork? PlaneNetworkOf(ExampleShape shape, bool hasLengths = false) => _planeNetworks.GetOrAdd((shape, hasLengths), key =>
    {
        if (key.Shape.Kind == ExampleKinds.Images || key.Shape.Kind == ExampleKinds.Sequences)
            return PlaneNetwork.TryCreate(_network, key.Shape, out _, key.HasLengths);
        GeneralNetworkOf(key.Shape);
        return null;
    });

    private GeneralNetwork GeneralNetworkOf(ExampleShape shape) => _generalNetworks.GetOrAdd(shape, s => new GeneralNetwork(_network, s));
}
