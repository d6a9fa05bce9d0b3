using System.Runtime.CompilerServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in Step.cs.

/// <summary>
/// k' = Weight k + Bias, t' = WeightToTangent k + BiasToTangent + Weight t. In the NTK parameterization the first two terms
/// of t' are k'; in the standard one they are n k + 1.
/// </summary>
internal sealed record AffineStep(double Weight, double Bias, double WeightToTangent, double BiasToTangent) : Step
{
    public override double Cost => 3;

    /// <summary>(k', t') of (k, t).</summary>
    public (double K, double T) Advance(double k, double t) => (Weight * k + Bias, WeightToTangent * k + BiasToTangent + Weight * t);

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns) => pair.ForEach((_, _, k, t) => Advance(k, t));

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        for (int i = 0; i < q.Length; i++)
        {
            r[i] = WeightToTangent * q[i] + BiasToTangent + Weight * r[i];
            q[i] = Weight * q[i] + Bias;
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar, TReal>(this);

    public override bool ActsOnPoints => true;

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new AffinePass<TScalar, TReal>(this);

    private sealed unsafe class Rows<TScalar, TReal>(AffineStep step) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(in RowTask<TScalar> task)
        {
            TReal weight = TReal.Constant(step.Weight);
            TReal bias = TReal.Constant(step.Bias);
            TReal weightToTangent = TReal.Constant(step.WeightToTangent);
            TReal biasToTangent = TReal.Constant(step.BiasToTangent);
            TScalar* k = task.K;
            TScalar* t = task.T;
            if (t == null)
            {
                for (int j = 0; j < task.Count; j += TReal.Lanes)
                    TReal.Store(TReal.MultiplyAdd(TReal.Load(k + j), weight, bias), k + j);
                return;
            }

            for (int j = 0; j < task.Count; j += TReal.Lanes)
            {
                TReal covariance = TReal.Load(k + j);
                TReal own = TReal.MultiplyAdd(covariance, weightToTangent, biasToTangent);
                TReal.Store(TReal.MultiplyAdd(covariance, weight, bias), k + j);
                TReal.Store(TReal.MultiplyAdd(TReal.Load(t + j), weight, own), t + j);
            }
        }
    }
}

