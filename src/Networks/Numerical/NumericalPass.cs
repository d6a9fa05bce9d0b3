using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs and HermiteExpansion.cs.

/// <summary><see cref="NumericalStep"/> on pairs of positions.</summary>
internal sealed unsafe class NumericalPass<TScalar, TReal, TRow>(HermiteExpansion expansion, PointSite site) : PointPass<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    private readonly MehlerSeries<TScalar, TReal, TRow> _series = new(expansion);

    public override void Row(PlaneState<TScalar> plane, int r)
    {
        TScalar* entry = plane.Row(r);
        TScalar* x = plane.RowFactorsAt(site, r, TRow.Stride);
        TScalar* y = plane.ColumnFactorsAt(site, r, TReal.Lanes);
        for (int c = 0; c < plane.Width; c++)
        {
            Dual<TReal> dual = _series.Evaluate(TReal.Load(entry), x, TRow.Stride, y, TReal.Lanes);
            TReal.Store(dual.Covariance, entry);
            if (plane.HasTangents)
                TReal.Store(TReal.Load(entry + TReal.Lanes) * dual.Derivative, entry + TReal.Lanes);
            entry += plane.Entry;
            x += site.Factors * TRow.Stride;
            y += site.Factors * TReal.Lanes;
        }
    }

    public override void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        if (typeof(TScalar) != typeof(double))
            throw new InvalidOperationException("Examples go through a network with themselves in float64.");
        double* entry = (double*)plane.Row(r);
        double* y = (double*)plane.ColumnFactorsAt(site, r, TReal.Lanes);
        Span<double> factors = new double[site.Factors];
        for (int c = 0; c < plane.Width; c++)
        {
            for (int lane = 0; lane < TReal.Lanes; lane++)
            {
                (double covariance, double derivative) = expansion.Expand(entry[lane], factors);
                for (int f = 0; f < factors.Length; f++)
                    y[f * TReal.Lanes + lane] = factors[f];
                entry[lane] = covariance;
                if (plane.HasTangents)
                    entry[TReal.Lanes + lane] *= derivative;
            }

            entry += plane.Entry;
            y += site.Factors * TReal.Lanes;
        }
    }
}
