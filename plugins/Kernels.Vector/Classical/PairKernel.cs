using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Kernels.Vector;

// Notation: s = x . y; r^2 = |x|^2 + |y|^2 - 2 s.
// r^2 cancels for close examples, so that products and distances are taken in float64 in either precision.

/// <summary>A classical kernel: one matrix product, then a function of each entry.</summary>
internal sealed class PairKernel<TFunction>(string name, TFunction function) : IKernel
    where TFunction : struct, IPairFunction
{
    public KernelOutputs Output => KernelOutputs.Nngp;

    public KernelOutputs Provides => KernelOutputs.Nngp;

    public string Description => $"{name} ({function.CanonicalText})";

    public string CanonicalText => $"{name}: {function.CanonicalText}";

    public void Check(ExampleShape shape) => Flat.Require(shape, name);

    // The exponential is about twenty operations; float64 halves the rate of the product.
    public double CostPerPair(ExampleShape shape) => 2 * shape.Size + 50;

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Flat.Require(examples.Shape, name);
        FeatureSource features = ((FeatureExamples)examples).Features;
        Prepared prepared = new(features.Count, features.Width);
        try
        {
            Parallelism.For((nint)features.Count, 0, (_, i) =>
            {
                double[] row = System.Buffers.ArrayPool<double>.Shared.Rent(features.Width);
                Span<double> values = row.AsSpan(0, features.Width);
                features.Read(i, values);
                double square = 0;
                foreach (double value in values)
                    square += value * value;
                if (!double.IsFinite(square))
                {
                    throw new UserErrorException(
                        $"Example {i} has a feature that is NaN, infinite or too large: its squared norm is {square}.",
                        "Remove or impute such values before the kernel, or scale the features.");
                }

                prepared.Rows.SetRow(i, values);
                prepared.Squares[i] = square;
                prepared.Kernel[i] = function.Evaluate(new ScalarDouble(square), new ScalarDouble(0)).Value;
                if (!T.IsFinite(T.CreateSaturating(prepared.Kernel[i])))
                {
                    throw new UserErrorException(
                        $"The kernel '{name}' of example {i} with itself is {prepared.Kernel[i]:g3}: beyond {typeof(T).Name}.",
                        "Scale the features, or choose a smaller scale or degree.");
                }

                System.Buffers.ArrayPool<double>.Shared.Return(row);
            }, cancellation);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!ntk.IsNull)
            throw new ArgumentException($"The kernel '{name}' has no NTK.", nameof(ntk));
        Prepared x = (Prepared)rows;
        Prepared y = (Prepared)columns;

        // Whole vectors throughout: a scalar remainder would round differently, and results would depend on the tile.
        int padded = ((int)nngp.Columns + Double8x.Lanes - 1) / Double8x.Lanes * Double8x.Lanes;
        using NativeMatrix<double> products = new(nngp.Rows, padded);
        PackedRows<double>.MultiplyTile(
            x.Rows, (nint)rowStart, nngp.Rows, y.Rows, (nint)columnStart, nngp.Columns, 1, products.View.Block(0, 0, nngp.Rows, nngp.Columns));
        ReadOnlySpan<double> squares = y.Squares.AsSpan((int)columnStart, padded);
        for (nint i = 0; i < nngp.Rows; i++)
        {
            Span<double> row = products.Row(i);
            Apply(row, x.Squares[rowStart + i], squares);
            Span<T> result = nngp.Row(i);
            for (int j = 0; j < result.Length; j++)
                result[j] = T.CreateSaturating(row[j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Apply(Span<double> products, double rowSquare, ReadOnlySpan<double> squares)
    {
        TFunction local = function;
        Double8x rows = Double8x.Broadcast(rowSquare);
        Double8x zero = Double8x.Constant(0);
        fixed (double* s = products)
        fixed (double* q = squares)
        {
            for (int j = 0; j < products.Length; j += Double8x.Lanes)
            {
                Double8x product = Double8x.Load(s + j);
                Double8x distance = Double8x.Max(Double8x.MultiplyAdd(product, Double8x.Constant(-2), rows + Double8x.Load(q + j)), zero);
                Double8x.Store(local.Evaluate(product, distance), s + j);
            }
        }
    }

    private sealed class Prepared(long count, int features) : IPreparedExamples
    {
        public PackedRows<double> Rows { get; } = new((nint)count, features);

        /// <summary>Squared norms, followed by room for one vector.</summary>
        public double[] Squares { get; } = new double[count + Double8x.Lanes];

        public double[] Kernel { get; } = new double[count];

        public long Count => count;

        public KernelOutputs Outputs => KernelOutputs.Nngp;

        public long Bytes => sizeof(double) * (2L * Rows.Rows * Rows.Columns + 2 * count);

        public int PreferredTile => 512;

        public void Diagonal(KernelOutputs output, Span<double> destination) => Kernel.CopyTo(destination);

        public void Dispose() => Rows.Dispose();
    }
}
