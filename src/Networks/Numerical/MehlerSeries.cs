using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in HermiteExpansion.cs; k covariance, u = k / sqrt(q1 q2).
//   K'   = r_0 r_0 + k S + s^2 sqrt(q1 q2) (k1(u) / 2 - 1 / 2 pi)     S    = sum_m (d_m d_m - s^2 a_m^2) u^m / (m + 1)
//   Kdot = D + s^2 k0(u) / 2                                          D    = sum_m (d_m d_m - s^2 a_m^2) u^m
// (Mehler 1866). The terms of one parity are a polynomial in u^2, and what is left out of them a geometric series.

/// <summary>The duals of a pair from the expansions of its sides.</summary>
internal sealed unsafe class MehlerSeries<TScalar, TReal, TRow>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
    where TRow : struct, IRowFactors<TRow, TScalar, TReal>
{
    private readonly double _squaredKink;
    private readonly Part[] _parts;

    public MehlerSeries(HermiteExpansion expansion)
    {
        _squaredKink = expansion.Kink * expansion.Kink;
        double[] step = expansion.Step.ToArray();
        _parts = [.. expansion.Parts.Select(p => new Part(p, step, _squaredKink))];
    }

    /// <summary>K' and Kdot.</summary>
    /// <param name="k">Covariance; |k| may exceed sqrt(q1 q2) by rounding.</param>
    /// <param name="x">Factors of the row side.</param>
    /// <param name="rowStride">Distance between them.</param>
    /// <param name="y">Factors of the column side.</param>
    /// <param name="columnStride">Distance between them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Dual<TReal> Evaluate(TReal k, TScalar* x, nint rowStride, TScalar* y, nint columnStride)
    {
        TReal one = TReal.Constant(1);
        TReal inverse = Pair(HermiteExpansion.InverseRoot, x, rowStride, y, columnStride);
        TReal u = TReal.Max(TReal.Min(k * inverse, one), -one);
        TReal square = u * u;
        TReal slope = Pair(HermiteExpansion.Slope, x, rowStride, y, columnStride);
        TReal covariance = Pair(HermiteExpansion.Mean, x, rowStride, y, columnStride);
        if (_squaredKink > 0)
        {
            ArcFunctions.ArcCosineKernels(u, out TReal k0, out TReal k1);
            TReal roots = Pair(HermiteExpansion.Root, x, rowStride, y, columnStride) * TReal.Constant(_squaredKink);
            covariance = TReal.MultiplyAdd(roots, TReal.MultiplyAdd(k1, TReal.Constant(0.5), TReal.Constant(-0.5 / Math.PI)), covariance);
            slope -= TReal.Constant(0.25 * _squaredKink);
            TReal sum = slope;
            slope = TReal.MultiplyAdd(k0, TReal.Constant(0.5 * _squaredKink), slope);
            foreach (Part part in _parts)
                Add(part, u, square, x, rowStride, y, columnStride, ref sum, ref slope);
            return new Dual<TReal>(TReal.MultiplyAdd(k, sum, covariance), slope);
        }

        TReal terms = slope;
        foreach (Part part in _parts)
            Add(part, u, square, x, rowStride, y, columnStride, ref terms, ref slope);
        return new Dual<TReal>(TReal.MultiplyAdd(k, terms, covariance), slope);
    }

    // Horner's rule in u^4 on every other term, so that four sums are on their way at once; the geometric series is their start.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(Part part, TReal u, TReal square, TScalar* x, nint rowStride, TScalar* y, nint columnStride, ref TReal terms, ref TReal slope)
    {
        HermiteClass shape = part.Shape;
        TReal one = TReal.Constant(1);

        // 1 - (1 - c)(1 - c') u^2, all of whose parts are positive.
        TReal c = TRow.Load(x + shape.Factor * rowStride);
        TReal d = TReal.Load(y + shape.Factor * columnStride);
        TReal left = one / TReal.MultiplyAdd(c + (d - c * d), square, (one - u) * (one + u));
        TReal evenD = Pair(shape.Factor + 1, x, rowStride, y, columnStride) * left;
        TReal evenK = Pair(shape.Factor + 2, x, rowStride, y, columnStride) * left;
        if (shape.HasKink)
        {
            TReal cross = one / TReal.MultiplyAdd(TReal.Constant(-HermiteExpansion.CrossRatio(shape)), square, one);
            evenD = TReal.MultiplyAdd(Sum(shape.Factor + 3, x, rowStride, y, columnStride), cross, evenD);
            evenK = TReal.MultiplyAdd(Sum(shape.Factor + 4, x, rowStride, y, columnStride), cross, evenK);
        }

        TReal oddD = TReal.Constant(0);
        TReal oddK = oddD;
        TReal fourth = square * square;
        TReal[] weights = part.Weights;
        TScalar* row = x + (shape.FirstTerm + shape.Count) * rowStride;
        TScalar* column = y + (shape.FirstTerm + shape.Count) * columnStride;
        if (shape.HasKink)
        {
            TReal[] steps = part.Steps;
            for (int j = weights.Length - 1; j > 0; j -= 2)
            {
                row -= rowStride;
                column -= columnStride;
                TReal term = TRow.Load(row) * TReal.Load(column) - steps[j];
                oddD = TReal.MultiplyAdd(oddD, fourth, term);
                oddK = TReal.MultiplyAdd(oddK, fourth, term * weights[j]);
                row -= rowStride;
                column -= columnStride;
                term = TRow.Load(row) * TReal.Load(column) - steps[j - 1];
                evenD = TReal.MultiplyAdd(evenD, fourth, term);
                evenK = TReal.MultiplyAdd(evenK, fourth, term * weights[j - 1]);
            }
        }
        else
        {
            for (int j = weights.Length - 1; j > 0; j -= 2)
            {
                row -= rowStride;
                column -= columnStride;
                TReal term = TRow.Load(row) * TReal.Load(column);
                oddD = TReal.MultiplyAdd(oddD, fourth, term);
                oddK = TReal.MultiplyAdd(oddK, fourth, term * weights[j]);
                row -= rowStride;
                column -= columnStride;
                term = TRow.Load(row) * TReal.Load(column);
                evenD = TReal.MultiplyAdd(evenD, fourth, term);
                evenK = TReal.MultiplyAdd(evenK, fourth, term * weights[j - 1]);
            }
        }

        TReal first = shape.First == 1 ? u : square;
        slope = TReal.MultiplyAdd(TReal.MultiplyAdd(oddD, square, evenD), first, slope);
        terms = TReal.MultiplyAdd(TReal.MultiplyAdd(oddK, square, evenK), first, terms);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TReal Pair(int factor, TScalar* x, nint rowStride, TScalar* y, nint columnStride) =>
        TRow.Load(x + factor * rowStride) * TReal.Load(y + factor * columnStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TReal Sum(int factor, TScalar* x, nint rowStride, TScalar* y, nint columnStride) =>
        TRow.Load(x + factor * rowStride) + TReal.Load(y + factor * columnStride);

    /// <summary>A class with its constants: 1 / (m + 1) and s^2 a_m^2.</summary>
    private sealed class Part(HermiteClass shape, double[] step, double squaredKink)
    {
        public readonly HermiteClass Shape = shape;

        public readonly TReal[] Weights = [.. Enumerable.Range(0, shape.Count).Select(j => TReal.Constant(1.0 / (shape.First + 2 * j + 1)))];

        public readonly TReal[] Steps = [.. Enumerable.Range(0, shape.Count).Select(j => TReal.Constant(squaredKink * step[shape.First + 2 * j] * step[shape.First + 2 * j]))];
    }
}
