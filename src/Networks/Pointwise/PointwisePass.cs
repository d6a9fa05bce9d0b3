using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary><see cref="PointwiseStep{TMap}"/> on pairs of positions.</summary>
internal sealed unsafe class PointwisePass<TScalar, TReal, TRow, TMap>(TMap map, PointSite site) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
    where TMap : struct, IPointwiseMap
{
    public override void Row(PlaneState<TScalar> plane, int r)
    {
        TScalar* x = plane.RowFactorsAt(site, r, TRow.Stride);
        if (plane.HasTangents)
            RunBoth(plane.Row(r), plane.Width, x, plane.ColumnFactorsAt(site, r, TReal.Lanes));
        else
            RunCovariance(plane.Row(r), plane.Width, x, plane.ColumnFactorsAt(site, r, TReal.Lanes));
    }

    public override void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        TScalar* entry = plane.Row(r);
        TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
        for (int c = 0; c < plane.Width; c++)
        {
            TReal q = TReal.Load(entry);
            Side<TReal> side = map.Side(q);
            if (site.Factors > 0)
                TReal.Store(side.A, y);
            if (site.Factors > 1)
                TReal.Store(side.B, y + TReal.Lanes);
            if (site.Factors > 2)
                TReal.Store(side.C, y + 2 * TReal.Lanes);
            y += site.Factors * TReal.Lanes;
            PairKernels<TReal> result = map.Diagonal(q, plane.HasTangents ? TReal.Load(entry + TReal.Lanes) : TReal.Constant(0));
            TReal.Store(result.Nngp, entry);
            if (plane.HasTangents)
                TReal.Store(result.Ntk, entry + TReal.Lanes);
            entry += plane.Entry;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunCovariance(TScalar* entry, int count, TScalar* x, TScalar* y)
    {
        TMap local = map;
        int factors = local.SideFactors;
        TReal zero = TReal.Constant(0);
        for (int c = 0; c < count; c++)
        {
            TReal.Store(local.Evaluate(TReal.Load(entry), zero, Left(x, factors), Right(y, factors)).Nngp, entry);
            entry += TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBoth(TScalar* entry, int count, TScalar* x, TScalar* y)
    {
        TMap local = map;
        int factors = local.SideFactors;
        for (int c = 0; c < count; c++)
        {
            PairKernels<TReal> result = local.Evaluate(TReal.Load(entry), TReal.Load(entry + TReal.Lanes), Left(x, factors), Right(y, factors));
            TReal.Store(result.Nngp, entry);
            TReal.Store(result.Ntk, entry + TReal.Lanes);
            entry += 2 * TReal.Lanes;
            x += factors * TRow.Stride;
            y += factors * TReal.Lanes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Side<TReal> Left(TScalar* x, int factors) => PointwiseLoop.Load<TScalar, TReal, TRow>(x, TRow.Stride, factors);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Side<TReal> Right(TScalar* y, int factors) => PointwiseLoop.Load<TScalar, TReal, RowPerLane<TScalar, TReal>>(y, TReal.Lanes, factors);
}
