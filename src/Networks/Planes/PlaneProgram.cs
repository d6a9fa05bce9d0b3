using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>The layers between two poolings.</summary>
/// <param name="Input">Grid before the layers.</param>
/// <param name="Layers">The layers.</param>
/// <param name="RowDisplacements">The d_h that are needed, ascending.</param>
/// <param name="ColumnDisplacements">The d_w that are needed, ascending.</param>
/// <param name="Pooling">What follows; null where the planes are summed to one number.</param>
/// <param name="RowStride">By what the layers divide d_h.</param>
/// <param name="Titles">The layers for people, with the pooling.</param>
/// <param name="Cost">Fused multiply-adds for an entry of the input: an estimate.</param>
internal sealed record PlaneSegment(
    PlaneGrid Input, PlaneLayer[] Layers, int[] RowDisplacements, int[] ColumnDisplacements, PlanePooling? Pooling, int RowStride,
    IReadOnlyList<string> Titles, double Cost)
{
    /// <summary>Layers that count as work.</summary>
    public int Depth => Layers.Count(layer => layer is not WeightLayer);

    /// <summary>Planes that are needed.</summary>
    public long Planes => (long)RowDisplacements.Length * ColumnDisplacements.Length;

    /// <summary>Pairs of positions in all planes, for one pair of examples.</summary>
    public double Entries => Pairs(Input.Rows, RowDisplacements) * Pairs(Input.Columns, ColumnDisplacements);

    private static double Pairs(int length, int[] displacements) => displacements.Sum(d => (double)(length - Math.Abs(d)));
}

/// <summary>Numbers of an example, one for each position of a grid, that follow from which input positions exist.</summary>
/// <param name="Site">Where they are; one factor a position.</param>
/// <param name="Exists">Which positions of this grid exist, from those of the grids before.</param>
/// <param name="Weights">What stands at positions that exist; null for 1.</param>
internal sealed record PositionWeights(PointSite Site, Func<IReadOnlyList<bool[]>, bool[]> Exists, double[]? Weights);

/// <summary>A network as segments of plane-local layers, a sum over planes, and steps on single numbers.</summary>
internal sealed partial class PlaneProgram
{
    /// <summary>Positions behind a row that loops over several entries at once may read or write.</summary>
    public const int SparePositions = 5;

    private PlaneProgram(int channels) => Channels = channels;

    /// <summary>Numbers at an input position.</summary>
    public int Channels { get; }

    /// <summary>The segments with the planes that the sum needs.</summary>
    public IReadOnlyList<PlaneSegment> Segments { get; private set; } = [];

    /// <summary>The same segments with the planes that the variances of all positions need.</summary>
    public IReadOnlyList<PlaneSegment> VarianceSegments { get; private set; } = [];

    /// <summary>Factor of the sum over the entries of all planes of the last segment.</summary>
    public double FinalScale { get; private set; }

    /// <summary>Steps after the sum.</summary>
    public IReadOnlyList<Step> Tail { get; private set; } = [];

    /// <summary>Place of the tail's first factor.</summary>
    public int TailFactor { get; private set; }

    /// <summary>Numbers of an example: inputs, then factors of all steps.</summary>
    public int Factors { get; private set; }

    /// <summary>Numbers behind the last factor of an example that loops over several positions at once may read.</summary>
    public int SparePlaces => SparePositions * Math.Max(Channels, 3);

    /// <summary>Whether some positions of some examples do not exist.</summary>
    public bool HasLengths { get; private set; }

    /// <summary>Weights of positions that are computed for each example: which positions exist, on each grid. Empty where all positions exist.</summary>
    public IReadOnlyList<PositionWeights> Weights { get; private set; } = [];

    /// <summary>Index of the weights of the last grid.</summary>
    public int LastWeights { get; private set; }

    /// <summary>Place of the reciprocal of the number of positions that the mean is over; -1 where all positions exist.</summary>
    public int CountFactor { get; private set; } = -1;

    /// <summary>Rows that a ring of rows needs.</summary>
    public int RingRows { get; private set; }

    /// <summary>Columns of the largest plane.</summary>
    public int Columns { get; private set; }

    /// <summary>Zeros that filters need on each side of a row, at least 1.</summary>
    public int Margin { get; private set; } = 1;

    /// <summary>Columns of the widest filter, at least 1.</summary>
    public int WidestFilter { get; private set; } = 1;

    /// <summary>Pairs of positions times layers, for one pair of examples.</summary>
    public double EntryLayers { get; private set; }

    /// <summary>What ends the positions, for people.</summary>
    public string EndTitle { get; private set; } = "";

    /// <summary>Plans a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="reason">Where the result is null: what is outside the domain.</param>
    /// <param name="hasLengths">Whether some positions of some examples do not exist.</param>
    /// <exception cref="UserErrorException">A layer does not fit: names it.</exception>
    public static PlaneProgram? TryCreate(Network network, ExampleShape shape, out string reason, bool hasLengths = false)
    {
        IReadOnlyList<Step> steps = VectorNetworkBuilder.Compile(network, shape).Steps;
        if (shape.Kind is not (ExampleKinds.Images or ExampleKinds.Sequences) || shape.Positions.Count > 2)
        {
            reason = "planes need one or two position axes";
            return null;
        }

        Builder builder = new(PlaneGrid.Of(shape.Positions), shape.Channels, hasLengths);
        PlaneProgram? program = builder.Build(steps);
        reason = builder.Reason;
        return program;
    }
}