/// <summary>k' = K'(k), t' = t Kdot(k) of a dual activation.</summary>
internal sealed record DualStep<TDual>(TDual Dual) : Step
    where TDual : struct, IDualActivation
{
    public override int SideRows => Dual.SideFactors;

    // About what the piecewise linear dual takes; the others are within a factor of three.
    public override double Cost => 28;

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
            rows[Number] = [.. Enumerable.Range(0, pair.Rows).Select(p => pair.K[p, p])];
        Side<ScalarDouble>[] x = Array.ConvertAll(rows[Number], q => Dual.Side(new ScalarDouble(q)));
        Side<ScalarDouble>[] y = Array.ConvertAll(columns[Number], q => Dual.Side(new ScalarDouble(q)));
        pair.ForEach((i, j, k, t) =>
        {
            Dual<ScalarDouble> dual = pair.IsSelf && i == j ? Dual.Diagonal(new ScalarDouble(k)) : Dual.Evaluate(new ScalarDouble(k), x[i], y[j]);
            return (dual.Covariance.Value, t * dual.Derivative.Value);
        });
    }

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        for (int i = 0; i < q.Length; i++)
        {
            ScalarDouble variance = new(q[i]);
            Side<ScalarDouble> side = Dual.Side(variance);
            if (SideRows > 0)
                sides[0][i] = side.A.Value;
            if (SideRows > 1)
                sides[1][i] = side.B.Value;
            if (SideRows > 2)
                sides[2][i] = side.C.Value;
            Dual<ScalarDouble> dual = Dual.Diagonal(variance);
            q[i] = dual.Covariance.Value;
            r[i] *= dual.Derivative.Value;
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar, TReal>(Dual, sideRow);

    public override bool ActsOnPoints => true;

    public override PiecewiseLinearDual? Rectifier => Dual switch
    {
        RectifierDual => new PiecewiseLinearDual(0, 1),
        PiecewiseLinearDual dual => dual,
        _ => null,
    };

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new DualPass<TScalar, TReal, TRow, TDual>(Dual, site);

    private sealed unsafe class Rows<TScalar, TReal>(TDual dual, int sideRow) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        public override void Run(in RowTask<TScalar> task)
        {
            if (task.T == null)
                RunCovariance(task);
            else
                RunBoth(task);
        }

        // Two methods, so that the formula is inlined once in each: the compiler's budget for inlining ends within the second.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunCovariance(in RowTask<TScalar> task)
        {
            TDual local = dual;
            int factors = local.SideFactors;
            Side<TReal> x = RowSide(task, factors);
            TScalar* column = task.ColumnSides + sideRow * task.ColumnStride;
            nint stride = task.ColumnStride;
            TScalar* k = task.K;
            int count = task.Count;
            for (int j = 0; j < count; j += TReal.Lanes)
                TReal.Store(local.Evaluate(TReal.Load(k + j), x, Load(column + j, stride, factors)).Covariance, k + j);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunBoth(in RowTask<TScalar> task)
        {
            TDual local = dual;
            int factors = local.SideFactors;
            Side<TReal> x = RowSide(task, factors);
            TScalar* column = task.ColumnSides + sideRow * task.ColumnStride;
            nint stride = task.ColumnStride;
            TScalar* k = task.K;
            TScalar* t = task.T;
            int count = task.Count;
            for (int j = 0; j < count; j += TReal.Lanes)
            {
                Dual<TReal> result = local.Evaluate(TReal.Load(k + j), x, Load(column + j, stride, factors));
                TReal.Store(result.Covariance, k + j);
                TReal.Store(TReal.Load(t + j) * result.Derivative, t + j);
            }
        }

        private Side<TReal> RowSide(in RowTask<TScalar> task, int factors)
        {
            TScalar* row = task.RowSides + sideRow * task.RowStride;
            return new Side<TReal>(
                factors > 0 ? TReal.Broadcast(row[0]) : default,
                factors > 1 ? TReal.Broadcast(row[task.RowStride]) : default,
                factors > 2 ? TReal.Broadcast(row[2 * task.RowStride]) : default);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Side<TReal> Load(TScalar* column, nint stride, int factors) => new(
            factors > 0 ? TReal.Load(column) : default,
            factors > 1 ? TReal.Load(column + stride) : default,
            factors > 2 ? TReal.Load(column + 2 * stride) : default);
    }
}

/// <summary>k' = k / sqrt((q1 + eps)(q2 + eps)), the same for t.</summary>
internal sealed record NormalizeStep(double Eps) : Step
{
    public override int SideRows => 1;

    public override double Cost => 2;

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
        {
            rows[Number] = [.. Enumerable.Range(0, pair.Rows).Select(p =>
            {
                double divisor = pair.K[p, p] + Eps;
                bool exists = pair.RowMask is not { } mask || mask[p];
                return exists && divisor > 0 ? 1 / Math.Sqrt(divisor) : 0;
            })];
        }

        double[] x = rows[Number];
        double[] y = columns[Number];
        pair.ForEach((i, j, k, t) => (k * (x[i] * y[j]), t * (x[i] * y[j])));
    }

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        for (int i = 0; i < q.Length; i++)
        {
            double divisor = q[i] + Eps;
            sides[0][i] = divisor > 0 ? 1 / Math.Sqrt(divisor) : 0;
            q[i] = divisor > 0 ? q[i] / divisor : 0;
            r[i] = divisor > 0 ? r[i] / divisor : 0;
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar, TReal>(sideRow);

    public override bool ActsOnPoints => true;

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new NormalizePass<TScalar, TReal, TRow>(Eps, site);

    private sealed unsafe class Rows<TScalar, TReal>(int sideRow) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(in RowTask<TScalar> task)
        {
            TReal row = TReal.Broadcast(task.RowSides[sideRow * task.RowStride]);
            TScalar* column = task.ColumnSides + sideRow * task.ColumnStride;
            for (int j = 0; j < task.Count; j += TReal.Lanes)
            {
                TReal factor = row * TReal.Load(column + j);
                TReal.Store(TReal.Load(task.K + j) * factor, task.K + j);
                if (task.T != null)
                    TReal.Store(TReal.Load(task.T + j) * factor, task.T + j);
            }
        }
    }
}

/// <summary>q' = Factor q, r' = Factor r; pairs of different examples stay.</summary>
internal sealed record ScaleVarianceStep(double Factor) : Step
{
    public override double Cost => 0;

    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        if (pair.IsSelf)
            pair.ForEach((i, j, k, t) => i == j ? (Factor * k, Factor * t) : (k, t));
    }

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        for (int i = 0; i < q.Length; i++)
        {
            q[i] *= Factor;
            r[i] *= Factor;
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow) => new Rows<TScalar>();

    public override bool ActsOnPoints => true;

    public override PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site) => new ScaleVariancePass<TScalar, TReal>(Factor);

    private sealed class Rows<TScalar> : RowStep<TScalar>
        where TScalar : unmanaged
    {
        public override void Run(in RowTask<TScalar> task)
        {
        }
    }
}
