using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in Step.cs; branch b takes k to k_b and t to t_b.

/// <summary>How branches are joined.</summary>
internal enum BranchKind
{
    /// <summary>k' = sum k_b, t' = sum t_b.</summary>
    Sum,

    /// <summary>k' = sum w_b k_b, t' = sum w_b t_b.</summary>
    WeightedSum,

    /// <summary>k' = prod k_b, t' = sum_b t_b prod_(c != b) k_c.</summary>
    Product,

    /// <summary>The positions of all branches side by side; covariances between branches are 0.</summary>
    Positions,
}

/// <summary>Branches that all take the same input.</summary>
internal sealed record BranchStep(BranchKind Kind, IReadOnlyList<Step>[] Branches, double[] Weights) : Step
{
    public override void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns)
    {
        PairCovariance[] results = Array.ConvertAll(Branches, branch =>
        {
            PairCovariance copy = pair.Copy();
            foreach (Step step in branch)
                step.Apply(copy, rows, columns);
            return copy;
        });
        if (Kind == BranchKind.Positions)
        {
            PositionConcatenation.Join(pair, results, PositionIndices!);
            return;
        }

        double[,] k = new double[results[0].Rows, results[0].Columns];
        double[,] t = new double[results[0].Rows, results[0].Columns];
        for (int i = 0; i < k.GetLength(0); i++)
        {
            for (int j = 0; j < k.GetLength(1); j++)
            {
                (double sumK, double sumT) = First(results[0].K[i, j], results[0].T[i, j], 0);
                for (int b = 1; b < results.Length; b++)
                    (sumK, sumT) = Join(sumK, sumT, results[b].K[i, j], results[b].T[i, j], b);
                (k[i, j], t[i, j]) = (sumK, sumT);
            }
        }

        pair.Replace(k, t, Masks.And(results.Select(r => r.RowMask)), Masks.And(results.Select(r => r.ColumnMask)));
    }

    /// <summary>For <see cref="BranchKind.Positions"/>: the output position of each position of each branch.</summary>
    public int[][]? PositionIndices { get; init; }

    public override int SideRows => Branches.Sum(branch => branch.Sum(step => step.SideRows));

    public override double Cost => Branches.Sum(branch => 4 + branch.Sum(step => step.Cost));

    // A copy of the input, and the sum or product so far: k and t of each.
    public override int ScratchRows => 4 + Branches.Max(branch => branch.Count == 0 ? 0 : branch.Max(step => step.ScratchRows));

    public override void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides)
    {
        double[] inputQ = q.ToArray();
        double[] inputR = r.ToArray();
        double[] branchQ = new double[q.Length];
        double[] branchR = new double[q.Length];
        int sideRow = 0;
        for (int b = 0; b < Branches.Length; b++)
        {
            inputQ.CopyTo(branchQ, 0);
            inputR.CopyTo(branchR, 0);
            foreach (Step step in Branches[b])
            {
                step.AdvanceDiagonal(branchQ, branchR, sides.From(sideRow));
                sideRow += step.SideRows;
            }

            for (int i = 0; i < q.Length; i++)
                (q[i], r[i]) = b == 0 ? First(branchQ[i], branchR[i], b) : Join(q[i], r[i], branchQ[i], branchR[i], b);
        }
    }

    public override RowStep<TScalar> Compile<TScalar, TReal>(int sideRow)
    {
        RowStep<TScalar>[][] branches = new RowStep<TScalar>[Branches.Length][];
        for (int b = 0; b < branches.Length; b++)
        {
            branches[b] = new RowStep<TScalar>[Branches[b].Count];
            for (int s = 0; s < branches[b].Length; s++)
            {
                branches[b][s] = Branches[b][s].Compile<TScalar, TReal>(sideRow);
                sideRow += Branches[b][s].SideRows;
            }
        }

        return new Rows<TScalar, TReal>(this, branches);
    }

    private (double Q, double R) First(double q, double r, int branch) =>
        Kind == BranchKind.WeightedSum ? (Weights[branch] * q, Weights[branch] * r) : (q, r);

    private (double Q, double R) Join(double q, double r, double branchQ, double branchR, int branch) => Kind switch
    {
        BranchKind.Sum => (q + branchQ, r + branchR),
        BranchKind.WeightedSum => (q + Weights[branch] * branchQ, r + Weights[branch] * branchR),
        _ => (q * branchQ, r * branchQ + q * branchR),
    };

    private sealed unsafe class Rows<TScalar, TReal>(BranchStep step, RowStep<TScalar>[][] branches) : RowStep<TScalar>
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
    {
        public override void Run(in RowTask<TScalar> task)
        {
            nint row = (nint)task.ScratchStride * sizeof(TScalar);
            bool tangent = task.T != null;
            TScalar* inputK = task.Scratch;
            TScalar* inputT = tangent ? inputK + task.ScratchStride : null;
            TScalar* totalK = inputK + 2 * task.ScratchStride;
            TScalar* totalT = tangent ? totalK + task.ScratchStride : null;
            Copy(task.K, inputK, task.Count);
            Copy(task.T, inputT, task.Count);
            RowTask<TScalar> inner = task with { ScratchAddress = task.ScratchAddress + 4 * row };
            for (int b = 0; b < branches.Length; b++)
            {
                if (b > 0)
                {
                    Copy(inputK, task.K, task.Count);
                    Copy(inputT, task.T, task.Count);
                }

                foreach (RowStep<TScalar> part in branches[b])
                    part.Run(inner);
                if (b == 0)
                    Start(task, totalK, totalT);
                else
                    Join(task, totalK, totalT, b);
            }

            Copy(totalK, task.K, task.Count);
            Copy(totalT, task.T, task.Count);
        }

        private static void Copy(TScalar* source, TScalar* destination, int count)
        {
            if (source != null)
                new ReadOnlySpan<TScalar>(source, count).CopyTo(new Span<TScalar>(destination, count));
        }

        private void Start(in RowTask<TScalar> task, TScalar* totalK, TScalar* totalT)
        {
            TReal weight = TReal.Constant(step.Kind == BranchKind.WeightedSum ? step.Weights[0] : 1);
            for (int j = 0; j < task.Count; j += TReal.Lanes)
            {
                TReal.Store(TReal.Load(task.K + j) * weight, totalK + j);
                if (totalT != null)
                    TReal.Store(TReal.Load(task.T + j) * weight, totalT + j);
            }
        }

        private void Join(in RowTask<TScalar> task, TScalar* totalK, TScalar* totalT, int branch)
        {
            bool product = step.Kind == BranchKind.Product;
            TReal weight = TReal.Constant(step.Kind == BranchKind.WeightedSum ? step.Weights[branch] : 1);
            for (int j = 0; j < task.Count; j += TReal.Lanes)
            {
                TReal k = TReal.Load(task.K + j);
                TReal sumK = TReal.Load(totalK + j);
                TReal.Store(product ? sumK * k : TReal.MultiplyAdd(k, weight, sumK), totalK + j);
                if (totalT == null)
                    continue;
                TReal t = TReal.Load(task.T + j);
                TReal sumT = TReal.Load(totalT + j);
                TReal.Store(product ? TReal.MultiplyAdd(sumT, k, sumK * t) : TReal.MultiplyAdd(t, weight, sumT), totalT + j);
            }
        }
    }
}
