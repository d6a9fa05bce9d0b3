namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

internal sealed partial class PlaneProgram
{
    /// <summary>Cuts the steps of a network at maps of positions, and finds which displacements each segment has to provide.</summary>
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
                    if (windows.Weights.All(w => w == 0))
                        return Outside("a map of positions whose weights are all 0");
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
