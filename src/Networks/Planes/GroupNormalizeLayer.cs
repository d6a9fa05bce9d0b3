using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; v the mean variance of a group of positions, those that do not exist left out.

/// <summary>k' = k / sqrt(v[p] v[p']), the same for t.</summary>
/// <param name="Step">Groups and eps.</param>
/// <param name="Site">Where the factors 1 / sqrt(v + eps) are.</param>
/// <param name="Existing">Which positions exist; null where all do.</param>
internal sealed record GroupNormalizeLayer(GroupNormalizeStep Step, PointSite Site, PointSite? Existing) : PlaneLayer
{
    public override PlaneStage<TScalar> Compile<TScalar, TReal, TRow>() => new GroupNormalizeStage<TScalar, TReal, TRow>(
        Step, Site, Existing is { } existing ? new WeightPass<TScalar, TReal, TRow>(existing) : null);
}

/// <summary>Compiled form of <see cref="GroupNormalizeLayer"/>.</summary>
internal sealed unsafe class GroupNormalizeStage<TScalar, TReal, TRow>(GroupNormalizeStep step, PointSite site, WeightPass<TScalar, TReal, TRow>? existing)
    : PlaneStage<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    private readonly WeightPass<TScalar, TReal, TRow> _scale = new(site);

    public override void Run(PlaneState<TScalar> plane) => _scale.Run(plane);

    // The plane d = 0 has all positions in order.
    public override void RunDiagonal(PlaneState<TScalar> plane)
    {
        TReal zero = TReal.Constant(0);
        TReal[] sums = new TReal[step.Groups.Max() + 1], counts = new TReal[sums.Length];
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* entry = plane.Row(r);
            for (int c = 0; c < plane.Width; c++)
            {
                int group = step.Groups[r * plane.Width + c];
                sums[group] += TReal.Load(entry + (nint)c * plane.Entry);
                counts[group] += existing is null ? TReal.Constant(1) : TReal.Load(existing.ColumnWeights(plane, r) + c * TReal.Lanes);
            }
        }

        for (int p = 0; p < step.Groups.Length; p++)
        {
            TReal count = counts[step.Groups[p]];
            TReal variance = TReal.Constant(step.Eps) + sums[step.Groups[p]] / TReal.Max(count, TReal.Constant(1));
            TReal factor = TReal.IfLess(zero, variance, TReal.Constant(1) / TReal.Sqrt(variance), zero);
            TReal.Store(TReal.IfLess(zero, count, factor, zero), plane.ColumnFactors + (nint)(site.FirstFactor + p) * TReal.Lanes);
        }

        _scale.Run(plane);
    }
}
