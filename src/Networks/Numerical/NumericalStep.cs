using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in Step.cs and HermiteExpansion.cs.

/// <summary>k' = K'(k), t' = t Kdot(k) of a function by its Hermite expansion.</summary>
internal sealed record NumericalStep(HermiteExpansion Expansion) : Step
{
    public override int SideRows => Expansion.Factors;

    public override double Cost => 12 + 4 * Expansion.Parts.Sum(part => part.Count);

    public override unsafe void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        int factors = SideRows;
        (double Covariance, double Derivative)[] diagonal = new (double, double)[pair.IsSelf ? pair.Rows : 0];
        if (pair.IsSelf)
        {
            double[] own = new double[pair.Rows * factors];
            for (int p = 0; p < pair.Rows; p++)
                diagonal[p] = Expansion.Expand(pair.K[p, p], own.AsSpan(p * factors, factors));
            rows[Number] = own;
        }

        double[] left = rows[Number], right = columns[Number];
        MehlerSeries<double, ScalarDouble, OneRow<double, ScalarDouble>> series = new(Expansion);
        pair.ForEach((i, j, k, t) =>
        {
            if (pair.IsSelf && i == j)
                return (diagonal[i].Covariance, t * diagonal[i].Derivative);
            fixed (double* x = left, y = right)
            {
                Dual<ScalarDouble> dual = series.Evaluate(new ScalarDouble(k), x + i * factors, 1, y + j * factors, 1);
                return (dual.Covariance.Value, t * dual.Derivative.Value);
            }
        });
    }

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        double[] factors = new double[SideRows];
        for (int i = 0; i < q.Length; i++)
        {
            (double covariance, double derivative) = Expansion.Expand(q[i], factors);
            for (int f = 0; f < factors.Length; f++)
                sides[f][i] = factors[f];
            q[i] = covariance;
            r[i] *= derivative;
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar, TReal>(new(Expansion), sideRow);

    public override bool ActsOnPoints => true;

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new NumericalPass<TScalar, TReal, TRow>(Expansion, site);

    private sealed unsafe class Rows<TScalar, TReal>(MehlerSeries<TScalar, TReal, OneRow<TScalar, TReal>> series, int sideRow) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(in RowTask<TScalar> task)
        {
            TScalar* x = task.RowSides + sideRow * task.RowStride;
            TScalar* y = task.ColumnSides + sideRow * task.ColumnStride;
            TScalar* k = task.K;
            TScalar* t = task.T;
            for (int j = 0; j < task.Count; j += TReal.Lanes)
            {
                Dual<TReal> dual = series.Evaluate(TReal.Load(k + j), x, task.RowStride, y + j, task.ColumnStride);
                TReal.Store(dual.Covariance, k + j);
                if (t != null)
                    TReal.Store(TReal.Load(t + j) * dual.Derivative, t + j);
            }
        }
    }
}
