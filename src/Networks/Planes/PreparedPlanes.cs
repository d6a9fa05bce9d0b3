using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>Examples with positions, with their factors at all positions through all layers, in blocks of as many examples as a vector has lanes.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class PreparedPlanes<T> : IPreparedExamples
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeMatrix<T> _blocks;

    internal PreparedPlanes(PlaneNetwork network, long count, int lanes, int factors, int preferredTile, KernelOutputs outputs)
    {
        Network = network;
        Count = count;
        Lanes = lanes;
        PreferredTile = preferredTile;
        Outputs = outputs;
        Nngp = new double[count];
        Ntk = new double[count];
        _blocks = new NativeMatrix<T>((nint)((count + lanes - 1) / lanes), checked((nint)factors * lanes));
    }

    /// <summary>The network that the examples were prepared for.</summary>
    public PlaneNetwork Network { get; }

    /// <inheritdoc />
    public long Count { get; }

    /// <inheritdoc />
    public KernelOutputs Outputs { get; }

    /// <inheritdoc />
    public long Bytes => (long)Unsafe.SizeOf<T>() * _blocks.Rows * _blocks.Stride + 16 * Count;

    /// <inheritdoc />
    public int PreferredTile { get; }

    /// <summary>Examples in a block.</summary>
    internal int Lanes { get; }

    internal double[] Nngp { get; }

    internal double[] Ntk { get; }

    /// <summary>Inputs and factors of a block of examples, lanes innermost.</summary>
    internal unsafe T* Block(long block) => _blocks.View.Data + (nint)block * _blocks.Stride;

    /// <inheritdoc />
    public void Diagonal(KernelOutputs output, Span<double> destination) => (output == KernelOutputs.Ntk ? Ntk : Nngp).CopyTo(destination);

    /// <inheritdoc />
    public void Dispose() => _blocks.Dispose();
}
