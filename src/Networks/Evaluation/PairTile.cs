using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>The check that all evaluators make of a tile of pairs.</summary>
internal static class PairTile
{
    /// <summary>Checks a tile.</summary>
    /// <returns>The result that gives the tile its shape: the NNGP, or the NTK where that is not wanted.</returns>
    /// <exception cref="ArgumentException">Views of different shapes, or examples that do not exist.</exception>
    public static MatrixView<T> Check<T>(
        IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        MatrixView<T> shape = nngp.IsNull ? ntk : nngp;
        if (!nngp.IsNull && !ntk.IsNull && (nngp.Rows != ntk.Rows || nngp.Columns != ntk.Columns))
            throw new ArgumentException("The two results have different shapes.", nameof(ntk));
        if (rowStart < 0 || columnStart < 0 || rowStart > rows.Count - shape.Rows || columnStart > columns.Count - shape.Columns)
            throw new ArgumentOutOfRangeException(nameof(rowStart), "The tile is not inside the matrix of all pairs.");
        return shape;
    }
}
