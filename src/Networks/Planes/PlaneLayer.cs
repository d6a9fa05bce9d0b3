using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>A part of a segment: what all its layers do to one plane.</summary>
internal abstract record PlaneLayer
{
    /// <summary>Makes the layer that runs.</summary>
    public abstract PlaneStage<TScalar> Compile<TScalar, TReal, TRow>()
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
        where TRow : struct, IRowFactors<TRow, TScalar, TReal>;
}

/// <summary>A convolution or an affine map of points, then a step on points; each may be missing.</summary>
/// <param name="Box">The convolution.</param>
/// <param name="Affine">The affine map: of the convolution where there is one.</param>
/// <param name="Point">The step on points.</param>
/// <param name="Site">Where the step's factors are.</param>
internal sealed record ElementLayer(BoxShape? Box, AffineStep? Affine, Step? Point, PointSite Site) : PlaneLayer
{
    public override PlaneStage<TScalar> Compile<TScalar, TReal, TRow>()
    {
        BoxPass<TScalar>? box = Box is null ? null : new BoxPass<TScalar, TReal>(Box, Affine!);
        AffineStep? affine = Box is null ? Affine : null;
        return Point?.Rectifier is { } rectifier
            ? new RectifierStage<TScalar, TReal, TRow>(box, affine, rectifier, Site)
            : new ElementStage<TScalar>(box, affine?.CompilePoint<TScalar, TReal, TRow>(default), Point?.CompilePoint<TScalar, TReal, TRow>(Site));
    }
}

/// <summary>Branches that take the same plane.</summary>
internal sealed record BranchLayer(BranchKind Kind, double[] Weights, PlaneLayer[][] Branches) : PlaneLayer
{
    public override PlaneStage<TScalar> Compile<TScalar, TReal, TRow>() => new BranchStage<TScalar, TReal>(
        Kind, Weights, Array.ConvertAll(Branches, branch => Array.ConvertAll(branch, layer => layer.Compile<TScalar, TReal, TRow>())));
}

/// <summary>A compiled part of a segment. Safe for concurrent use: what changes is in the plane.</summary>
internal abstract class PlaneStage<TScalar>
    where TScalar : unmanaged
{
    /// <summary>Advances a plane.</summary>
    public abstract void Run(PlaneState<TScalar> plane);

    /// <summary>Advances the plane d = 0 of examples with themselves, and writes their factors.</summary>
    public abstract void RunDiagonal(PlaneState<TScalar> plane);
}

/// <summary>Compiled form of <see cref="ElementLayer"/> for all but piecewise linear nonlinearities.</summary>
internal sealed class ElementStage<TScalar>(BoxPass<TScalar>? box, PointPass<TScalar>? affine, PointPass<TScalar>? point) : PlaneStage<TScalar>
    where TScalar : unmanaged
{
    public override void Run(PlaneState<TScalar> plane)
    {
        plane.StoreTangents();
        if (box is not null && point is not null && point.TryRunAfter(box, plane))
            return;
        RunAffine(plane);
        for (int r = 0; point is not null && r < plane.Height; r++)
            point.Row(plane, r);
    }

    public override void RunDiagonal(PlaneState<TScalar> plane)
    {
        plane.StoreTangents();
        RunAffine(plane);
        for (int r = 0; point is not null && r < plane.Height; r++)
            point.DiagonalRow(plane, r);
    }

    private void RunAffine(PlaneState<TScalar> plane)
    {
        if (box is not null)
        {
            box.Run(plane);
            box.Advance(plane);
        }

        for (int r = 0; affine is not null && r < plane.Height; r++)
            affine.Row(plane, r);
    }
}

/// <summary>Compiled form of <see cref="BranchLayer"/>.</summary>
internal sealed unsafe class BranchStage<TScalar, TReal>(BranchKind kind, double[] weights, PlaneStage<TScalar>[][] branches) : PlaneStage<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    public override void Run(PlaneState<TScalar> plane) => Run(plane, diagonal: false);

    public override void RunDiagonal(PlaneState<TScalar> plane) => Run(plane, diagonal: true);

    private void Run(PlaneState<TScalar> plane, bool diagonal)
    {
        plane.StoreTangents();
        PlaneShape shape = plane.Shape;
        TScalar* input = plane.Rent();
        TScalar* total = plane.Rent();
        plane.CopyTo(input);
        for (int b = 0; b < branches.Length; b++)
        {
            if (b > 0)
            {
                plane.Shape = shape;
                plane.CopyFrom(input);
            }

            foreach (PlaneStage<TScalar> stage in branches[b])
            {
                if (diagonal)
                    stage.RunDiagonal(plane);
                else
                    stage.Run(plane);
            }

            int count = plane.Width * plane.Entry;
            TReal weight = TReal.Constant(kind == BranchKind.WeightedSum ? weights[b] : 1);
            for (int r = 0; r < plane.Height; r++)
            {
                if (b == 0)
                    Scale(plane.Row(r), weight, total + (nint)r * count, count);
                else if (kind == BranchKind.Product)
                    Multiply(plane.Row(r), total + (nint)r * count, count, plane.HasTangents);
                else
                    Add(plane.Row(r), weight, total + (nint)r * count, count);
            }
        }

        plane.CopyFrom(total);
        plane.Return(total);
        plane.Return(input);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(TScalar* row, TReal weight, TScalar* total, int count)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
            TReal.Store(TReal.Load(row + i) * weight, total + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TScalar* row, TReal weight, TScalar* total, int count)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
            TReal.Store(TReal.MultiplyAdd(TReal.Load(row + i), weight, TReal.Load(total + i)), total + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(TScalar* row, TScalar* total, int count, bool tangents)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
        {
            TReal k = TReal.Load(row + i);
            TReal totalK = TReal.Load(total + i);
            TReal.Store(totalK * k, total + i);
            if (!tangents)
                continue;
            i += TReal.Lanes;
            TReal.Store(TReal.MultiplyAdd(TReal.Load(total + i), k, totalK * TReal.Load(row + i)), total + i);
        }
    }
}
