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

    private sealed class Builder
    {
        private const double PoolingCost = 7;
        private const double ReadingCost = 3;
        private const double BranchCost = 5;
        private const double PointCost = 3;

        private readonly List<DraftSegment> _segments = [];
        private readonly List<PositionWeights> _weights = [];
        private readonly PlaneProgram _program;
        private readonly bool _hasLengths;
        private PlaneGrid _grid;
        private int _exists;
        private int _rowStride = 1;
        private int _columnStride = 1;
        private int _factors;

        public Builder(PlaneGrid input, int channels, bool hasLengths)
        {
            _program = new PlaneProgram(channels) { RingRows = input.Rows, Columns = input.Columns };
            _grid = input;
            _hasLengths = hasLengths;
            _factors = input.Count * channels;
            if (hasLengths)
                _exists = AddWeights(levels => levels[0], null);
        }

        public string Reason { get; private set; } = "";

        public PlaneProgram? Build(IReadOnlyList<Step> steps)
        {
            int end = Enumerable.Range(0, steps.Count).FirstOrDefault(i => steps[i] is GlobalPoolStep or FlattenStep, -1);
            if (end < 0)
                return Outside("the network ends with positions");
            int start = 0;
            List<PlaneLayer> first = [];
            for (int i = 0; i <= end; i++)
            {
                if (i < end && steps[i] is not PositionMapStep)
                    continue;
                PlaneGrid before = _grid;
                (_rowStride, _columnStride) = (1, 1);
                PlaneLayer[]? layers = Layers([.. steps.Skip(start).Take(i - start)]);
                if (layers is null)
                    return null;
                string[] titles = [.. steps.Skip(start).Take(i - start + (i < end ? 1 : 0)).Select(step => step.Title)];
                double cost = steps.Skip(start).Take(i - start).Sum(CostOfEntry) + (i < end ? PoolingCost : 0) + (start == 0 ? _program.Channels + ReadingCost : 1);
                DraftSegment segment = new(before, [.. first, .. layers], _grid, _rowStride, _columnStride, null, 0, titles, cost);
                first = [];
                if (steps[i] is PositionMapStep map)
                {
                    if (map.Output.Sizes.Count == 0 || AxisWindows.Find(map, _grid) is not { } windows)
                        return Outside("a map of positions that are not sums over windows");
                    segment = segment with { Windows = windows, Weight = windows.Weights.Max(Math.Abs) };
                    first = Map(map, windows, segment.Weight);
                }

                _segments.Add(segment);
                start = i + 1;
            }

            Step[] tail = [.. steps.Skip(end + 1)];
            if (tail.FirstOrDefault(step => step is PositionStep) is { } positions)
                return Outside($"{positions.Title} after the positions are gone");
            Finish(steps[end], tail);
            return _program;
        }

        // By count of operations: a rectifier with its convolution takes 21, all others run after sums that are stored; see bench/README.md.
        private static double CostOfEntry(Step step) => step switch
        {
            ConvolutionStep => 6,
            BranchStep branch => branch.Branches.Sum(b => BranchCost + b.Sum(CostOfEntry)),
            { Rectifier: not null } => 15,
            _ => PointCost + step.Cost,
        };

        // The grid after a map, and what its planes have to be multiplied by.
        private List<PlaneLayer> Map(PositionMapStep map, AxisWindows windows, double weight)
        {
            _grid = PlaneGrid.Of(map.Output.Sizes);
            double[]? weights = windows.Weights.All(w => w == weight) ? null : Array.ConvertAll(windows.Weights, w => w / weight);
            int before = _exists;
            if (_hasLengths)
            {
                int count = _grid.Count;
                _exists = AddWeights(levels => map.MaskOf(levels[before]) ?? [.. Enumerable.Repeat(true, count)], null);
            }

            int after = _exists;
            if (weights is not null)
                return [new WeightLayer(_weights[AddWeights(levels => _hasLengths ? levels[after] : [.. weights.Select(_ => true)], weights)].Site)];
            return _hasLengths ? [new WeightLayer(_weights[_exists].Site)] : [];
        }

        private int AddWeights(Func<IReadOnlyList<bool[]>, bool[]> exists, double[]? weights)
        {
            _weights.Add(new PositionWeights(new PointSite(_factors, 1, _grid), exists, weights));
            _factors += _grid.Count;
            return _weights.Count - 1;
        }

        private void Finish(Step end, Step[] tail)
        {
            double count = _grid.Count;
            _program.FinalScale = end switch { FlattenStep => 1 / count, GlobalPoolStep { IsMean: true } when !_hasLengths => 1 / (count * count), _ => 1 };
            if (_hasLengths && end is GlobalPoolStep { IsMean: true })
            {
                _program.CountFactor = _factors;
                _factors++;
            }

            _program.HasLengths = _hasLengths;
            _program.EndTitle = end.Title;
            _program.Weights = _weights;
            _program.LastWeights = _exists;
            _program.Tail = tail;
            _program.TailFactor = _factors;
            _program.Factors = _factors + tail.Sum(step => step.SideRows);
            _program.Segments = Segments(isDiagonal: end is FlattenStep, keepsAll: false);
            _program.VarianceSegments = Segments(isDiagonal: true, keepsAll: true);
            foreach (PlaneSegment segment in _program.Segments)
                _program.EntryLayers += segment.Depth * segment.Entries;
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
                DraftSegment segment = _segments[s];
                PlanePooling? pooling = null;
                if (segment.Windows is { } windows)
                {
                    pooling = new PlanePooling(segment.Output, after, windows, segment.Weight * segment.Weight, rows, columns, keepsAll);
                    (rows, columns) = (pooling.NeededRows, pooling.NeededColumns);
                }

                int[] rowDisplacements = Displacements(rows, segment.RowStride);
                int[] columnDisplacements = Displacements(columns, segment.ColumnStride);
                segments.Insert(0, new PlaneSegment(segment.Input, segment.Layers, rowDisplacements, columnDisplacements, pooling, segment.RowStride, segment.Titles, segment.Cost));
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
                        layers.Add(new ElementLayer(box, convolution.Affine, next, Site(next), ExistingSite));
                        break;
                    case BranchStep { Kind: not BranchKind.Positions } branch:
                        if (Branches(branch) is not { } joined)
                            return null;
                        layers.Add(joined);
                        if (ExistingSite is { } site)
                            layers.Add(new WeightLayer(site));
                        break;
                    case GroupNormalizeStep normalize:
                        layers.Add(new GroupNormalizeLayer(normalize, new PointSite(_factors, 1, _grid), ExistingSite));
                        _factors += _grid.Count;
                        break;
                    case AffineStep affine when i + 1 < steps.Count && steps[i + 1].Rectifier is not null:
                        layers.Add(new ElementLayer(null, affine, steps[++i], Site(steps[i]), ExistingSite));
                        break;
                    case { ActsOnPoints: true } point:
                        layers.Add(new ElementLayer(null, null, point, Site(point), ExistingSite));
                        break;
                    default:
                        Outside($"{steps[i].Title} couples positions in another way than convolutions and pooling");
                        return null;
                }
            }

            return [.. layers];
        }

        private BranchLayer? Branches(BranchStep branch)
        {
            var start = (_grid, _rowStride, _columnStride, _exists);
            PlaneLayer[][] branches = new PlaneLayer[branch.Branches.Length][];
            int[] ends = new int[branches.Length];
            for (int b = 0; b < branches.Length; b++)
            {
                var expected = (_grid, _rowStride, _columnStride);
                (_grid, _rowStride, _columnStride, _exists) = start;
                if (Layers(branch.Branches[b]) is not { } layers)
                    return null;
                branches[b] = layers;
                ends[b] = _exists;
                if (b > 0 && expected != (_grid, _rowStride, _columnStride))
                {
                    Outside("branches with different strides");
                    return null;
                }
            }

            // A position exists after the branches where it exists in all of them.
            if (ends.Distinct().Count() > 1)
                _exists = AddWeights(levels => [.. levels[ends[0]].Select((_, p) => ends.All(end => levels[end][p]))], null);
            return new BranchLayer(branch.Kind, branch.Weights, branches);
        }

        private PointSite? ExistingSite => _hasLengths ? _weights[_exists].Site : null;

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
            if (_hasLengths && Enumerable.Range(0, output.Count).Any(o => !convolution.Windows.Centres[o].SequenceEqual([o])))
            {
                int before = _exists;
                _exists = AddWeights(levels => convolution.Windows.Mask(levels[before])!, null);
            }

            _rowStride *= box.RowStride;
            _columnStride *= box.ColumnStride;
            return box;
        }

        private PlaneProgram? Outside(string reason)
        {
            Reason = reason;
            return null;
        }

        private sealed record DraftSegment(
            PlaneGrid Input, PlaneLayer[] Layers, PlaneGrid Output, int RowStride, int ColumnStride, AxisWindows? Windows, double Weight, string[] Titles, double Cost);
    }
}
