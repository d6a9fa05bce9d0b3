using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; K, T and duals as in Step.cs.

/// <summary>A step that treats each pair of positions by itself, compiled.</summary>
internal abstract unsafe class PointPass<TScalar>
    where TScalar : unmanaged
{
    /// <summary>Advances row r of the plane.</summary>
    public abstract void Row(PlaneState<TScalar> plane, int r);

    /// <summary>Advances row r of the plane d = 0 of examples with themselves, and writes their factors.</summary>
    public abstract void DiagonalRow(PlaneState<TScalar> plane, int r);

    /// <summary>
    /// Takes the plane through a convolution of 3 x 3 taps with stride 1 and then through this pass, in one go; false where there is no such form.
    /// </summary>
    public virtual bool TryRunAfter(BoxPass<TScalar> box, PlaneState<TScalar> plane) => false;
}

/// <summary>k' = a k + b and likewise for t: see <see cref="AffineStep"/>.</summary>
internal sealed unsafe class AffinePass<TScalar, TReal>(AffineStep step) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public override void Row(PlaneState<TScalar> plane, int r) => Run(plane.Row(r), plane.Width, plane.HasTangents);

    public override void DiagonalRow(PlaneState<TScalar> plane, int r) => Row(plane, r);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(TScalar* entry, int count, bool tangents)
    {
        TReal weight = TReal.Constant(step.Weight);
        TReal bias = TReal.Constant(step.Bias);
        TReal weightToTangent = TReal.Constant(step.WeightToTangent);
        TReal biasToTangent = TReal.Constant(step.BiasToTangent);
        for (int c = 0; c < count; c++)
        {
            TReal k = TReal.Load(entry);
            TReal.Store(TReal.MultiplyAdd(k, weight, bias), entry);
            entry += TReal.Lanes;
            if (!tangents)
                continue;
            TReal own = TReal.MultiplyAdd(k, weightToTangent, biasToTangent);
            TReal.Store(TReal.MultiplyAdd(TReal.Load(entry), weight, own), entry);
            entry += TReal.Lanes;
        }
    }
}

/// <summary>k' = k / sqrt((q1 + eps)(q2 + eps)), the same for t.</summary>
internal sealed unsafe class NormalizePass<TScalar, TReal, TRow>(double eps, PointSite site) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    public override void Row(PlaneState<TScalar> plane, int r)
    {
        TScalar* entry = plane.Row(r);
        TScalar* x = plane.RowFactorsAt(site, r, TRow.Stride);
        TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
        for (int c = 0; c < plane.Width; c++)
        {
            TReal factor = TRow.Load(x + c * TRow.Stride) * TReal.Load(y + c * TReal.Lanes);
            Scale(ref entry, factor, plane.HasTangents);
        }
    }

    public override void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        TReal zero = TReal.Constant(0);
        TReal one = TReal.Constant(1);
        TScalar* entry = plane.Row(r);
        TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
        for (int c = 0; c < plane.Width; c++)
        {
            TReal divisor = TReal.Load(entry) + TReal.Constant(eps);
            TReal.Store(TReal.IfLess(zero, divisor, one / TReal.Sqrt(divisor), zero), y + c * TReal.Lanes);
            Scale(ref entry, TReal.IfLess(zero, divisor, one / divisor, zero), plane.HasTangents);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(ref TScalar* entry, TReal factor, bool tangents)
    {
        TReal.Store(TReal.Load(entry) * factor, entry);
        entry += TReal.Lanes;
        if (!tangents)
            return;
        TReal.Store(TReal.Load(entry) * factor, entry);
        entry += TReal.Lanes;
    }
}

/// <summary>Scales variances alone.</summary>
internal sealed unsafe class ScaleVariancePass<TScalar, TReal>(double factor) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public override void Row(PlaneState<TScalar> plane, int r)
    {
    }

    public override void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        TScalar* row = plane.Row(r);
        TReal scale = TReal.Constant(factor);
        for (int i = 0; i < plane.Width * plane.Entry; i += TReal.Lanes)
            TReal.Store(TReal.Load(row + i) * scale, row + i);
    }
}

