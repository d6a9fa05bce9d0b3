using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs and RectifierFormula.cs.

/// <summary>
/// A piecewise linear nonlinearity with the affine map before it, and with the convolution where that has 3 x 3 taps or taps along one axis, with
/// stride 1. Other convolutions run by themselves before it.
/// </summary>
internal sealed unsafe class RectifierStage<TScalar, TReal, TRow> : PlaneStage<TScalar>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    private readonly BoxPass<TScalar>? _box;
    private readonly ElementStage<TScalar> _affine;
    private readonly PiecewiseLinearDual _dual;
    private readonly PointSite _site;
    private readonly WeightPass<TScalar, TReal, TRow>? _existing;
    private readonly BoxKind _kind;
    private readonly double _weight;
    private readonly bool _isNtk;
    private readonly TScalar[] _constants;

    /// <summary>Compiles the layers.</summary>
    /// <param name="box">The convolution; null where there is none.</param>
    /// <param name="affine">The affine map of a layer without positions; null where there is none.</param>
    /// <param name="dual">The nonlinearity.</param>
    /// <param name="site">Where its factors are.</param>
    /// <param name="existing">Weights of the positions after it; null for none.</param>
    public RectifierStage(
        BoxPass<TScalar>? box, AffineStep? affine, PiecewiseLinearDual dual, PointSite site, WeightPass<TScalar, TReal, TRow>? existing)
    {
        _existing = existing;
        _box = box;
        _affine = new ElementStage<TScalar>(box, affine is null ? null : new AffinePass<TScalar, TReal>(affine), point: null);
        _dual = dual;
        _site = site;
        AffineStep identity = new(1, 0, 0, 0);
        AffineStep fused = (box is null ? affine : box.Affine) ?? identity;
        _kind = KindOf(box?.Shape);

        // The formula divides by the weight.
        if (fused.Weight <= 0 || _kind == BoxKind.Other)
            (fused, _kind) = (identity, box is null && affine is null ? BoxKind.None : BoxKind.Other);
        _weight = fused.Weight;
        _isNtk = fused.WeightToTangent == fused.Weight && fused.BiasToTangent == fused.Bias;
        _constants = GC.AllocateArray<TScalar>(RectifierFormula<TReal, TScalar>.Count * TReal.Lanes, pinned: true);
        RectifierFormula<TReal, TScalar>.Fill(dual, fused, Constants);
    }

    private enum BoxKind
    {
        /// <summary>One tap or no convolution.</summary>
        None,

        /// <summary>3 x 3 taps.</summary>
        ThreeByThree,

        /// <summary>Several taps along the second axis.</summary>
        Row,

        /// <summary>A filter that runs by itself.</summary>
        Other,
    }

    private TScalar* Constants => (TScalar*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _constants[0]);

    public override void Run(PlaneState<TScalar> plane)
    {
        if (_kind == BoxKind.Other)
            _affine.Run(plane);
        if (!plane.HasTangents)
            RunForm<CovarianceForm>(plane);
        else if (!_isNtk)
            RunForm<AffineForm>(plane);
        else if (plane.TangentsAreZero)
            RunForm<FirstNtkForm>(plane);
        else
            RunForm<NtkForm>(plane);
    }

    public override void RunDiagonal(PlaneState<TScalar> plane)
    {
        _affine.Run(plane);
        for (int r = 0; r < plane.Height; r++)
            DiagonalRow(plane, r);
        _existing?.Run(plane);
    }

    private static BoxKind KindOf(BoxShape? shape) => shape switch
    {
        null or { Rows: 1, Columns: 1, RowStride: 1, ColumnStride: 1 } => BoxKind.None,
        { Rows: 3, Columns: 3, RowStride: 1, ColumnStride: 1, RowLow: 0 or 1 } when shape.RowLow == shape.ColumnLow => BoxKind.ThreeByThree,
        { Rows: 1, RowStride: 1, ColumnStride: 1 } => BoxKind.Row,
        _ => BoxKind.Other,
    };

    private void RunForm<TForm>(PlaneState<TScalar> plane)
        where TForm : struct, IRectifierForm
    {
        if (_existing is null)
        {
            Run<TForm>(plane);
        }
        else if (_kind == BoxKind.ThreeByThree)
        {
            Run<TForm>(plane);
            _existing.Run(plane);
        }
        else
        {
            Run<Weighted<TForm>>(plane);
        }
    }

    private void Run<TForm>(PlaneState<TScalar> plane)
        where TForm : struct, IRectifierForm
    {
        if (TForm.ReadsTangents)
            plane.StoreTangents();
        switch (_kind)
        {
            case BoxKind.ThreeByThree:
                RunThreeByThree<TForm>(plane);
                break;
            case BoxKind.Row:
                RunAlongRows<TForm>(plane, _box!.Shape);
                break;
            default:
                for (int r = 0; r < plane.Height; r++)
                {
                    RectifierRow<TScalar> row = Place(plane, r, plane.Row(r));
                    RectifierLoops<TScalar, TReal, TRow, TForm>.AlongRow(Constants, row.Output, 1, plane.Width, row);
                    plane.EndRow(row.Output, plane.Width);
                }

                break;
        }

        plane.TangentsAreZero = false;
    }

    private void RunThreeByThree<TForm>(PlaneState<TScalar> plane)
        where TForm : struct, IRectifierForm
    {
        int height = plane.Height;
        int low = _box!.Shape.RowLow;
        int outHeight = _box.OutputHeight(plane);
        int outWidth = _box.OutputWidth(plane);
        RectifierRow<TScalar> start = Place(plane, 0, null);
        RectifierLoops<TScalar, TReal, TRow, TForm>.PairsOfRows(
            Constants, plane.Rows, low, outHeight, outWidth, start.RowFactors, start.ColumnFactors, _site.Grid.Columns);
        if (outHeight % 2 == 1)
        {
            int r = outHeight - 1;
            TScalar* a = r < low ? plane.Zero : plane.Row(r - low);
            TScalar* b = r - low + 1 < height ? plane.Row(r - low + 1) : plane.Zero;
            TScalar* c = r - low + 2 < height ? plane.Row(r - low + 2) : plane.Zero;
            RectifierLoops<TScalar, TReal, TRow, TForm>.OneRow(Constants, a, b, c, low > 0, outWidth, Place(plane, r, plane.Row(r - low)));
        }

        for (int r = 0; plane.Margin > 1 && r < outHeight; r++)
            plane.EndRow(plane.Row(r - low), outWidth);
        _box.Advance(plane);
    }

    // The rows of the output lie one place above those of the input, which the next outputs still need.
    private void RunAlongRows<TForm>(PlaneState<TScalar> plane, BoxShape shape)
        where TForm : struct, IRectifierForm
    {
        int outWidth = _box!.OutputWidth(plane);
        for (int r = 0; r < plane.Height; r++)
        {
            RectifierRow<TScalar> row = Place(plane, r, plane.Row(r - 1));
            RectifierLoops<TScalar, TReal, TRow, TForm>.AlongRow(
                Constants, plane.Row(r) - (nint)shape.ColumnLow * plane.Entry, shape.Columns, outWidth, row);
            plane.EndRow(row.Output, outWidth);
        }

        plane.Move(shape.Output, plane.DisplacementRows, plane.DisplacementColumns, low: 1);
    }

    private RectifierRow<TScalar> Place(PlaneState<TScalar> plane, int r, TScalar* output) => new(
        output,
        plane.RowFactorsAt(_site, r, TRow.Stride),
        plane.ColumnFactorsAt(_site, r, TReal.Lanes),
        _existing is null ? null : _existing.RowWeights(plane, r),
        _existing is null ? null : _existing.ColumnWeights(plane, r));

    private void DiagonalRow(PlaneState<TScalar> plane, int r)
    {
        TScalar* entry = plane.Row(r);
        TScalar* y = plane.ColumnFactorsAt(_site, r, TReal.Lanes);
        for (int c = 0; c < plane.Width; c++)
        {
            TReal q = TReal.Load(entry);
            Side<TReal> side = RectifierFormula<TReal, TScalar>.Side(q, _weight);
            TReal.Store(side.A, y);
            TReal.Store(side.B, y + TReal.Lanes);
            y += 2 * TReal.Lanes;
            Dual<TReal> result = _dual.Diagonal(q);
            TReal.Store(result.Covariance, entry);
            if (plane.HasTangents)
                TReal.Store(TReal.Load(entry + TReal.Lanes) * result.Derivative, entry + TReal.Lanes);
            entry += plane.Entry;
        }
    }
}
