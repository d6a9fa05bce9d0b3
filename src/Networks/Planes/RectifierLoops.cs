using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs and RectifierFormula.cs; S, S_T  sums of K and of T over the taps of a filter.

/// <summary>Where a row goes, and the factors and weights of both sides at its start.</summary>
internal readonly unsafe struct RectifierRow<TScalar>(
    TScalar* output, TScalar* rowFactors, TScalar* columnFactors, TScalar* rowWeights = null, TScalar* columnWeights = null)
    where TScalar : unmanaged
{
    public readonly TScalar* Output = output;
    public readonly TScalar* RowFactors = rowFactors;
    public readonly TScalar* ColumnFactors = columnFactors;
    public readonly TScalar* RowWeights = rowWeights;
    public readonly TScalar* ColumnWeights = columnWeights;
}

/// <summary>
/// A sum over taps, the affine map and a piecewise linear nonlinearity on the rows of a plane, in one go. Two outputs at a time share sums and keep
/// the arithmetic units busy while a square root is under way.
/// </summary>
internal static unsafe class RectifierLoops<TScalar, TReal, TRow, TForm>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
    where TForm : struct, IRectifierForm
{
    /// <summary>3 x 3 taps: output row r sums the rows r to r + 2 of the window and takes the place of the first of them. Two output rows at once.</summary>
    /// <param name="constants">The table of the formula.</param>
    /// <param name="rows">The rows of the plane.</param>
    /// <param name="low">0, or 1 where the window starts one position outside the plane.</param>
    /// <param name="outHeight">Rows of the output; the last of an odd number is left to <see cref="OneRow"/>.</param>
    /// <param name="outWidth">Columns of the output.</param>
    /// <param name="rowFactors">Factors of the row example at the first output.</param>
    /// <param name="columnFactors">Factors of the column examples at the first output.</param>
    /// <param name="rowPitch">Positions in a row of the grid.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PairsOfRows(
        TScalar* constants, PlaneRows<TScalar> rows, int low, int outHeight, int outWidth, TScalar* rowFactors, TScalar* columnFactors, nint rowPitch)
    {
        RectifierFormula<TReal, TScalar> formula = new(constants);
        nint entry = TForm.HasTangents ? 2 * TReal.Lanes : TReal.Lanes;
        TReal zero = TReal.Constant(0);
        TScalar* first = rows.At(-low);
        nint xPitch = 2 * rowPitch * TRow.Stride, yPitch = 2 * rowPitch * TReal.Lanes;
        for (int r = 0; r + 1 < outHeight; r += 2)
        {
            TScalar* place = rows.Next(first), third = rows.Next(place), fourth = rows.Next(third);
            TScalar* a = r < low ? rows.Zero : first;
            TScalar* b = place;
            TScalar* c = r - low + 2 < rows.Height ? third : rows.Zero;
            TScalar* d = r - low + 3 < rows.Height ? fourth : rows.Zero;
            TScalar* output = first;
            TScalar* secondOutput = place;
            TScalar* x = rowFactors;
            TScalar* y = columnFactors;
            TScalar* secondX = x + xPitch;
            TScalar* secondY = y + yPitch;
            TReal left = zero, leftT = zero, secondLeft = zero, secondLeftT = zero, sum, sumT;
            if (low == 0)
            {
                sum = TReal.Load(b) + TReal.Load(c);
                left = TReal.Load(a) + sum;
                secondLeft = sum + TReal.Load(d);
                if (TForm.ReadsTangents)
                {
                    sumT = TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
                    leftT = TReal.Load(a + TReal.Lanes) + sumT;
                    secondLeftT = sumT + TReal.Load(d + TReal.Lanes);
                }

                a += entry;
                b += entry;
                c += entry;
                d += entry;
            }

            sum = TReal.Load(b) + TReal.Load(c);
            TReal centre = TReal.Load(a) + sum, secondCentre = sum + TReal.Load(d), centreT = zero, secondCentreT = zero;
            if (TForm.ReadsTangents)
            {
                sumT = TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
                centreT = TReal.Load(a + TReal.Lanes) + sumT;
                secondCentreT = sumT + TReal.Load(d + TReal.Lanes);
            }

            for (int i = 0; i < outWidth; i++)
            {
                a += entry;
                b += entry;
                c += entry;
                d += entry;
                sum = TReal.Load(b) + TReal.Load(c);
                TReal right = TReal.Load(a) + sum, secondRight = sum + TReal.Load(d), rightT = zero, secondRightT = zero;
                TReal k = left + centre + right, secondK = secondLeft + secondCentre + secondRight, t = zero, secondT = zero;
                (left, centre, secondLeft, secondCentre) = (centre, right, secondCentre, secondRight);
                if (TForm.ReadsTangents)
                {
                    sumT = TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
                    rightT = TReal.Load(a + TReal.Lanes) + sumT;
                    secondRightT = sumT + TReal.Load(d + TReal.Lanes);
                    t = leftT + centreT + rightT;
                    secondT = secondLeftT + secondCentreT + secondRightT;
                    (leftT, centreT, secondLeftT, secondCentreT) = (centreT, rightT, secondCentreT, secondRightT);
                }

                Points(formula, k, t, x, y, output, secondK, secondT, secondX, secondY, secondOutput);
                x += 2 * TRow.Stride;
                y += 2 * TReal.Lanes;
                secondX += 2 * TRow.Stride;
                secondY += 2 * TReal.Lanes;
                output += entry;
                secondOutput += entry;
            }

            EndRow(output);
            EndRow(secondOutput);
            rowFactors += 2 * xPitch;
            columnFactors += 2 * yPitch;
            first = third;
        }
    }

    /// <summary>The same for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneRow(
        TScalar* constants, TScalar* a, TScalar* b, TScalar* c, bool isPadded, int count, in RectifierRow<TScalar> row)
    {
        RectifierFormula<TReal, TScalar> formula = new(constants);
        nint entry = TForm.HasTangents ? 2 * TReal.Lanes : TReal.Lanes;
        TScalar* output = row.Output;
        TScalar* x = row.RowFactors;
        TScalar* y = row.ColumnFactors;
        TReal zero = TReal.Constant(0);
        TReal left = zero, leftT = zero;
        if (!isPadded)
        {
            left = TReal.Load(a) + TReal.Load(b) + TReal.Load(c);
            if (TForm.ReadsTangents)
                leftT = TReal.Load(a + TReal.Lanes) + TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
            a += entry;
            b += entry;
            c += entry;
        }

        TReal centre = TReal.Load(a) + TReal.Load(b) + TReal.Load(c), centreT = zero;
        if (TForm.ReadsTangents)
            centreT = TReal.Load(a + TReal.Lanes) + TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
        for (int i = 0; i < count; i++)
        {
            a += entry;
            b += entry;
            c += entry;
            TReal right = TReal.Load(a) + TReal.Load(b) + TReal.Load(c);
            TReal k = left + centre + right, t = zero;
            (left, centre) = (centre, right);
            if (TForm.ReadsTangents)
            {
                TReal rightT = TReal.Load(a + TReal.Lanes) + TReal.Load(b + TReal.Lanes) + TReal.Load(c + TReal.Lanes);
                t = leftT + centreT + rightT;
                (leftT, centreT) = (centreT, rightT);
            }

            Point(formula, k, t, x, y, output);
            x += 2 * TRow.Stride;
            y += 2 * TReal.Lanes;
            output += entry;
        }

        EndRow(output);
    }

    /// <summary>Taps along the row: output i sums the inputs i to i + taps - 1.</summary>
    /// <param name="constants">The table of the formula.</param>
    /// <param name="input">The first input of the first output's window; what lies outside the plane is 0.</param>
    /// <param name="taps">Columns of the filter, at least 1.</param>
    /// <param name="count">Columns of the output; the place behind the last is written too where their number is odd.</param>
    /// <param name="row">The output, apart from the input where there are several taps.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AlongRow(TScalar* constants, TScalar* input, int taps, int count, in RectifierRow<TScalar> row)
    {
        RectifierFormula<TReal, TScalar> formula = new(constants);
        nint entry = TForm.HasTangents ? 2 * TReal.Lanes : TReal.Lanes;
        TScalar* output = row.Output;
        TScalar* x = row.RowFactors;
        TScalar* y = row.ColumnFactors;
        TScalar* rowWeights = row.RowWeights;
        TScalar* columnWeights = row.ColumnWeights;
        nint last = taps * entry;
        for (int i = 0; i < count; i += 2)
        {
            // All taps but the first are those of the next output but its last.
            TReal k = TReal.Load(input), secondK = TReal.Load(input + last), t = TReal.Constant(0), secondT = TReal.Constant(0);
            if (TForm.ReadsTangents)
            {
                t = TReal.Load(input + TReal.Lanes);
                secondT = TReal.Load(input + last + TReal.Lanes);
            }

            if (taps > 1)
            {
                TReal shared = TReal.Load(input + entry);
                for (nint tap = 2 * entry; tap < last; tap += entry)
                    shared += TReal.Load(input + tap);
                k += shared;
                secondK += shared;
                if (TForm.ReadsTangents)
                {
                    TReal sharedT = TReal.Load(input + entry + TReal.Lanes);
                    for (nint tap = 2 * entry + TReal.Lanes; tap < last; tap += entry)
                        sharedT += TReal.Load(input + tap);
                    t += sharedT;
                    secondT += sharedT;
                }
            }

            Points(formula, k, t, x, y, output, secondK, secondT, x + 2 * TRow.Stride, y + 2 * TReal.Lanes, output + entry);
            if (TForm.IsWeighted)
            {
                Weigh(output, TRow.Load(rowWeights) * TReal.Load(columnWeights));
                Weigh(output + entry, TRow.Load(rowWeights + TRow.Stride) * TReal.Load(columnWeights + TReal.Lanes));
                rowWeights += 2 * TRow.Stride;
                columnWeights += 2 * TReal.Lanes;
            }

            x += 4 * TRow.Stride;
            y += 4 * TReal.Lanes;
            input += 2 * entry;
            output += 2 * entry;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh(TScalar* place, TReal weight)
    {
        TReal.Store(TReal.Load(place) * weight, place);
        if (TForm.HasTangents)
            TReal.Store(TReal.Load(place + TReal.Lanes) * weight, place + TReal.Lanes);
    }

    // The one zero that filters of this size need behind a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EndRow(TScalar* place)
    {
        TReal.Store(TReal.Constant(0), place);
        if (TForm.HasTangents)
            TReal.Store(TReal.Constant(0), place + TReal.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Points(
        in RectifierFormula<TReal, TScalar> formula,
        TReal sum, TReal tangentSum, TScalar* x, TScalar* y, TScalar* output,
        TReal secondSum, TReal secondTangentSum, TScalar* secondX, TScalar* secondY, TScalar* secondOutput)
    {
        sum += formula.Bias;
        secondSum += formula.Bias;
        if (TReal.IsSinglePrecision)
        {
            formula.EvaluateInSingle(Correlation(sum, x, y), out TReal j, out TReal value);
            Store(formula, sum, tangentSum, j, value, x, y, output);
            formula.EvaluateInSingle(Correlation(secondSum, secondX, secondY), out j, out value);
            Store(formula, secondSum, secondTangentSum, j, value, secondX, secondY, secondOutput);
        }
        else
        {
            formula.EvaluateTwoInDouble(
                Correlation(sum, x, y), Correlation(secondSum, secondX, secondY), out TReal j, out TReal secondJ, out TReal value, out TReal secondValue);
            Store(formula, sum, tangentSum, j, value, x, y, output);
            Store(formula, secondSum, secondTangentSum, secondJ, secondValue, secondX, secondY, secondOutput);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Point(in RectifierFormula<TReal, TScalar> formula, TReal sum, TReal tangentSum, TScalar* x, TScalar* y, TScalar* output)
    {
        sum += formula.Bias;
        TReal u = Correlation(sum, x, y), j, value;
        if (TReal.IsSinglePrecision)
            formula.EvaluateInSingle(u, out j, out value);
        else
            formula.EvaluateTwoInDouble(u, u, out j, out _, out value, out _);
        Store(formula, sum, tangentSum, j, value, x, y, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TReal Correlation(TReal sum, TScalar* x, TScalar* y) => sum * (TRow.Load(x + TRow.Stride) * TReal.Load(y + TReal.Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        in RectifierFormula<TReal, TScalar> formula, TReal sum, TReal tangentSum, TReal j, TReal value, TScalar* x, TScalar* y, TScalar* output)
    {
        TReal.Store(value * (TRow.Load(x) * TReal.Load(y)), output);
        if (!TForm.HasTangents)
            return;
        TReal t = TForm.IsNtk
            ? (TForm.ReadsTangents ? tangentSum + sum : sum)
            : TReal.MultiplyAdd(sum, formula.CovarianceToTangent, tangentSum + formula.TangentBias);
        TReal.Store(t * j, output + TReal.Lanes);
    }
}
