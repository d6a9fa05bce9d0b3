using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in Step.cs.

/// <summary>(k', t') of a pointwise map.</summary>
internal sealed record PointwiseStep<TMap>(TMap Map) : Step
    where TMap : struct, IPointwiseMap
{
    public override int SideRows => Map.SideFactors;

    // Not known: about what a cheap nonlinearity takes.
    public override double Cost => 20;

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
            rows[Number] = [.. Enumerable.Range(0, pair.Rows).Select(p => pair.K[p, p])];
        Side<ScalarDouble>[] x = Array.ConvertAll(rows[Number], q => Map.Side(new ScalarDouble(q)));
        Side<ScalarDouble>[] y = Array.ConvertAll(columns[Number], q => Map.Side(new ScalarDouble(q)));
        pair.ForEach((i, j, k, t) =>
        {
            PairKernels<ScalarDouble> result = pair.IsSelf && i == j
                ? Map.Diagonal(new ScalarDouble(k), new ScalarDouble(t))
                : Map.Evaluate(new ScalarDouble(k), new ScalarDouble(t), x[i], y[j]);
            return (result.Nngp.Value, result.Ntk.Value);
        });
    }

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        for (int i = 0; i < q.Length; i++)
        {
            Side<ScalarDouble> side = Map.Side(new ScalarDouble(q[i]));
            if (SideRows > 0)
                sides[0][i] = side.A.Value;
            if (SideRows > 1)
                sides[1][i] = side.B.Value;
            if (SideRows > 2)
                sides[2][i] = side.C.Value;
            PairKernels<ScalarDouble> result = Map.Diagonal(new ScalarDouble(q[i]), new ScalarDouble(r[i]));
            (q[i], r[i]) = (result.Nngp.Value, result.Ntk.Value);
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar, TReal>(Map, sideRow);

    public override bool ActsOnPoints => true;

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new PointwisePass<TScalar, TReal, TRow, TMap>(Map, site);

    private sealed unsafe class Rows<TScalar, TReal>(TMap map, int sideRow) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        public override void Run(in RowTask<TScalar> task)
        {
            Side<TReal> x = PointwiseLoop.Load<TScalar, TReal, OneRow<TScalar, TReal>>(task.RowSides + sideRow * task.RowStride, task.RowStride, map.SideFactors);
            TScalar* y = task.ColumnSides + sideRow * task.ColumnStride;
            if (task.T == null)
                RunCovariance(task.K, task.Count, x, y, task.ColumnStride);
            else
                RunBoth(task.K, task.T, task.Count, x, y, task.ColumnStride);
        }

        // Two methods, so that the formula is inlined once in each: the compiler's budget for inlining ends within the second.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunCovariance(TScalar* k, int count, Side<TReal> x, TScalar* y, nint stride)
        {
            TMap local = map;
            int factors = local.SideFactors;
            TReal zero = TReal.Constant(0);
            for (int j = 0; j < count; j += TReal.Lanes)
                TReal.Store(local.Evaluate(TReal.Load(k + j), zero, x, Column(y + j, stride, factors)).Nngp, k + j);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunBoth(TScalar* k, TScalar* t, int count, Side<TReal> x, TScalar* y, nint stride)
        {
            TMap local = map;
            int factors = local.SideFactors;
            for (int j = 0; j < count; j += TReal.Lanes)
            {
                PairKernels<TReal> result = local.Evaluate(TReal.Load(k + j), TReal.Load(t + j), x, Column(y + j, stride, factors));
                TReal.Store(result.Nngp, k + j);
                TReal.Store(result.Ntk, t + j);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Side<TReal> Column(TScalar* y, nint stride, int factors) => PointwiseLoop.Load<TScalar, TReal, RowPerLane<TScalar, TReal>>(y, stride, factors);
    }
}

/// <summary>What the loops over rows and over planes share.</summary>
internal static unsafe class PointwiseLoop
{
    /// <summary>Reads the factors that are used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Side<TReal> Load<TScalar, TReal, TRow>(TScalar* first, nint stride, int factors)
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
        where TRow : struct, IRowFactors<TRow, TScalar, TReal> => new(
            factors > 0 ? TRow.Load(first) : default,
            factors > 1 ? TRow.Load(first + stride) : default,
            factors > 2 ? TRow.Load(first + 2 * stride) : default);
}
