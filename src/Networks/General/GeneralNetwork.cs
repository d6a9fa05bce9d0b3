using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

/// <summary>
/// A network on examples of any kind, evaluated in the general form: all pairs of positions of a pair of examples are stored, in float64,
/// by simple code. Works for every layer; it is the reference for faster forms.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class GeneralNetwork
{
    private readonly IReadOnlyList<Step> _steps;
    private readonly int _stepCount;

    /// <summary>Compiles a network.</summary>
    /// <param name="network">The network; ends without positions.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <exception cref="UserErrorException">A layer does not fit what comes before it, or positions remain: names the layer.</exception>
    public GeneralNetwork(Network network, ExampleShape shape)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(shape);
        Network = network;
        Shape = shape;
        (_steps, _stepCount) = VectorNetworkBuilder.Compile(network, shape);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Shape of the examples.</summary>
    public ExampleShape Shape { get; }

    /// <summary>What one pair takes, in the multiply-adds that vector code would do in that time: an estimate for planning.</summary>
    public double CostPerPair
    {
        get
        {
            double positions = Shape.Positions.Aggregate(1.0, (product, size) => product * size);
            return _steps.Sum(step => CostOfEntry(step, positions)) * positions * positions;
        }
    }

    /// <summary>How pairs are evaluated, and what that costs.</summary>
    /// <param name="reason">Why no faster form takes the network.</param>
    public NetworkPlan Plan(string reason)
    {
        double positions = Shape.Positions.Aggregate(1.0, (product, size) => product * size);
        double entries = positions * positions;

        // K and T, before and after a layer.
        long bytes = (long)Math.Min(4 * sizeof(double) * entries, long.MaxValue / 2);
        PlanSegment segment = new(
            PlanText.Join([.. _steps.Select(step => step.Title)]), Shape.Positions, PlanStorage.Full, 0, entries, entries * _steps.Count, bytes, reason);
        return new NetworkPlan(
            [segment], "all pairs of positions, one pair of examples at a time, float64", entries * _steps.Count, CostPerPair,
            sizeof(double) * (long)Shape.Size, bytes, PreferredTile);
    }

    // A tile takes about a tenth of a second at most, so that a computation can be interrupted.
    internal int PreferredTile => (int)Math.Clamp(Math.Sqrt(4e9 / CostPerPair), 1, 32);

    // Measured: about 10 ns for an entry and 1.5 ns for a term of a sum, against 57 multiply-adds a nanosecond.
    private static double CostOfEntry(Step step, double positions)
    {
        const double Entry = 570, Term = 85;
        return step switch
        {
            ConvolutionStep convolution => Entry + Term * convolution.Windows.Taps[0].Length,
            TiedAttentionStep => Entry + 4 * Term * positions,
            BranchStep branch => branch.Branches.Sum(steps => Entry + steps.Sum(s => CostOfEntry(s, positions))),
            _ => Entry,
        };
    }

    /// <summary>Sends each example through the network with itself, and keeps what its pairs need.</summary>
    /// <param name="examples">Examples of <see cref="Shape"/>; graphs may have any number of nodes.</param>
    /// <param name="outputs">What will be evaluated.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserErrorException">A variance that is not finite: names the example.</exception>
    public PreparedPositions Prepare(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(examples);
        PreparedExample[] prepared = new PreparedExample[examples.Count];
        Parallelism.For(prepared.Length, 0, (_, i) => prepared[i] = Prepare(examples, (int)i), cancellation);
        return new PreparedPositions(this, prepared, outputs);
    }

    /// <summary>Evaluates all pairs of some row examples and some column examples.</summary>
    /// <typeparam name="T">float or double: the type of the results.</typeparam>
    /// <param name="rows">Prepared by this network.</param>
    /// <param name="rowStart">Example of the first row.</param>
    /// <param name="columns">Prepared by this network.</param>
    /// <param name="columnStart">Example of the first column.</param>
    /// <param name="nngp">Takes the NNGP; null view where it is not wanted.</param>
    /// <param name="ntk">Takes the NTK, of the same shape; null view where it is not wanted.</param>
    /// <exception cref="ArgumentException">Views of different shapes, or examples that do not exist.</exception>
    public void Evaluate<T>(PreparedPositions rows, long rowStart, PreparedPositions columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixView<T> shape = PairTile.Check(rows, rowStart, columns, columnStart, nngp, ntk);
        for (nint i = 0; i < shape.Rows; i++)
        {
            for (nint j = 0; j < shape.Columns; j++)
            {
                PairCovariance pair = Run(rows.Examples[rowStart + i], columns.Examples[columnStart + j], isSelf: false);
                if (!nngp.IsNull)
                    nngp[i, j] = T.CreateSaturating(pair.K[0, 0]);
                if (!ntk.IsNull)
                    ntk[i, j] = T.CreateSaturating(pair.T[0, 0]);
            }
        }
    }

    private PreparedExample Prepare(Examples examples, int index)
    {
        PreparedExample example = Read(examples, index);
        PairCovariance self = Run(example, example, isSelf: true);
        (example.Nngp, example.Ntk) = (self.K[0, 0], self.T[0, 0]);
        if (!double.IsFinite(example.Nngp) || !double.IsFinite(example.Ntk))
        {
            throw new UserErrorException(
                $"The kernel of example {index} with itself is {example.Nngp} (NNGP) and {example.Ntk} (NTK).",
                "Remove NaN from the features, use smaller W_std, fewer layers or LayerNorm.");
        }

        return example;
    }

    private PreparedExample Read(Examples examples, int index)
    {
        if (examples is GraphExamples graphs)
        {
            Graph graph = graphs.Graphs[index];
            return new PreparedExample(graph.NodeFeatures, graph.Nodes, null, new ExampleSides(_stepCount, graph));
        }

        FeatureExamples features = (FeatureExamples)examples;
        double[] values = new double[features.Features.Width];
        features.Features.Read(index, values);
        int positions = values.Length / Shape.Channels;
        bool[]? mask = null;
        if (examples is SequenceExamples { Lengths: { } lengths })
        {
            mask = [.. Enumerable.Range(0, positions).Select(p => p < lengths[index])];

            // What stands at positions that do not exist is no part of the example.
            values.AsSpan(lengths[index] * Shape.Channels).Clear();
        }

        return new PreparedExample(values, positions, mask, new ExampleSides(_stepCount, null));
    }

    private PairCovariance Run(PreparedExample row, PreparedExample column, bool isSelf)
    {
        int channels = Shape.Channels;
        double[,] k = new double[row.Positions, column.Positions];
        for (int p = 0; p < row.Positions; p++)
        {
            ReadOnlySpan<double> x = row.Features.AsSpan(p * channels, channels);
            for (int q = 0; q < column.Positions; q++)
            {
                ReadOnlySpan<double> y = column.Features.AsSpan(q * channels, channels);
                double sum = 0;
                for (int c = 0; c < x.Length; c++)
                    sum += x[c] * y[c];
                k[p, q] = sum / channels;
            }
        }

        PairCovariance pair = new(k, row.Mask, column.Mask, isSelf);
        foreach (Step step in _steps)
            step.Apply(pair, row.Sides, column.Sides);
        return pair;
    }
}

