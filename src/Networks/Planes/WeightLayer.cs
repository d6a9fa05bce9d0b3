using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs; m[p] the weight of a position, 0 where it does not exist.

/// <summary>k' = m[p] m[p'] k, t' = m[p] m[p'] t.</summary>
/// <param name="Site">Where the weights are.</param>
internal sealed record WeightLayer(PointSite Site) : PlaneLayer
{
    public override PlaneStage<TScalar> Compile<TScalar, TReal, TRow>() =>
        new WeightedStage<TScalar, TReal, TRow>(null, new WeightPass<TScalar, TReal, TRow>(Site));
}

/// <summary>Multiplies planes by the weights of their positions.</summary>
internal sealed unsafe class WeightPass<TScalar, TReal, TRow>(PointSite site)
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    /// <summary>Weights of the row example from the start of row r on.</summary>
    public TScalar* RowWeights(PlaneState<TScalar> plane, int r) => plane.RowFactorsAt(site, r, TRow.Stride);

    /// <summary>Weights of the column examples from the start of row r on.</summary>
    public TScalar* ColumnWeights(PlaneState<TScalar> plane, int r) => plane.ColumnFactorsAt(site, r, TReal.Lanes);

    /// <summary>Multiplies a plane.</summary>
    public void Run(PlaneState<TScalar> plane)
    {
        plane.StoreTangents();
        for (int r = 0; r < plane.Height; r++)
            Run(plane.Row(r), plane.Width, plane.Entry, RowWeights(plane, r), ColumnWeights(plane, r));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(TScalar* place, int count, int entry, TScalar* x, TScalar* y)
    {
        for (int c = 0; c < count; c++)
        {
            TReal weight = TRow.Load(x) * TReal.Load(y);
            for (int i = 0; i < entry; i += TReal.Lanes)
                TReal.Store(TReal.Load(place + i) * weight, place + i);
            place += entry;
            x += TRow.Stride;
            y += TReal.Lanes;
        }
    }
}

/// <summary>A stage, if there is one, and then weights.</summary>
internal sealed class WeightedStage<TScalar, TReal, TRow>(PlaneStage<TScalar>? stage, WeightPass<TScalar, TReal, TRow> weights) : PlaneStage<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    public override void Run(PlaneState<TScalar> plane)
    {
        stage?.Run(plane);
        weights.Run(plane);
    }

    public override void RunDiagonal(PlaneState<TScalar> plane)
    {
        stage?.RunDiagonal(plane);
        weights.Run(plane);
    }
}
