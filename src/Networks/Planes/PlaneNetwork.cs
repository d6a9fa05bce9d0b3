using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>
/// A network on images or sequences, evaluated plane by plane: for a fixed displacement of the positions of two examples, convolutions and
/// pointwise layers stay within one rectangle, which passes all layers between two poolings while it is in the cache.
/// </summary>
/// <remarks>
/// Takes grids of one or two axes; convolutions with any filter and stride, SAME or VALID; layers on single positions, normalisation over positions; branches of these;
/// pooling and slices; positions that do not exist; then global pooling or flattening. Memory does not grow with depth.
/// Thread-safe.
/// </remarks>
public sealed class PlaneNetwork
{
    private readonly PlaneProgram _program;
    private readonly VectorWidth _vectors;
    private readonly ConcurrentDictionary<Type, object> _runners = new();
    private readonly ConcurrentBag<PlaneWorkspace<float>>[] _singleWorkspaces = [[], []];
    private readonly ConcurrentBag<PlaneWorkspace<double>>[] _doubleWorkspaces = [[], []];

    private PlaneNetwork(Network network, ExampleShape shape, PlaneProgram program, VectorWidth vectors)
    {
        Network = network;
        Shape = shape;
        _program = program;
        _vectors = vectors == VectorWidth.Best ? (Vector512.IsHardwareAccelerated ? VectorWidth.Bits512 : VectorWidth.Bits256) : vectors;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Shape of the examples.</summary>
    public ExampleShape Shape { get; }

    /// <summary>Pairs of positions times layers, for one pair of examples: the unit of the work.</summary>
    public double EntryLayersPerPair => _program.EntryLayers;

    /// <summary>Fused multiply-adds for one pair: an estimate for planning.</summary>
    public double CostPerPair => PlanePlan.Cost(_program);

    // Long rows of cheap pairs, so that the factors of a row example are gathered once for many.
    private int PreferredTile => _program.EntryLayers > 1e5 ? 16 : 64;

    /// <summary>How pairs are evaluated, and what that costs.</summary>
    /// <param name="precision">Number type of the entries.</param>
    public NetworkPlan Plan(Precision precision) => PlanePlan.Of(_program, Shape, precision, Lanes(precision == Precision.Float32 ? sizeof(float) : sizeof(double)), PreferredTile);

    /// <summary>Compiles a network.</summary>
    /// <param name="network">The network; ends without positions.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="reason">Where the result is null: the layer that planes don't have.</param>
    /// <param name="hasLengths">Whether examples have lengths: positions beyond them do not exist.</param>
    /// <returns>Null where a layer is outside the domain; <see cref="GeneralNetwork"/> takes such networks.</returns>
    /// <exception cref="UserErrorException">A layer does not fit what comes before it, or positions remain: names the layer.</exception>
    public static PlaneNetwork? TryCreate(Network network, ExampleShape shape, out string reason, bool hasLengths = false) =>
        TryCreate(network, shape, VectorWidth.Best, out reason, hasLengths);

    internal static PlaneNetwork? TryCreate(Network network, ExampleShape shape, VectorWidth vectors, out string reason, bool hasLengths = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(shape);
        return PlaneProgram.TryCreate(network, shape, out reason, hasLengths) is { } program ? new PlaneNetwork(network, shape, program, vectors) : null;
    }

    /// <summary>Whether examples have positions that do not exist.</summary>
    public static bool HasLengths(Examples examples) => examples is SequenceExamples { Lengths: not null };

    /// <summary>Sends each example through the network with itself, in float64, and keeps the factors of its pairs.</summary>
    /// <typeparam name="T">float or double: the type of the arithmetic of pairs.</typeparam>
    /// <param name="examples">Examples of <see cref="Shape"/>, with lengths if the network was compiled for them.</param>
    /// <param name="outputs">What will be evaluated.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserErrorException">A number that is not finite, or a variance that overflows: names the example.</exception>
    public PreparedPlanes<T> Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples is not FeatureExamples { Features: { } features } || !examples.Shape.Equals(Shape) || (HasLengths(examples) && !_program.HasLengths))
            throw new ArgumentException($"The network was compiled for examples of shape {Shape}{(_program.HasLengths ? "" : " without lengths")}.", nameof(examples));
        IReadOnlyList<int>? lengths = (examples as SequenceExamples)?.Lengths;
        int lanes = Lanes(System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        PreparedPlanes<T> prepared = new(this, examples.Count, lanes, _program.Factors + _program.SparePlaces, PreferredTile, outputs);
        try
        {
            if (_vectors == VectorWidth.Bits256)
                PrepareAll<T, Double4x>(features, lengths, prepared, cancellation);
            else
                PrepareAll<T, Double8x>(features, lengths, prepared, cancellation);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    /// <summary>Evaluates all pairs of some row examples and some column examples.</summary>
    /// <typeparam name="T">The type that both sides were prepared for.</typeparam>
    /// <param name="rows">Prepared by this network.</param>
    /// <param name="rowStart">Example of the first row.</param>
    /// <param name="columns">Prepared by this network.</param>
    /// <param name="columnStart">Example of the first column.</param>
    /// <param name="nngp">Takes the NNGP; null view where it is not wanted.</param>
    /// <param name="ntk">Takes the NTK, of the same shape; null view where it is not wanted.</param>
    /// <exception cref="ArgumentException">Views of different shapes, or examples that do not exist.</exception>
    public void Evaluate<T>(PreparedPlanes<T> rows, long rowStart, PreparedPlanes<T> columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixView<T> shape = PairTile.Check(rows, rowStart, columns, columnStart, nngp, ntk);
        if (shape.Rows == 0 || shape.Columns == 0)
            return;
        if (typeof(T) == typeof(float))
        {
            var (x, y, k, t) = ((PreparedPlanes<float>)(object)rows, (PreparedPlanes<float>)(object)columns, Cast<T, float>(nngp), Cast<T, float>(ntk));
            if (_vectors == VectorWidth.Bits256)
                EvaluateCore<float, Float8x>(_singleWorkspaces, x, rowStart, y, columnStart, k, t);
            else
                EvaluateCore<float, Float16x>(_singleWorkspaces, x, rowStart, y, columnStart, k, t);
        }
        else
        {
            var (x, y, k, t) = ((PreparedPlanes<double>)(object)rows, (PreparedPlanes<double>)(object)columns, Cast<T, double>(nngp), Cast<T, double>(ntk));
            if (_vectors == VectorWidth.Bits256)
                EvaluateCore<double, Double4x>(_doubleWorkspaces, x, rowStart, y, columnStart, k, t);
            else
                EvaluateCore<double, Double8x>(_doubleWorkspaces, x, rowStart, y, columnStart, k, t);
        }
    }

    private int Lanes(int size) => (_vectors == VectorWidth.Bits256 ? 32 : 64) / size;

    private static unsafe MatrixView<TTo> Cast<TFrom, TTo>(MatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged => new((TTo*)view.Data, view.Rows, view.Columns, view.Stride);

    private unsafe void EvaluateCore<T, TReal>(
        ConcurrentBag<PlaneWorkspace<T>>[] workspaces,
        PreparedPlanes<T> rows, long rowStart, PreparedPlanes<T> columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReal : struct, IRealVector<TReal, T>
    {
        var runner = Runner<T, TReal, OneRow<T, TReal>>();
        int lanes = TReal.Lanes;
        MatrixView<T> shape = nngp.IsNull ? ntk : nngp;
        ConcurrentBag<PlaneWorkspace<T>> kept = workspaces[ntk.IsNull ? 0 : 1];
        if (!kept.TryTake(out PlaneWorkspace<T>? work))
            work = new PlaneWorkspace<T>(_program, _program.Segments, lanes, !ntk.IsNull);

        // The factors of a block of columns stay in the cache while those of all rows pass.
        for (nint start = 0; start < shape.Rows; start += work.GatheredRows)
        {
            int gathered = (int)Math.Min(work.GatheredRows, shape.Rows - start);
            Gather(rows, rowStart + start, gathered, work);
            for (long block = columnStart / lanes; block * lanes < columnStart + shape.Columns; block++)
            {
                for (int row = 0; row < gathered; row++)
                {
                    runner.Run(work, row, columns.Block(block));
                    Scatter(PlaneRunner<T, TReal, OneRow<T, TReal>>.Result(work), start + row, block * lanes);
                }
            }
        }

        kept.Add(work);

        void Scatter(T* result, nint i, long first)
        {
            for (long j = Math.Max(first, columnStart); j < Math.Min(first + lanes, columnStart + shape.Columns); j++)
            {
                T* entry = result + (j - first);
                if (!T.IsFinite(entry[0]) || (!ntk.IsNull && !T.IsFinite(entry[lanes])))
                    throw Overflow<T>($"examples {rowStart + i} and {j}", entry[0], ntk.IsNull ? T.Zero : entry[lanes]);
                if (!nngp.IsNull)
                    nngp[i, (nint)(j - columnStart)] = entry[0];
                if (!ntk.IsNull)
                    ntk[i, (nint)(j - columnStart)] = entry[lanes];
            }
        }
    }

    private unsafe void Gather<T>(PreparedPlanes<T> rows, long first, int count, PlaneWorkspace<T> work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // All rows of a block at once, so that each line of it is read once.
        int lanes = rows.Lanes;
        T** targets = stackalloc T*[lanes];
        for (int row = 0; row < count;)
        {
            int lane = (int)((first + row) % lanes);
            int together = Math.Min(lanes - lane, count - row);
            T* source = rows.Block((first + row) / lanes) + lane;
            for (int i = 0; i < together; i++)
                targets[i] = work.RowFactors(row + i);
            for (nint f = 0; f < _program.Factors; f++)
            {
                for (int i = 0; i < together; i++)
                    targets[i][f] = source[f * lanes + i];
            }

            row += together;
        }
    }

    private PlaneRunner<T, TReal, TRow> Runner<T, TReal, TRow>()
        where T : unmanaged
        where TReal : struct, IRealVector<TReal, T>
        where TRow : struct, IRowFactors<TRow, T, TReal> =>
        (PlaneRunner<T, TReal, TRow>)_runners.GetOrAdd(typeof(TRow), _ => new PlaneRunner<T, TReal, TRow>(_program));

    private void PrepareAll<T, TReal>(FeatureSource features, IReadOnlyList<int>? lengths, PreparedPlanes<T> prepared, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReal : struct, IRealVector<TReal, double>
    {
        // Groups fill whole blocks, so that a block belongs to one thread.
        nint blocks = (nint)((prepared.Count + prepared.Lanes - 1) / prepared.Lanes);
        ConcurrentBag<SelfWorkspace> kept = [];
        try
        {
            Parallelism.For(blocks, 0, (_, block) =>
            {
                if (!kept.TryTake(out SelfWorkspace? work))
                    work = new SelfWorkspace(_program, TReal.Lanes);
                PrepareBlock<T, TReal>(features, lengths, prepared, block, work);
                kept.Add(work);
            }, cancellation);
        }
        finally
        {
            foreach (SelfWorkspace work in kept)
                work.Dispose();
        }
    }

    private unsafe void PrepareBlock<T, TReal>(FeatureSource features, IReadOnlyList<int>? lengths, PreparedPlanes<T> prepared, nint block, SelfWorkspace work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReal : struct, IRealVector<TReal, double>
    {
        var runner = Runner<double, TReal, RowPerLane<double, TReal>>();
        int lanes = TReal.Lanes;
        double* values = work.Values.View.Data;
        double[] row = new double[features.Width];
        T* target = prepared.Block(block);
        for (int start = 0; start < prepared.Lanes; start += lanes)
        {
            long first = (long)block * prepared.Lanes + start;
            for (int lane = 0; lane < lanes; lane++)
            {
                // Lanes beyond the last example repeat it.
                long example = Math.Min(first + lane, prepared.Count - 1);
                features.Read(example, row);
                if (_program.Weights.Count > 0)
                    SetWeights(row, lengths?[(int)example], values + lane, lanes);
                for (int f = 0; f < row.Length; f++)
                {
                    // Variances come from the numbers as they are stored, so that they agree with the covariances.
                    double stored = double.CreateChecked(T.CreateSaturating(row[f]));
                    if (!double.IsFinite(stored))
                    {
                        throw new UserErrorException(
                            $"Feature {f} of example {example} is {row[f]}.", "Remove or impute such values before the kernel, or scale the features.");
                    }

                    values[f * lanes + lane] = stored;
                }
            }

            runner.RunVariances(work.Variances, values);
            runner.RunSelf(work.Planes, values);
            double* result = PlaneRunner<double, TReal, RowPerLane<double, TReal>>.Result(work.Planes);
            Span<double> q = new(result, lanes);
            Span<double> r = new(result + lanes, lanes);
            int sideRow = 0;
            foreach (Step step in _program.Tail)
            {
                step.AdvanceDiagonal(q, r, new SideTable(new Span<double>(values + (nint)(_program.TailFactor + sideRow) * lanes, step.SideRows * lanes), lanes));
                sideRow += step.SideRows;
            }

            Keep(prepared, first, q, r);
            for (nint f = 0; f < _program.Factors; f++)
            {
                for (int lane = 0; lane < lanes; lane++)
                    target[f * prepared.Lanes + start + lane] = T.CreateSaturating(values[f * lanes + lane]);
            }
        }
    }

    // Which positions exist on each grid; what stands at the others is no part of the example.
    private unsafe void SetWeights(double[] row, int? length, double* values, int lanes)
    {
        int positions = row.Length / _program.Channels;
        int existing = length ?? positions;
        row.AsSpan(existing * _program.Channels).Clear();
        List<bool[]> levels = [[.. Enumerable.Range(0, positions).Select(p => p < existing)]];
        for (int i = 0; i < _program.Weights.Count; i++)
        {
            PositionWeights weights = _program.Weights[i];
            bool[] exists = weights.Exists(levels);
            if (i > 0)
                levels.Add(exists);
            for (int p = 0; p < exists.Length; p++)
                values[(nint)(weights.Site.FirstFactor + p) * lanes] = exists[p] ? weights.Weights?[p] ?? 1 : 0;
        }

        if (_program.CountFactor >= 0)
            values[(nint)_program.CountFactor * lanes] = 1.0 / GlobalPoolStep.Existing(levels[_program.LastWeights]);
    }

    private static void Keep<T>(PreparedPlanes<T> prepared, long first, Span<double> q, Span<double> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < q.Length && first + lane < prepared.Count; lane++)
        {
            T k = T.CreateTruncating(q[lane]);
            T t = T.CreateTruncating(r[lane]);
            if (!T.IsFinite(k) || !T.IsFinite(t))
                throw Overflow<T>($"example {first + lane} with itself", k, t);
            prepared.Nngp[first + lane] = q[lane];
            prepared.Ntk[first + lane] = r[lane];
        }
    }

    private static UserErrorException Overflow<T>(string pair, T k, T t) => new(
        $"The kernel of {pair} is {k} (NNGP) and {t} (NTK) in {typeof(T).Name}.",
        "Use precision: float64, smaller W_std, fewer layers or LayerNorm.");

    /// <summary>What one thread needs to send examples through the network with themselves.</summary>
    private sealed class SelfWorkspace(PlaneProgram program, int lanes) : IDisposable
    {
        /// <summary>Inputs and factors of the examples of a vector.</summary>
        public NativeMatrix<double> Values { get; } = new(program.Factors + program.SparePlaces, lanes);

        /// <summary>For the planes that the variances need.</summary>
        public PlaneWorkspace<double> Variances { get; } = new(program, program.VarianceSegments, lanes, tangents: true, gathers: false);

        /// <summary>For all planes.</summary>
        public PlaneWorkspace<double> Planes { get; } = new(program, program.Segments, lanes, tangents: true, gathers: false);

        public void Dispose()
        {
            Values.Dispose();
            Variances.Dispose();
            Planes.Dispose();
        }
    }
}
