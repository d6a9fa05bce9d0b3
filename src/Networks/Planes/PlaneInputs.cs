using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; K[p, p'] = x[p] . y[p'] / C, C channels.

/// <summary>The covariances of the inputs.</summary>
internal static unsafe class PlaneInputs<TScalar, TReal, TRow>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    /// <summary>Fills K of a plane; T is 0 and not stored.</summary>
    public static void Read(PlaneState<TScalar> plane, PlaneGrid grid, int channels)
    {
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* row = plane.Row(r);
            ReadRow(row, plane.Width, channels, plane.Entry, InputOfRow(plane, grid, r, channels), InputOfColumn(plane, grid, r, channels));
            EndRow(row, plane);
        }
    }

    /// <summary>
    /// Fills K of the planes (d_h, d_w) to (d_h, d_w + 3) of the same examples: two positions of the one side with five of the other give eight entries,
    /// so that each input is loaded once for several of them. Displacements of both signs at once are not possible.
    /// </summary>
    /// <remarks>All four get the columns of the widest, rounded up to two: what lies behind a row is overwritten by zeros or not read.</remarks>
    public static void ReadFour(PlaneState<TScalar>[] planes, PlaneGrid grid, int channels)
    {
        PlaneState<TScalar> first = planes[0], last = planes[PlaneWorkspace<TScalar>.Batch - 1];
        int entry = first.Entry;
        for (int r = 0; r < first.Height; r++)
        {
            TScalar* output0 = first.Row(r), output1 = planes[1].Row(r), output2 = planes[2].Row(r), output3 = last.Row(r);
            if (first.DisplacementColumns >= 0)
            {
                // p = 0 on the row side; p' = d_w on, one more for each plane.
                Pairs<TRow, RowPerLane<TScalar, TReal>>(
                    output0, output1, output2, output3, first.Width, channels, entry, InputOfRow(first, grid, r, channels), InputOfColumn(first, grid, r, channels));
            }
            else
            {
                // p' = 0 on the column side; p = -d_w on, one less for each plane.
                Pairs<RowPerLane<TScalar, TReal>, TRow>(
                    output3, output2, output1, output0, last.Width, channels, entry, InputOfColumn(last, grid, r, channels), InputOfRow(last, grid, r, channels));
            }

            EndRow(output0, first);
            EndRow(output1, planes[1]);
            EndRow(output2, planes[2]);
            EndRow(output3, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EndRow(TScalar* row, PlaneState<TScalar> plane)
    {
        TScalar* place = row + (nint)plane.Width * plane.Entry;
        for (int i = 0; i < plane.Margin * plane.Entry; i += TReal.Lanes)
            TReal.Store(TReal.Constant(0), place + i);
    }

    private static TScalar* InputOfRow(PlaneState<TScalar> plane, PlaneGrid grid, int r, int channels) =>
        plane.RowFactors + (nint)plane.RowPosition(grid, r) * channels * TRow.Stride;

    private static TScalar* InputOfColumn(PlaneState<TScalar> plane, PlaneGrid grid, int r, int channels) =>
        plane.ColumnFactors + (nint)plane.ColumnPosition(grid, r) * channels * TReal.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadRow(TScalar* entry, int count, int channels, int stride, TScalar* x, TScalar* y)
    {
        TReal scale = TReal.Constant(1.0 / channels);
        for (int c = 0; c < count; c++)
        {
            TReal sum = TRow.Load(x) * TReal.Load(y);
            x += TRow.Stride;
            y += TReal.Lanes;
            for (int channel = 1; channel < channels; channel++)
            {
                sum = TReal.MultiplyAdd(TRow.Load(x), TReal.Load(y), sum);
                x += TRow.Stride;
                y += TReal.Lanes;
            }

            TReal.Store(sum * scale, entry);
            entry += stride;
        }
    }

    // Output j at i is the product of one[i] and other[i + j].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<TOne, TOther>(
        TScalar* output0, TScalar* output1, TScalar* output2, TScalar* output3, int count, int channels, nint entry, TScalar* one, TScalar* other)
        where TOne : struct, IRowFactors<TOne, TScalar, TReal>
        where TOther : struct, IRowFactors<TOther, TScalar, TReal>
    {
        TReal scale = TReal.Constant(1.0 / channels);
        nint oneStep = channels * TOne.Stride, otherStep = channels * TOther.Stride;
        for (int i = 0; i < count; i += 2)
        {
            TReal sum00 = TReal.Constant(0), sum01 = sum00, sum02 = sum00, sum03 = sum00, sum10 = sum00, sum11 = sum00, sum12 = sum00, sum13 = sum00;
            for (int channel = 0; channel < channels; channel++)
            {
                TReal x0 = TOne.Load(one), x1 = TOne.Load(one + oneStep);
                TReal y1 = TOther.Load(other + otherStep), y2 = TOther.Load(other + 2 * otherStep), y3 = TOther.Load(other + 3 * otherStep);
                sum00 = TReal.MultiplyAdd(x0, TOther.Load(other), sum00);
                sum01 = TReal.MultiplyAdd(x0, y1, sum01);
                sum02 = TReal.MultiplyAdd(x0, y2, sum02);
                sum03 = TReal.MultiplyAdd(x0, y3, sum03);
                sum10 = TReal.MultiplyAdd(x1, y1, sum10);
                sum11 = TReal.MultiplyAdd(x1, y2, sum11);
                sum12 = TReal.MultiplyAdd(x1, y3, sum12);
                sum13 = TReal.MultiplyAdd(x1, TOther.Load(other + 4 * otherStep), sum13);
                one += TOne.Stride;
                other += TOther.Stride;
            }

            TReal.Store(sum00 * scale, output0);
            TReal.Store(sum10 * scale, output0 + entry);
            TReal.Store(sum01 * scale, output1);
            TReal.Store(sum11 * scale, output1 + entry);
            TReal.Store(sum02 * scale, output2);
            TReal.Store(sum12 * scale, output2 + entry);
            TReal.Store(sum03 * scale, output3);
            TReal.Store(sum13 * scale, output3 + entry);
            one += oneStep;
            other += otherStep;
            output0 += 2 * entry;
            output1 += 2 * entry;
            output2 += 2 * entry;
            output3 += 2 * entry;
        }
    }
}