/// <summary>k' = K'(k), t' = t Kdot(k) of a dual activation.</summary>
internal sealed unsafe class DualPass<TScalar, TReal, TRow, TDual>(TDual dual, PointSite site) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
    where TDual : struct, IDualActivation
{
    public override void Row(PlaneState<TScalar> plane, int r)
    {
        if (plane.HasTangents)
            RunBoth(plane.Row(r), plane.Width, plane.RowFactorsAt(site, r, TRow.Stride), plane.ColumnFactorsAt(site, r, TReal.Lanes));
        else
            RunCovariance(plane.Row(r), plane.Width, plane.RowFactorsAt(site, r, TRow.Stride), plane.ColumnFactorsAt(site, r, TReal.Lanes));
    }

    public override void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        TScalar* entry = plane.Row(r);
        TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
        int factors = dual.SideFactors;
        for (int c = 0; c < plane.Width; c++)
        {
            TReal q = TReal.Load(entry);
            Side<TReal> side = dual.Side(q);
            if (factors > 0)
                TReal.Store(side.A, y);
            if (factors > 1)
                TReal.Store(side.B, y + TReal.Lanes);
            if (factors > 2)
                TReal.Store(side.C, y + 2 * TReal.Lanes);
            y += factors * TReal.Lanes;
            Dual<TReal> result = dual.Diagonal(q);
            TReal.Store(result.Covariance, entry);
            if (plane.HasTangents)
                TReal.Store(TReal.Load(entry + TReal.Lanes) * result.Derivative, entry + TReal.Lanes);
            entry += plane.Entry;
        }
    }

    public override bool TryRunAfter(BoxPass<TScalar> box, PlaneState<TScalar> plane)
    {
        if (!box.IsThreeByThree)
            return false;
        int height = plane.Height;
        int low = box.Shape.RowLow;
        int outHeight = box.OutputHeight(plane);
        int outWidth = box.OutputWidth(plane);
        for (int r = 0; r < outHeight; r++)
        {
            TScalar* above = r - low < 0 ? plane.Zero : plane.Row(r - low);
            TScalar* middle = r - low + 1 < height ? plane.Row(r - low + 1) : plane.Zero;
            TScalar* below = r - low + 2 < height ? plane.Row(r - low + 2) : plane.Zero;
            TScalar* output = plane.Row(r - low);
            TScalar* x = plane.RowFactorsAt(site, r, TRow.Stride);
            TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
            if (plane.HasTangents)
                RunBoxBoth(box.Affine, above, middle, below, output, outWidth, low > 0, x, y);
            else
                RunBoxCovariance(box.Affine, above, middle, below, output, outWidth, low > 0, x, y);
            plane.EndRow(output, outWidth);
        }

        box.Advance(plane);
        return true;
    }

    // Methods of their own, so that the formula is inlined once in each: the compiler's budget for inlining ends within the second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunCovariance(TScalar* entry, int count, TScalar* x, TScalar* y)
    {
        TDual local = dual;
        int factors = local.SideFactors;
        for (int c = 0; c < count; c++)
        {
            TReal.Store(local.Evaluate(TReal.Load(entry), Row(x, factors), Column(y, factors)).Covariance, entry);
            entry += TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBoth(TScalar* entry, int count, TScalar* x, TScalar* y)
    {
        TDual local = dual;
        int factors = local.SideFactors;
        for (int c = 0; c < count; c++)
        {
            Dual<TReal> result = local.Evaluate(TReal.Load(entry), Row(x, factors), Column(y, factors));
            TReal.Store(result.Covariance, entry);
            TReal.Store(TReal.Load(entry + TReal.Lanes) * result.Derivative, entry + TReal.Lanes);
            entry += 2 * TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    // Sums of three rows slide along the columns; with padding, the first column of sums is 0 and so is the one after the last.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBoxCovariance(
        AffineStep affine, TScalar* above, TScalar* middle, TScalar* below, TScalar* output, int count, bool padded, TScalar* x, TScalar* y)
    {
        TDual local = dual;
        int factors = local.SideFactors;
        TReal weight = TReal.Constant(affine.Weight);
        TReal bias = TReal.Constant(affine.Bias);
        nint at = 0;
        TReal left = TReal.Constant(0);
        if (!padded)
        {
            left = TReal.Load(above) + TReal.Load(middle) + TReal.Load(below);
            at += TReal.Lanes;
        }

        TReal centre = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
        at += TReal.Lanes;
        for (int c = 0; c < count; c++)
        {
            TReal right = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
            TReal k = TReal.MultiplyAdd(left + centre + right, weight, bias);
            (left, centre) = (centre, right);
            TReal.Store(local.Evaluate(k, Row(x, factors), Column(y, factors)).Covariance, output);
            at += TReal.Lanes;
            output += TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBoxBoth(
        AffineStep affine, TScalar* above, TScalar* middle, TScalar* below, TScalar* output, int count, bool padded, TScalar* x, TScalar* y)
    {
        TDual local = dual;
        int factors = local.SideFactors;
        TReal weight = TReal.Constant(affine.Weight);
        TReal bias = TReal.Constant(affine.Bias);
        TReal weightToTangent = TReal.Constant(affine.WeightToTangent);
        TReal biasToTangent = TReal.Constant(affine.BiasToTangent);
        nint at = 0;
        TReal leftK = TReal.Constant(0);
        TReal leftT = TReal.Constant(0);
        if (!padded)
        {
            leftK = TReal.Load(above) + TReal.Load(middle) + TReal.Load(below);
            at += TReal.Lanes;
            leftT = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
            at += TReal.Lanes;
        }

        TReal centreK = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
        at += TReal.Lanes;
        TReal centreT = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
        at += TReal.Lanes;
        for (int c = 0; c < count; c++)
        {
            TReal rightK = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
            at += TReal.Lanes;
            TReal rightT = TReal.Load(above + at) + TReal.Load(middle + at) + TReal.Load(below + at);
            at += TReal.Lanes;
            TReal sumK = leftK + centreK + rightK;
            TReal sumT = leftT + centreT + rightT;
            (leftK, centreK) = (centreK, rightK);
            (leftT, centreT) = (centreT, rightT);
            TReal k = TReal.MultiplyAdd(sumK, weight, bias);
            TReal t = TReal.MultiplyAdd(sumT, weight, TReal.MultiplyAdd(sumK, weightToTangent, biasToTangent));
            Dual<TReal> result = local.Evaluate(k, Row(x, factors), Column(y, factors));
            TReal.Store(result.Covariance, output);
            TReal.Store(t * result.Derivative, output + TReal.Lanes);
            output += 2 * TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Side<TReal> Row(TScalar* x, int factors) => new(
        factors > 0 ? TRow.Load(x) : default,
        factors > 1 ? TRow.Load(x + TRow.Stride) : default,
        factors > 2 ? TRow.Load(x + 2 * TRow.Stride) : default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Side<TReal> Column(TScalar* y, int factors) => new(
        factors > 0 ? TReal.Load(y) : default,
        factors > 1 ? TReal.Load(y + TReal.Lanes) : default,
        factors > 2 ? TReal.Load(y + 2 * TReal.Lanes) : default);
}
