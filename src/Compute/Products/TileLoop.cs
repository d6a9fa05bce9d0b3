using System.Numerics;
using System.Runtime.CompilerServices;

// Notation. R x S is the microkernel's tile. Left panels hold R lanes (rows of c), right panels S lanes (columns of c), both `depth` deep.

namespace NeuralKernels.Compute;

/// <summary>The part of c that a sweep over packed panels writes: [row, rowEnd) x [column, columnEnd), and only on or below the diagonal if asked.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct Target<T>(T* data, nint stride, nint row, nint rowEnd, nint column, nint columnEnd, bool lowerOnly)
    where T : unmanaged
{
    /// <summary>Address of entry (0, 0), which need not lie inside.</summary>
    public readonly T* Data = data;
    public readonly nint Stride = stride;
    public readonly nint Row = row;
    public readonly nint RowEnd = rowEnd;
    public readonly nint Column = column;
    public readonly nint ColumnEnd = columnEnd;
    public readonly bool LowerOnly = lowerOnly;
}

/// <summary>Sweeps a microkernel over packed panels.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TKernel">The microkernel.</typeparam>
internal static unsafe class TileLoop<T, TKernel>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TKernel : struct, IMicroKernel<T>
{
    /// <summary>
    /// c = alpha L R^T + beta c on the target. The left panels begin at row <paramref name="firstRow"/>, the right ones at
    /// <paramref name="firstColumn"/>, which may lie before the target: what sticks out is computed and dropped.
    /// </summary>
    /// <param name="left">First left panel; panels are <paramref name="leftStride"/> entries apart.</param>
    /// <param name="leftStride">Distance of left panels.</param>
    /// <param name="firstRow">Row of c of the first lane of the first left panel.</param>
    /// <param name="right">First right panel; panels are <paramref name="rightStride"/> entries apart.</param>
    /// <param name="rightStride">Distance of right panels.</param>
    /// <param name="firstColumn">Column of c of the first lane of the first right panel.</param>
    /// <param name="depth">Depth of the panels.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="beta">Factor of c.</param>
    /// <param name="target">Where to write.</param>
    [SkipLocalsInit]
    public static void Run(T* left, nint leftStride, nint firstRow, T* right, nint rightStride, nint firstColumn, nint depth, T alpha, T beta, in Target<T> target)
    {
        nint r = TKernel.Rows, s = TKernel.Columns;
        T* edge = stackalloc T[(int)(r * s)];
        T* rightPanel = right;
        for (nint j = firstColumn; j < target.ColumnEnd; j += s, rightPanel += rightStride)
        {
            T* leftPanel = left;
            bool wholeColumns = j >= target.Column && j + s <= target.ColumnEnd;
            for (nint i = firstRow; i < target.RowEnd; i += r, leftPanel += leftStride)
            {
                bool whole = wholeColumns && i >= target.Row && i + r <= target.RowEnd;
                if (target.LowerOnly)
                {
                    if (i + r <= j)
                        continue;
                    whole &= i >= j + s - 1;
                }

                if (whole)
                {
                    TKernel.Multiply(depth, leftPanel, rightPanel, alpha, beta, target.Data + i * target.Stride + j, target.Stride);
                }
                else
                {
                    TKernel.Multiply(depth, leftPanel, rightPanel, alpha, T.Zero, edge, s);
                    Merge(edge, i, j, beta, target);
                }
            }
        }
    }

    private static void Merge(T* edge, nint firstRow, nint firstColumn, T beta, in Target<T> target)
    {
        nint s = TKernel.Columns;
        nint rowEnd = Math.Min(firstRow + TKernel.Rows, target.RowEnd);
        nint begin = Math.Max(firstColumn, target.Column);
        nint end = Math.Min(firstColumn + s, target.ColumnEnd);
        for (nint i = Math.Max(firstRow, target.Row); i < rowEnd; i++)
        {
            T* from = edge + (i - firstRow) * s - firstColumn;
            T* to = target.Data + i * target.Stride;
            nint rowStop = target.LowerOnly ? Math.Min(end, i + 1) : end;
            if (beta == T.Zero)
            {
                for (nint j = begin; j < rowStop; j++)
                    to[j] = from[j];
            }
            else
            {
                for (nint j = begin; j < rowStop; j++)
                    to[j] = from[j] + beta * to[j];
            }
        }
    }
}