/// <summary>One example with what steps keep of it.</summary>
internal sealed class PreparedExample(double[] features, int positions, bool[]? mask, ExampleSides sides)
{
    public double[] Features { get; } = features;

    public int Positions { get; } = positions;

    public bool[]? Mask { get; } = mask;

    public ExampleSides Sides { get; } = sides;

    public double Nngp { get; set; }

    public double Ntk { get; set; }
}

/// <summary>Examples with positions, prepared for the general evaluation.</summary>
public sealed class PreparedPositions : IPreparedExamples
{
    internal PreparedPositions(GeneralNetwork network, PreparedExample[] examples, KernelOutputs outputs)
    {
        Network = network;
        Examples = examples;
        Outputs = outputs;
    }

    /// <inheritdoc />
    public long Count => Examples.Length;

    /// <inheritdoc />
    public KernelOutputs Outputs { get; }

    /// <inheritdoc />
    public long Bytes => sizeof(double) * Examples.Sum(e => (long)e.Features.Length);

    /// <inheritdoc />
    public int PreferredTile => Network.PreferredTile;

    /// <summary>The network that the examples were prepared for.</summary>
    public GeneralNetwork Network { get; }

    internal PreparedExample[] Examples { get; }

    /// <inheritdoc />
    public void Diagonal(KernelOutputs output, Span<double> destination)
    {
        for (int i = 0; i < Examples.Length; i++)
            destination[i] = output == KernelOutputs.Ntk ? Examples[i].Ntk : Examples[i].Nngp;
    }

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }
}
