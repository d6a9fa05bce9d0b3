using System.Collections.Concurrent;
using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Vector;

/// <summary>The kernels of an infinitely wide network on feature vectors and flattened images.</summary>
public sealed class NetworkKernel : IKernel
{
    private readonly Network _network;
    private readonly ConcurrentDictionary<int, VectorNetwork> _compiled = new();

    /// <summary>Makes the kernel.</summary>
    public NetworkKernel(NetworkKernelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _network = new Network(options.Network);
        Output = options.Get == NetworkOutput.Ntk ? KernelOutputs.Ntk : KernelOutputs.Nngp;
    }

    /// <inheritdoc />
    public KernelOutputs Output { get; }

    /// <inheritdoc />
    public KernelOutputs Provides => KernelOutputs.Nngp | KernelOutputs.Ntk;

    /// <inheritdoc />
    public string Description => $"{(Output == KernelOutputs.Ntk ? "ntk" : "nngp")} of {_network.Description}";

    /// <inheritdoc />
    public string CanonicalText => $"network/vectors: {_network.CanonicalText}";

    /// <inheritdoc />
    public void Check(ExampleShape shape)
    {
        Flat.Require(shape, "network");
        Compile(shape.Size);
    }

    /// <inheritdoc />
    public double CostPerPair(ExampleShape shape) => Compile(shape.Size).CostPerPair;

    /// <inheritdoc />
    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Flat.Require(examples.Shape, "network");
        return Compile(examples.Shape.Size).Prepare<T>(((FeatureExamples)examples).Features, outputs, cancellation);
    }

    /// <inheritdoc />
    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        PreparedVectors<T> prepared = (PreparedVectors<T>)rows;
        Compile(prepared.Features).Evaluate(prepared, rowStart, (PreparedVectors<T>)columns, columnStart, nngp, ntk);
    }

    private VectorNetwork Compile(int features) => _compiled.GetOrAdd(features, width => new VectorNetwork(_network, width));
}
