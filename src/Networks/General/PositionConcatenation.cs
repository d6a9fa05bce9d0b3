namespace NeuralKernels.Networks;

/// <summary>Joins branches along a position axis.</summary>
internal static class PositionConcatenation
{
    /// <summary>Puts the covariances of the branches into blocks; those between branches, whose weights are independent, are 0.</summary>
    public static void Join(PairCovariance pair, PairCovariance[] branches, int[][] indices)
    {
        int count = indices.Sum(list => list.Length);
        double[,] k = new double[count, count];
        double[,] t = new double[count, count];
        bool[]? rowMask = branches.All(b => b.RowMask is null) ? null : new bool[count];
        bool[]? columnMask = branches.All(b => b.ColumnMask is null) ? null : new bool[count];
        for (int b = 0; b < branches.Length; b++)
        {
            for (int i = 0; i < indices[b].Length; i++)
            {
                if (rowMask is not null)
                    rowMask[indices[b][i]] = branches[b].RowMask is not { } rows || rows[i];
                if (columnMask is not null)
                    columnMask[indices[b][i]] = branches[b].ColumnMask is not { } columns || columns[i];
                for (int j = 0; j < indices[b].Length; j++)
                {
                    k[indices[b][i], indices[b][j]] = branches[b].K[i, j];
                    t[indices[b][i], indices[b][j]] = branches[b].T[i, j];
                }
            }
        }

        pair.Replace(k, t, rowMask, columnMask);
    }
}

/// <summary>Masks of positions that exist.</summary>
internal static class Masks
{
    /// <summary>A position exists where it exists in all branches.</summary>
    public static bool[]? And(IEnumerable<bool[]?> masks) => masks.Aggregate((a, b) =>
        a is null ? b : b is null ? a : [.. a.Zip(b, (x, y) => x && y)]);
}
