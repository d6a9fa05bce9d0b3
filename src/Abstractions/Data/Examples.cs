namespace NeuralKernels.Abstractions;

/// <summary>The kinds of examples that kernels take.</summary>
[Flags]
public enum ExampleKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>N x C: feature vectors.</summary>
    Vectors = 1,

    /// <summary>N x H x W x C: images, channels last.</summary>
    Images = 2,

    /// <summary>N x L x C: sequences, with a length for each example.</summary>
    Sequences = 4,

    /// <summary>Graphs with node features, edges and edge weights.</summary>
    Graphs = 8,
}

/// <summary>The shape of one example.</summary>
/// <param name="Kind">The kind of example: one flag.</param>
/// <param name="Positions">Sizes of the position axes: none for vectors, H and W for images, L for sequences, the largest number of nodes for graphs.</param>
/// <param name="Channels">Size of the channel axis, which comes last.</param>
public sealed record ExampleShape(ExampleKinds Kind, IReadOnlyList<int> Positions, int Channels)
{
    /// <summary>Numbers in one example.</summary>
    public int Size => Positions.Aggregate(Channels, (product, size) => checked(product * size));

    /// <inheritdoc />
    public bool Equals(ExampleShape? other) =>
        other is not null && Kind == other.Kind && Channels == other.Channels && Positions.SequenceEqual(other.Positions);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Kind, Channels, Positions.Count);

    /// <summary>For example <c>32x32x3</c>.</summary>
    public override string ToString() => string.Join('x', Positions.Append(Channels));
}

/// <summary>Inputs of examples of one kind. Immutable, safe for concurrent reads, possibly larger than memory.</summary>
public abstract class Examples
{
    private protected Examples(ExampleShape shape) => Shape = shape;

    /// <summary>Shape of one example.</summary>
    public ExampleShape Shape { get; }

    /// <summary>Number of examples.</summary>
    public abstract long Count { get; }

    /// <summary>Some of the examples in the given order; a view, not a copy.</summary>
    /// <param name="indices">Examples of this set; examples may repeat.</param>
    public abstract Examples Select(long[] indices);

    /// <summary>These examples followed by others of the same kind and shape.</summary>
    /// <exception cref="ArgumentException">Another kind or shape.</exception>
    public abstract Examples Append(params Examples[] others);

    private protected T[] Same<T>(Examples[] others)
        where T : Examples
    {
        foreach (Examples other in others)
        {
            if (other is not T || !other.Shape.Equals(Shape))
                throw new ArgumentException($"Examples of shape {other.Shape} cannot follow examples of shape {Shape}.", nameof(others));
        }

        return Array.ConvertAll(others, other => (T)other);
    }
}

/// <summary>Examples that have the same number of features each: vectors, images and sequences.</summary>
public abstract class FeatureExamples : Examples
{
    private protected FeatureExamples(FeatureSource features, ExampleShape shape)
        : base(shape)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Width != shape.Size)
            throw new ArgumentException($"Rows of {features.Width} numbers do not make examples of shape {shape}.", nameof(features));
        Features = features;
    }

    /// <summary>One row an example: its numbers in the order position.., channel.</summary>
    public FeatureSource Features { get; }

    /// <inheritdoc />
    public override long Count => Features.Count;

    /// <summary>The same kind and shape with other numbers.</summary>
    /// <param name="features">As many rows as there are examples.</param>
    public abstract FeatureExamples WithFeatures(FeatureSource features);

    /// <inheritdoc />
    public override Examples Select(long[] indices) => WithFeatures(Features.Select(indices));

    /// <inheritdoc />
    public override Examples Append(params Examples[] others) =>
        WithFeatures(Features.Append(Array.ConvertAll(Same<FeatureExamples>(others), other => other.Features)));
}

/// <summary>N x C feature vectors.</summary>
public sealed class VectorExamples : FeatureExamples
{
    /// <summary>Wraps rows of features.</summary>
    public VectorExamples(FeatureSource features)
        : base(features, new ExampleShape(ExampleKinds.Vectors, [], features.Width))
    {
    }

    /// <inheritdoc />
    public override FeatureExamples WithFeatures(FeatureSource features) => new VectorExamples(features);
}

/// <summary>N x H x W x C images, channels last; also N x D x H x W x C volumes.</summary>
public sealed class ImageExamples : FeatureExamples
{
    /// <summary>Wraps rows of H x W x C numbers.</summary>
    public ImageExamples(FeatureSource features, int height, int width, int channels)
        : this(features, [height, width], channels)
    {
    }

    /// <summary>Wraps rows of numbers on a grid of two or three axes.</summary>
    /// <param name="features">One row an example: its numbers in the order position.., channel.</param>
    /// <param name="sizes">Sizes of the position axes.</param>
    /// <param name="channels">Numbers at a position.</param>
    /// <exception cref="ArgumentException">Another number of axes, or rows of another width.</exception>
    public ImageExamples(FeatureSource features, IReadOnlyList<int> sizes, int channels)
        : base(features, new ExampleShape(ExampleKinds.Images, sizes, channels))
    {
        if (sizes.Count is not (2 or 3))
            throw new ArgumentException($"Images have two or three position axes, not {sizes.Count}.", nameof(sizes));
    }

    /// <summary>Rows of an image.</summary>
    public int Height => Shape.Positions[^2];

    /// <summary>Columns of an image.</summary>
    public int Width => Shape.Positions[^1];

