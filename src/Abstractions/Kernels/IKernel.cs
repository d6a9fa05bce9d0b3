using System.Numerics;

namespace NeuralKernels.Abstractions;

/// <summary>The kernels of an infinitely wide network.</summary>
[Flags]
public enum KernelOutputs
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Covariance of the outputs at initialisation (neural network Gaussian process).</summary>
    Nngp = 1,

    /// <summary>Neural tangent kernel: inner product of the parameter gradients.</summary>
    Ntk = 2,
}

/// <summary>Number type of kernel entries. Sums of reductions and all solver vectors are float64 in either case.</summary>
public enum Precision
{
    /// <summary>32-bit IEEE 754.</summary>
    Float32,

    /// <summary>64-bit IEEE 754.</summary>
    Float64,
}

/// <summary>A positive semi-definite function of pairs of examples.</summary>
/// <remarks>All members are thread-safe: <see cref="Evaluate"/> is called for different tiles at the same time.</remarks>
[ComponentKind("kernel")]
public interface IKernel
{
    /// <summary>The output that regression is to use: one flag.</summary>
    KernelOutputs Output { get; }

    /// <summary>All outputs that this kernel can evaluate.</summary>
    KernelOutputs Provides { get; }

    /// <summary>One line for people, such as <c>ntk of 3 x [Dense, Relu], Dense</c>.</summary>
    string Description { get; }

    /// <summary>
    /// All that determines the function, as text: equal texts mean equal kernels, on every machine and in later versions. The
    /// hash of it keys stores and tags runs.
    /// </summary>
    string CanonicalText { get; }

    /// <summary>Checks that the kernel takes examples of this shape, before any work.</summary>
    /// <exception cref="UserErrorException">It does not: says which layer or option does not fit, and what would.</exception>
    void Check(ExampleShape shape);

    /// <summary>Fused multiply-adds for one pair of examples: an estimate for planning.</summary>
    double CostPerPair(ExampleShape shape);

    /// <summary>Does the work that is needed once an example: layout, variance maps. O(n).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>: the type of the entries.</typeparam>
    /// <param name="examples">Examples of a shape that <see cref="Check"/> accepts.</param>
    /// <param name="outputs">Outputs that will be evaluated; a subset of <see cref="Provides"/>.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserErrorException">An example with NaN or infinity, or whose variance overflows: names the example.</exception>
    IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Evaluates all pairs of some row examples and some column examples.</summary>
    /// <typeparam name="T">The type that both sides were prepared for.</typeparam>
    /// <param name="rows">From <see cref="Prepare"/> of this kernel.</param>
    /// <param name="rowStart">The example of the tile's first row.</param>
    /// <param name="columns">From <see cref="Prepare"/> of this kernel; may be <paramref name="rows"/>.</param>
    /// <param name="columnStart">The example of the tile's first column.</param>
    /// <param name="nngp">Takes the NNGP entries; null view where they are not wanted.</param>
    /// <param name="ntk">Takes the NTK entries, of the same shape; null view where they are not wanted.</param>
    /// <remarks>
    /// Entries with themselves are the caller's business: it sets them from <see cref="IPreparedExamples.Diagonal"/>, since two
    /// equal examples and an example with itself differ for some layers (dropout).
    /// </remarks>
    void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Examples as a kernel wants them. Disposed by whoever asked for it; safe for concurrent reads.</summary>
public interface IPreparedExamples : IDisposable
{
    /// <summary>Number of examples.</summary>
    long Count { get; }

    /// <summary>Outputs that were prepared for.</summary>
    KernelOutputs Outputs { get; }

    /// <summary>Bytes that are held.</summary>
    long Bytes { get; }

    /// <summary>The side of a square tile that evaluates at full speed: the caller may use any other.</summary>
    int PreferredTile { get; }

    /// <summary>The kernel of each example with itself, exact: from the variance pass.</summary>
    /// <param name="output">One flag of <see cref="Outputs"/>.</param>
    /// <param name="destination">Takes <see cref="Count"/> numbers.</param>
    void Diagonal(KernelOutputs output, Span<double> destination);
}
