using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation
//   n, d   examples, features            K0 = x1 . x2 / d   kernel of the inputs
// One tile: K0 by one matrix product, then all layers on one row of pairs after the other while it is in the first-level cache.

/// <summary>A network on feature vectors, compiled: evaluates NNGP and NTK of pairs of examples.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class VectorNetwork
{
    // Every row of factors is followed by room for one vector, so that rows of pairs may be rounded up to whole vectors.
    private const int Padding = 64;

    private readonly IReadOnlyList<Step> _steps;
    private readonly int _sideRows;
    private readonly int _scratchRows;
    private readonly VectorWidth _vectors;
    private readonly ConcurrentDictionary<Type, object> _compiled = new();

    /// <summary>Compiles a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">Features d of an example.</param>
    /// <exception cref="UserErrorException">A layer does not fit what comes before it: names the layer.</exception>
    public VectorNetwork(Network network, int features)
        : this(network, features, VectorWidth.Best)
    {
    }

    internal VectorNetwork(Network network, int features, VectorWidth vectors)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        Network = network;
        Features = features;
        _steps = VectorNetworkBuilder.Compile(network, new ExampleShape(ExampleKinds.Vectors, [], features)).Steps;
        _sideRows = _steps.Sum(step => step.SideRows);
        _scratchRows = 2 + (_steps.Count == 0 ? 0 : _steps.Max(step => step.ScratchRows));
        _vectors = vectors == VectorWidth.Best && !Vector512.IsHardwareAccelerated ? VectorWidth.Bits256 : vectors;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Features d of an example.</summary>
    public int Features { get; }

    /// <summary>Fused multiply-adds for one pair: an estimate for planning.</summary>
    public double CostPerPair => Features + _steps.Sum(step => step.Cost);

    /// <summary>How pairs are evaluated, and what that costs.</summary>
    /// <param name="precision">Number type of the entries.</param>
    public NetworkPlan Plan(Precision precision)
    {
        int size = precision == Precision.Float32 ? sizeof(float) : sizeof(double);
        using PreparedVectors<float> sample = new(1, Features, _sideRows, Padding, KernelOutputs.None, CostPerPair);
        long scratch = (long)_scratchRows * sample.PreferredTile * size;
        PlanSegment segment = new(
            PlanText.Join([.. _steps.Select(step => step.Title)]), [], PlanStorage.Number, 0, 1, _steps.Count, scratch, "no layer acts on positions");
        return new NetworkPlan(
            [segment], "one matrix product a tile, then all layers on its rows", _steps.Count, CostPerPair,
            size * (2L * Features + _sideRows) + 16, scratch, sample.PreferredTile);
    }

    /// <summary>Packs the examples and computes their variances and factors through all layers.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="examples">One row an example, <see cref="Features"/> wide.</param>
    /// <param name="outputs">What will be evaluated.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserErrorException">A number that is not finite, or a variance that overflows: names the example.</exception>
    public PreparedVectors<T> Prepare<T>(FeatureSource examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Width != Features)
            throw new ArgumentException($"The network was compiled for {Features} features and the examples have {examples.Width}.", nameof(examples));
        PreparedVectors<T> prepared = new(examples.Count, Features, _sideRows, Padding, outputs, CostPerPair);
        try
        {
            const int Chunk = 256;
            nint chunks = (nint)((examples.Count + Chunk - 1) / Chunk);
            Parallelism.For(chunks, 0, (_, chunk) =>
            {
                long start = (long)chunk * Chunk;
                PrepareChunk(examples, prepared, start, (int)Math.Min(Chunk, examples.Count - start));
            }, cancellation);
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
    public void Evaluate<T>(PreparedVectors<T> rows, long rowStart, PreparedVectors<T> columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MatrixView<T> shape = PairTile.Check(rows, rowStart, columns, columnStart, nngp, ntk);
        if (shape.Rows == 0 || shape.Columns == 0)
            return;
        if (typeof(T) == typeof(float))
        {
            Dispatch(
                (PreparedVectors<float>)(object)rows, rowStart, (PreparedVectors<float>)(object)columns, columnStart, Cast<T, float>(nngp), Cast<T, float>(ntk));
        }
        else
        {
            Dispatch(
                (PreparedVectors<double>)(object)rows, rowStart, (PreparedVectors<double>)(object)columns, columnStart, Cast<T, double>(nngp), Cast<T, double>(ntk));
        }
    }

    private static unsafe MatrixView<TTo> Cast<TFrom, TTo>(MatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged => new((TTo*)view.Data, view.Rows, view.Columns, view.Stride);

    private void Dispatch(PreparedVectors<float> rows, long rowStart, PreparedVectors<float> columns, long columnStart, MatrixView<float> nngp, MatrixView<float> ntk)
    {
        if (_vectors == VectorWidth.Bits256)
            EvaluateCore<float, Float8x>(rows, rowStart, columns, columnStart, nngp, ntk);
        else
            EvaluateCore<float, Float16x>(rows, rowStart, columns, columnStart, nngp, ntk);
    }

    private void Dispatch(PreparedVectors<double> rows, long rowStart, PreparedVectors<double> columns, long columnStart, MatrixView<double> nngp, MatrixView<double> ntk)
    {
        switch (_vectors)
        {
            case VectorWidth.Scalar:
                EvaluateCore<double, ScalarDouble>(rows, rowStart, columns, columnStart, nngp, ntk);
                break;
            case VectorWidth.Bits256:
                EvaluateCore<double, Double4x>(rows, rowStart, columns, columnStart, nngp, ntk);
                break;
            default:
                EvaluateCore<double, Double8x>(rows, rowStart, columns, columnStart, nngp, ntk);
                break;
        }
    }

    private unsafe void EvaluateCore<T, TReal>(
        PreparedVectors<T> rows, long rowStart, PreparedVectors<T> columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReal : struct, IRealVector<TReal, T>
    {
        RowStep<T>[] steps = Compiled<T, TReal>();
        MatrixView<T> inputs = nngp.IsNull ? ntk : nngp;
        PackedRows<T>.MultiplyTile(
            rows.Packed, (nint)rowStart, inputs.Rows, columns.Packed, (nint)columnStart, inputs.Columns, T.CreateChecked(1.0 / Features), inputs);

        int count = (int)inputs.Columns;
        int padded = (count + TReal.Lanes - 1) / TReal.Lanes * TReal.Lanes;
        T* scratch = (T*)NativeMemory.AlignedAlloc((nuint)(_scratchRows * padded * sizeof(T)), 64);
        try
        {
            T* k = scratch;
            T* t = ntk.IsNull ? null : scratch + padded;
            Span<T> kRow = new(k, padded);
            for (nint i = 0; i < inputs.Rows; i++)
            {
                inputs.Row(i).CopyTo(kRow);
                kRow[count..].Clear();
                if (t != null)
                    new Span<T>(t, padded).Clear();
                RowTask<T> task = new(
                    (nint)k, (nint)t, padded,
                    (nint)(rows.Sides.Data + rowStart + i), rows.Sides.Stride,
                    (nint)(columns.Sides.Data + columnStart), columns.Sides.Stride,
                    (nint)(scratch + 2 * padded), padded);
                foreach (RowStep<T> step in steps)
                    step.Run(task);
                if (!nngp.IsNull)
                    kRow[..count].CopyTo(nngp.Row(i));
                if (t != null)
                    new Span<T>(t, count).CopyTo(ntk.Row(i));
            }
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    private RowStep<T>[] Compiled<T, TReal>()
        where T : unmanaged
        where TReal : struct, IRealVector<TReal, T> => (RowStep<T>[])_compiled.GetOrAdd(typeof(TReal), _ =>
    {
        RowStep<T>[] steps = new RowStep<T>[_steps.Count];
        int sideRow = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = _steps[i].Compile<T, TReal>(sideRow);
            sideRow += _steps[i].SideRows;
        }

        return steps;
    });

    private void PrepareChunk<T>(FeatureSource examples, PreparedVectors<T> prepared, long start, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] row = new double[Features];
        T[] packed = new T[Features];
        double[] q = new double[count];
        double[] r = new double[count];
        double[] sides = new double[_sideRows * count];
        for (int i = 0; i < count; i++)
        {
            examples.Read(start + i, row);

            // Variances come from the numbers as they are stored, so that they agree with the products.
            double sum = 0;
            for (int j = 0; j < row.Length; j++)
            {
                packed[j] = T.CreateSaturating(row[j]);
                double stored = double.CreateChecked(packed[j]);
                sum += stored * stored;
            }

            if (!double.IsFinite(sum))
                throw NotFinite(start + i, row, sum);
            prepared.Packed.SetRow((nint)(start + i), packed);
            q[i] = sum / Features;
        }

        SideTable table = new(sides, count);
        int sideRow = 0;
        for (int s = 0; s < _steps.Count; s++)
        {
            _steps[s].AdvanceDiagonal(q, r, table.From(sideRow));
            sideRow += _steps[s].SideRows;
            CheckFinite<T>(q, r, start, s);
        }

        for (int f = 0; f < _sideRows; f++)
        {
            Span<double> source = table[f];
            for (int i = 0; i < count; i++)
                prepared.Sides[f, (nint)(start + i)] = T.CreateSaturating(source[i]);
        }

        q.CopyTo(prepared.Nngp.AsSpan((int)start));
        r.CopyTo(prepared.Ntk.AsSpan((int)start));
    }

    private static UserErrorException NotFinite(long example, double[] row, double sum)
    {
        int bad = Array.FindIndex(row, value => !double.IsFinite(value));
        return bad >= 0
            ? new UserErrorException($"Feature {bad} of example {example} is {row[bad]}.", "Remove or impute such values before the kernel.")
            : new UserErrorException($"The squared norm of example {example} is {sum}: its features are too large.", "Scale the features, for example by the transform 'standardize'.");
    }

    private static void CheckFinite<T>(double[] q, double[] r, long start, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double limit = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
        for (int i = 0; i < q.Length; i++)
        {
            if (Math.Abs(q[i]) <= limit && Math.Abs(r[i]) <= limit)
                continue;
            throw new UserErrorException(
                $"The variance of example {start + i} is {q[i]:g3} and its NTK {r[i]:g3} after step {step + 1} of the network: beyond {typeof(T).Name}.",
                limit > 1e300 ? "Use smaller W_std, fewer layers or LayerNorm." : "Use precision: float64, smaller W_std, fewer layers or LayerNorm.");
        }
    }
}

/// <summary>SIMD width of an evaluation; tests force it.</summary>
internal enum VectorWidth
{
    /// <summary>The widest that the machine has.</summary>
    Best,

    /// <summary>One number at a time, float64 only: the reference.</summary>
    Scalar,

    /// <summary>256 bits.</summary>
    Bits256,

    /// <summary>512 bits.</summary>
    Bits512,
}

/// <summary>Examples packed for products, with their variances and factors through all layers.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class PreparedVectors<T> : IPreparedExamples
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A tile takes about a tenth of a second at most, so that a computation can be interrupted.
    private const double MostPerTile = 3e9;
    private const int LargestTile = 512;

    private readonly NativeMatrix<T> _sides;
    private readonly double _costPerPair;

    internal PreparedVectors(long count, int features, int sideRows, int padding, KernelOutputs outputs, double costPerPair)
    {
        _costPerPair = costPerPair;
        Count = count;
        Outputs = outputs;
        Nngp = new double[count];
        Ntk = new double[count];
        Packed = new PackedRows<T>((nint)count, features);
        try
        {
            _sides = new NativeMatrix<T>(sideRows, (nint)count + padding);
        }
        catch
        {
            Packed.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public long Count { get; }

    /// <inheritdoc />
    public KernelOutputs Outputs { get; }

    /// <inheritdoc />
    public long Bytes => System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * (2L * Packed.Rows * Packed.Columns + (long)_sides.Rows * _sides.Stride) + 16 * Count;

    /// <inheritdoc />
    public int PreferredTile
    {
        get
        {
            int alignment = Packed.RowAlignment * Packed.ColumnAlignment
                / (int)System.Numerics.BigInteger.GreatestCommonDivisor(Packed.RowAlignment, Packed.ColumnAlignment);
            double side = Math.Min(LargestTile, Math.Sqrt(MostPerTile / _costPerPair));
            return Math.Max((int)side / alignment, 1) * alignment;
        }
    }

    /// <summary>Features of an example.</summary>
    public int Features => (int)Packed.Columns;

    internal PackedRows<T> Packed { get; }

    internal MatrixView<T> Sides => _sides.View;

    internal double[] Nngp { get; }

    internal double[] Ntk { get; }

    /// <inheritdoc />
    public void Diagonal(KernelOutputs output, Span<double> destination) =>
        (output == KernelOutputs.Ntk ? Ntk : Nngp).CopyTo(destination);

    /// <inheritdoc />
    public void Dispose()
    {
        Packed.Dispose();
        _sides.Dispose();
    }
}