    /// <inheritdoc />
    public override FeatureExamples WithFeatures(FeatureSource features) => new ImageExamples(features, Shape.Positions, Shape.Channels);
}

/// <summary>N x L x C sequences; the positions from an example's length on do not exist.</summary>
public sealed class SequenceExamples : FeatureExamples
{
    /// <summary>Wraps rows of L x C numbers.</summary>
    /// <param name="features">One row an example.</param>
    /// <param name="length">Positions that are stored for each example.</param>
    /// <param name="channels">Numbers at a position.</param>
    /// <param name="lengths">Positions that exist, from 1 to <paramref name="length"/>, for each example; null where all exist.</param>
    public SequenceExamples(FeatureSource features, int length, int channels, int[]? lengths = null)
        : base(features, new ExampleShape(ExampleKinds.Sequences, [length], channels))
    {
        if (lengths is not null)
        {
            if (lengths.Length != features.Count)
                throw new ArgumentException($"{lengths.Length} lengths for {features.Count} sequences.", nameof(lengths));
            if (lengths.Any(l => l < 1 || l > length))
                throw new ArgumentException($"A length is outside 1 to {length}.", nameof(lengths));
        }

        Lengths = lengths;
    }

    /// <summary>Positions that exist for each example; null where all exist.</summary>
    public IReadOnlyList<int>? Lengths { get; }

    /// <inheritdoc />
    public override FeatureExamples WithFeatures(FeatureSource features) =>
        new SequenceExamples(features, Shape.Positions[0], Shape.Channels, (int[]?)Lengths);

    /// <inheritdoc />
    public override Examples Select(long[] indices) =>
        new SequenceExamples(Features.Select(indices), Shape.Positions[0], Shape.Channels,
            Lengths is null ? null : Array.ConvertAll(indices, i => Lengths[checked((int)i)]));

    /// <inheritdoc />
    public override Examples Append(params Examples[] others)
    {
        SequenceExamples[] same = Same<SequenceExamples>(others);
        int[]? lengths = null;
        if (Lengths is not null || same.Any(other => other.Lengths is not null))
            lengths = [.. AllLengths(this), .. same.SelectMany(AllLengths)];
        return new SequenceExamples(Features.Append(Array.ConvertAll(same, other => other.Features)), Shape.Positions[0], Shape.Channels, lengths);
    }

    private static IEnumerable<int> AllLengths(SequenceExamples examples) =>
        examples.Lengths ?? Enumerable.Repeat(examples.Shape.Positions[0], checked((int)examples.Count));
}

/// <summary>One graph.</summary>
/// <param name="Nodes">Number of nodes.</param>
/// <param name="NodeFeatures">Nodes x C numbers, row-major.</param>
/// <param name="EdgeFrom">Source node i of each edge (i, j).</param>
/// <param name="EdgeTo">Target node j of each edge (i, j).</param>
/// <param name="EdgeWeights">A[i, j] of each edge.</param>
public sealed record Graph(int Nodes, double[] NodeFeatures, int[] EdgeFrom, int[] EdgeTo, double[] EdgeWeights);

/// <summary>Graphs with node features, edges and edge weights.</summary>
public sealed class GraphExamples : Examples
{
    /// <summary>Wraps graphs.</summary>
    /// <param name="graphs">The graphs; not copied.</param>
    /// <param name="channels">Features of a node, at least 1.</param>
    /// <exception cref="ArgumentException">A graph whose arrays do not fit each other, or an edge to a node that does not exist.</exception>
    public GraphExamples(IReadOnlyList<Graph> graphs, int channels)
        : base(new ExampleShape(ExampleKinds.Graphs, [graphs.Count == 0 ? 0 : graphs.Max(g => g.Nodes)], channels))
    {
        for (int n = 0; n < graphs.Count; n++)
        {
            Graph graph = graphs[n];
            if (graph.NodeFeatures.Length != (long)graph.Nodes * channels)
                throw new ArgumentException($"Graph {n} has {graph.Nodes} nodes and {graph.NodeFeatures.Length} features, not {graph.Nodes} x {channels}.", nameof(graphs));
            if (graph.EdgeFrom.Length != graph.EdgeTo.Length || graph.EdgeFrom.Length != graph.EdgeWeights.Length)
                throw new ArgumentException($"Graph {n} has edge arrays of different lengths.", nameof(graphs));
            if (graph.EdgeFrom.Concat(graph.EdgeTo).Any(node => node < 0 || node >= graph.Nodes))
                throw new ArgumentException($"Graph {n} has an edge to a node outside 0 to {graph.Nodes - 1}.", nameof(graphs));
        }

        Graphs = graphs;
    }

    /// <summary>The graphs.</summary>
    public IReadOnlyList<Graph> Graphs { get; }

    /// <inheritdoc />
    public override long Count => Graphs.Count;

    /// <inheritdoc />
    public override Examples Select(long[] indices) =>
        new GraphExamples(Array.ConvertAll(indices, i => Graphs[checked((int)i)]), Shape.Channels);

    /// <inheritdoc />
    public override Examples Append(params Examples[] others)
    {
        foreach (Examples other in others)
        {
            if (other is not GraphExamples || other.Shape.Channels != Shape.Channels)
                throw new ArgumentException($"Examples of shape {other.Shape} cannot follow graphs with {Shape.Channels} node features.", nameof(others));
        }

        return new GraphExamples([.. Graphs, .. others.SelectMany(other => ((GraphExamples)other).Graphs)], Shape.Channels);
    }
}
