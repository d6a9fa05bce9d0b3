using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>
/// A convolution as a box filter on planes: output (r, c) sums the inputs from (s r - low, s c - low) on; those outside the plane count as 0.
/// </summary>
internal sealed record BoxShape(int Rows, int Columns, int RowStride, int ColumnStride, int RowLow, int ColumnLow, PlaneGrid Output);

/// <summary>A convolution with its affine map, compiled.</summary>
internal abstract unsafe class BoxPass<TScalar>(BoxShape shape, AffineStep affine)
    where TScalar : unmanaged
{
    public BoxShape Shape { get; } = shape;

    /// <summary>The affine map, with the divisor of the filter.</summary>
    public AffineStep Affine { get; } = new(
        affine.Weight / (shape.Rows * shape.Columns), affine.Bias, affine.WeightToTangent / (shape.Rows * shape.Columns), affine.BiasToTangent);

    /// <summary>3 x 3 taps, stride 1, padding of one position or none.</summary>
    public bool IsThreeByThree =>
        Shape is { Rows: 3, Columns: 3, RowStride: 1, ColumnStride: 1 } && Shape.RowLow == Shape.ColumnLow && Shape.RowLow <= 1;

    public int OutputHeight(PlaneState<TScalar> plane) =>
        Math.Max(Shape.Output.Rows - Math.Abs(plane.DisplacementRows / Shape.RowStride), 0);

    public int OutputWidth(PlaneState<TScalar> plane) =>
        Math.Max(Shape.Output.Columns - Math.Abs(plane.DisplacementColumns / Shape.ColumnStride), 0);

    /// <summary>Computes all rows of the result; the caller then calls <see cref="Advance"/>.</summary>
    public abstract void Run(PlaneState<TScalar> plane);

    /// <summary>Makes the result the plane.</summary>
    public void Advance(PlaneState<TScalar> plane) =>
        plane.Move(Shape.Output, plane.DisplacementRows / Shape.RowStride, plane.DisplacementColumns / Shape.ColumnStride, Shape.RowLow);
}

/// <summary>Sums of columns go to a scratch row, from there the sums along the row.</summary>
internal sealed unsafe class BoxPass<TScalar, TReal>(BoxShape shape, AffineStep affine) : BoxPass<TScalar>(shape, affine)
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public override void Run(PlaneState<TScalar> plane)
    {
        int entry = plane.Entry;
        int outHeight = OutputHeight(plane);
        int outWidth = OutputWidth(plane);
        TScalar* sums = plane.Scratch + Shape.ColumnLow * entry;
        new Span<TScalar>(plane.Scratch, Shape.ColumnLow * entry).Clear();
        new Span<TScalar>(sums + plane.Width * entry, Shape.Columns * entry).Clear();
        for (int r = 0; r < outHeight; r++)
        {
            int start = Shape.RowStride * r - Shape.RowLow;
            int first = Math.Max(start, 0);
            int last = Math.Min(start + Shape.Rows, plane.Height);
            int count = plane.Width * entry;
            for (int row = first; row < last; row++)
            {
                if (row == first)
                    new ReadOnlySpan<TScalar>(plane.Row(row), count).CopyTo(new Span<TScalar>(sums, count));
                else
                    Add(plane.Row(row), sums, count);
            }

            if (first >= last)
                new Span<TScalar>(sums, count).Clear();

            TScalar* output = plane.Row(r - Shape.RowLow);
            if (plane.HasTangents)
                SumBoth(plane.Scratch, output, outWidth);
            else
                SumCovariance(plane.Scratch, output, outWidth);
            plane.EndRow(output, outWidth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TScalar* row, TScalar* sums, int count)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
            TReal.Store(TReal.Load(sums + i) + TReal.Load(row + i), sums + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumCovariance(TScalar* sums, TScalar* output, int count)
    {
        TReal weight = TReal.Constant(Affine.Weight);
        TReal bias = TReal.Constant(Affine.Bias);
        int taps = Shape.Columns;
        nint step = Shape.ColumnStride * TReal.Lanes;
        for (int c = 0; c < count; c++)
        {
            TReal sum = TReal.Load(sums);
            for (int tap = 1; tap < taps; tap++)
                sum += TReal.Load(sums + tap * TReal.Lanes);
            TReal.Store(TReal.MultiplyAdd(sum, weight, bias), output);
            sums += step;
            output += TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumBoth(TScalar* sums, TScalar* output, int count)
    {
        TReal weight = TReal.Constant(Affine.Weight);
        TReal bias = TReal.Constant(Affine.Bias);
        TReal weightToTangent = TReal.Constant(Affine.WeightToTangent);
        TReal biasToTangent = TReal.Constant(Affine.BiasToTangent);
        int taps = Shape.Columns;
        nint step = 2 * Shape.ColumnStride * TReal.Lanes;
        for (int c = 0; c < count; c++)
        {
            TReal k = TReal.Load(sums);
            TReal t = TReal.Load(sums + TReal.Lanes);
            for (int tap = 1; tap < taps; tap++)
            {
                k += TReal.Load(sums + 2 * tap * TReal.Lanes);
                t += TReal.Load(sums + (2 * tap + 1) * TReal.Lanes);
            }

            TReal.Store(TReal.MultiplyAdd(k, weight, bias), output);
            TReal.Store(TReal.MultiplyAdd(t, weight, TReal.MultiplyAdd(k, weightToTangent, biasToTangent)), output + TReal.Lanes);
            sums += step;
            output += 2 * TReal.Lanes;
        }
    }
}
