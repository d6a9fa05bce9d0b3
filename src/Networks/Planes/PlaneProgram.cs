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
internal sealed record PlaneSegment(
    PlaneGrid Input, PlaneLayer[] Layers, int[] RowDisplacements, int[] ColumnDisplacements, PlanePooling? Pooling, int RowStride);

/// <summary>A network as segments of plane-local layers, a sum over planes, and steps on single numbers.</summary>
internal sealed class PlaneProgram
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

    /// <summary>Rows that a ring of rows needs.</summary>
    public int RingRows { get; private set; }

    /// <summary>Columns of the largest plane.</summary>
    public int Columns { get; private set; }

    /// <summary>Zeros that filters need on each side of a row, at least 1.</summary>
    public int Margin { get; private set; } = 1;

    /// <summary>Whether few planes are needed, so that several row examples are worth a pass at once.</summary>
    public bool HasFewPlanes => Segments[0].RowDisplacements.Length * Segments[0].ColumnDisplacements.Length < 10;

    /// <summary>Columns of the widest filter, at least 1.</summary>
    public int WidestFilter { get; private set; } = 1;

    /// <summary>Pairs of positions times layers, for one pair of examples.</summary>
    public double EntryLayers { get; private set; }

    /// <summary>Plans a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="reason">Where the result is null: what is outside the domain.</param>
    /// <exception cref="UserErrorException">A layer does not fit: names it.</exception>
    public static PlaneProgram? TryCreate(Network network, ExampleShape shape, out string reason)
    {
        IReadOnlyList<Step> steps = VectorNetworkBuilder.Compile(network, shape).Steps;
        if (shape.Kind is not (ExampleKinds.Images or ExampleKinds.Sequences) || shape.Positions.Count > 2)
        {
            reason = "planes need one or two position axes";
            return null;
        }

        Builder builder = new(PlaneGrid.Of(shape.Positions), shape.Channels);
        PlaneProgram? program = builder.Build(steps);
        reason = builder.Reason;
        return program;
    }

    private sealed class Builder(PlaneGrid input, int channels)
    {
        private readonly List<(PlaneGrid Input, PlaneLayer[] Layers, PlaneGrid Output, int RowStride, int ColumnStride, PositionMapStep? Pooling)> _segments = [];
        private readonly PlaneProgram _program = new(channels) { RingRows = input.Rows, Columns = input.Columns };
        private PlaneGrid _grid = input;
        private int _rowStride = 1;
        private int _columnStride = 1;
        private int _factors = input.Count * channels;

        public string Reason { get; private set; } = "";

        public PlaneProgram? Build(IReadOnlyList<Step> steps)
        {
            int end = Enumerable.Range(0, steps.Count).FirstOrDefault(i => steps[i] is GlobalPoolStep or FlattenStep, -1);
            if (end < 0)
                return Outside("the network ends with positions");
            int start = 0;
            for (int i = 0; i <= end; i++)
            {
                if (i < end && steps[i] is not PositionMapStep)
                    continue;
                PlaneGrid before = _grid;
                (_rowStride, _columnStride) = (1, 1);
                PlaneLayer[]? layers = Layers([.. steps.Skip(start).Take(i - start)]);
                if (layers is null)
                    return null;
                PositionMapStep? pooling = steps[i] as PositionMapStep;
                _segments.Add((before, layers, _grid, _rowStride, _columnStride, pooling));
                if (pooling is not null && !Pool(pooling))
                    return null;
                start = i + 1;
            }

            Step[] tail = [.. steps.Skip(end + 1)];
            if (tail.FirstOrDefault(step => step is PositionStep) is { } positions)
                return Outside($"{positions.GetType().Name} after the positions are gone");
            Finish(steps[end], tail);
            return _program;
        }

        private void Finish(Step end, Step[] tail)
        {
            double count = _grid.Count;
            _program.FinalScale = end switch { FlattenStep => 1 / count, GlobalPoolStep { IsMean: true } => 1 / (count * count), _ => 1 };
            _program.Tail = tail;
            _program.TailFactor = _factors;
            _program.Factors = _factors + tail.Sum(step => step.SideRows);
            _program.Segments = Segments(isDiagonal: end is FlattenStep, keepsAll: false);
            _program.VarianceSegments = Segments(isDiagonal: true, keepsAll: true);
            for (int s = 0; s < _segments.Count; s++)
            {
                PlaneSegment segment = _program.Segments[s];
                _program.EntryLayers += segment.Layers.Length
                    * Pairs(segment.Input.Rows, segment.RowDisplacements) * Pairs(segment.Input.Columns, segment.ColumnDisplacements);
            }
        }

        // From the last segment to the first: which displacements each has to provide.
        private List<PlaneSegment> Segments(bool isDiagonal, bool keepsAll)
        {
            bool[] Needed(int length) => [.. Enumerable.Range(0, 2 * length - 1).Select(i => !isDiagonal || i == length - 1)];
            bool[] rows = Needed(_grid.Rows);
            bool[] columns = Needed(_grid.Columns);
            List<PlaneSegment> segments = [];
            PlaneGrid after = default;
            for (int s = _segments.Count - 1; s >= 0; s--)
            {
                var segment = _segments[s];
                PlanePooling? pooling = null;
                if (segment.Pooling is { Pooling: { } windows } map)
                {
                    double weight = map.Weights[0][0].Weight;
                    pooling = new PlanePooling(segment.Output, after, PlaneGrid.Of(windows.Shape.Sizes), weight * weight, rows, columns, keepsAll);
                    (rows, columns) = (pooling.NeededRows, pooling.NeededColumns);
                }

                int[] rowDisplacements = Displacements(rows, segment.RowStride);
                int[] columnDisplacements = Displacements(columns, segment.ColumnStride);
                segments.Insert(0, new PlaneSegment(segment.Input, segment.Layers, rowDisplacements, columnDisplacements, pooling, segment.RowStride));
                rows = Flags(segment.Input.Rows, rowDisplacements);
                columns = Flags(segment.Input.Columns, columnDisplacements);
                after = segment.Input;
            }

            return segments;
        }

        private static int[] Displacements(bool[] needed, int stride) =>
            [.. Enumerable.Range(0, needed.Length).Where(i => needed[i]).Select(i => (i - needed.Length / 2) * stride)];

        private static bool[] Flags(int length, int[] displacements)
        {
            bool[] flags = new bool[2 * length - 1];
            foreach (int d in displacements)
                flags[d + length - 1] = true;
            return flags;
        }

        private static double Pairs(int length, int[] displacements) => displacements.Sum(d => (double)(length - Math.Abs(d)));

        private PlaneLayer[]? Layers(IReadOnlyList<Step> steps)
        {
            List<PlaneLayer> layers = [];
            for (int i = 0; i < steps.Count; i++)
            {
                switch (steps[i])
                {
                    case ConvolutionStep convolution:
                        if (Box(convolution) is not { } box)
                            return null;
                        Step? next = i + 1 < steps.Count && steps[i + 1].ActsOnPoints ? steps[++i] : null;
                        layers.Add(new ElementLayer(box, convolution.Affine, next, Site(next)));
                        break;
                    case BranchStep { Kind: not BranchKind.Positions } branch:
                        if (Branches(branch) is not { } joined)
                            return null;
                        layers.Add(joined);
                        break;
                    case AffineStep affine when i + 1 < steps.Count && steps[i + 1].Rectifier is not null:
                        layers.Add(new ElementLayer(null, affine, steps[++i], Site(steps[i])));
                        break;
                    case { ActsOnPoints: true } point:
                        layers.Add(new ElementLayer(null, null, point, Site(point)));
                        break;
                    default:
                        Outside($"{steps[i].GetType().Name} couples positions in another way than convolutions and pooling");
                        return null;
                }
            }

            return [.. layers];
        }

        private BranchLayer? Branches(BranchStep branch)
        {
            (PlaneGrid grid, int rowStride, int columnStride) = (_grid, _rowStride, _columnStride);
            PlaneLayer[][] branches = new PlaneLayer[branch.Branches.Length][];
            for (int b = 0; b < branches.Length; b++)
            {
                var expected = (_grid, _rowStride, _columnStride);
                (_grid, _rowStride, _columnStride) = (grid, rowStride, columnStride);
                if (Layers(branch.Branches[b]) is not { } layers)
                    return null;
                branches[b] = layers;
                if (b > 0 && expected != (_grid, _rowStride, _columnStride))
                {
                    Outside("branches with different strides");
                    return null;
                }
            }

            return new BranchLayer(branch.Kind, branch.Weights, branches);
        }

        private PointSite Site(Step? step)
        {
            PointSite site = new(_factors, step?.SideRows ?? 0, _grid);
            _factors += site.Factors * _grid.Count;
            return site;
        }

        private BoxShape? Box(ConvolutionStep convolution)
        {
            WindowShape shape = convolution.Shape;
            if (shape.Padding == Padding.Circular || shape.IsTransposed)
            {
                Outside(shape.IsTransposed ? "a transposed convolution" : "a circular convolution");
                return null;
            }

            PlaneGrid window = PlaneGrid.Of(shape.Sizes);
            PlaneGrid stride = PlaneGrid.Of(shape.Strides);
            PlaneGrid output = PlaneGrid.Of(convolution.Windows.Output.Sizes);
            int Low(int length, int outputs, int size, int step) =>
                shape.Padding == Padding.Valid ? 0 : Math.Max((outputs - 1) * step + size - length, 0) / 2;
            BoxShape box = new(
                window.Rows, window.Columns, stride.Rows, stride.Columns,
                Low(_grid.Rows, output.Rows, window.Rows, stride.Rows), Low(_grid.Columns, output.Columns, window.Columns, stride.Columns), output);
            _program.RingRows = Math.Max(_program.RingRows, _grid.Rows + Math.Max(box.RowLow, 1));
            _program.WidestFilter = Math.Max(_program.WidestFilter, box.Columns);
            if (box.Rows == 1)
                _program.Margin = Math.Max(_program.Margin, box.Columns);
            _grid = output;
            _rowStride *= box.RowStride;
            _columnStride *= box.ColumnStride;
            return box;
        }

        private bool Pool(PositionMapStep step)
        {
            if (step.Pooling is not { } pooling)
            {
                Outside("a linear map of positions");
                return false;
            }

            (WindowShape shape, PositionGrid output) = pooling;
            int[] sizes = shape.Sizes.Count == 1 ? [_grid.Columns] : [_grid.Rows, _grid.Columns];
            bool touches = shape.Sizes.SequenceEqual(shape.Strides);
            bool inside = shape.Padding == Padding.Valid || sizes.Where((size, axis) => size % shape.Sizes[axis] != 0).Any() == false;
            if (!touches || !inside)
            {
                Outside("pooling with windows that overlap or leave the grid");
                return false;
            }

            _grid = PlaneGrid.Of(output.Sizes);
            return true;
        }

        private PlaneProgram? Outside(string reason)
        {
            Reason = reason;
            return null;
        }
    }
}
