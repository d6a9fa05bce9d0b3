using System.Numerics;
using NeuralKernels.Abstractions;

// Notation, after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008):
// m x n the result, d the depth; R x S the microkernel's tile; K the depth of packed panels (one right panel fills two thirds of
// a 48 KiB L1); M and N the largest part of c whose panels are packed at a time (they stay in L3); a work item is a block
// of c whose left panels stay in a core's L2.

namespace NeuralKernels.Compute;

/// <summary>Matrix products on packed panels, parallel over blocks of the result.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TKernel">The microkernel.</typeparam>
internal static unsafe class BlockedProduct<T, TKernel>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TKernel : struct, IMicroKernel<T>
{
    private const int K = 256;
    private const int PanelsInL2 = 16;
    private const int FewestPanels = 4;
    private const int ItemsPerThread = 8;
    private const int ItemColumns = 512;
    private const int M = 4096;
    private const int N = 4096;

    // Below this many multiply-adds a thread costs more than it brings.
    private const double SmallestShare = 400_000;

    /// <summary>c = alpha a b^T + beta c, both operands given lanes first; all of c or its lower triangle.</summary>
    public static void Run(T alpha, Operand<T> a, Operand<T> b, T beta, MatrixView<T> c, bool lowerOnly, int threads)
    {
        nint m = a.Lanes, n = b.Lanes, d = a.Depth;
        if (m == 0 || n == 0)
            return;
        if (d == 0 || alpha == T.Zero)
        {
            Scale(c, beta, lowerOnly);
            return;
        }

        threads = (int)Math.Clamp((double)m * n * d / SmallestShare, 1, threads);
        nint r = TKernel.Rows, s = TKernel.Columns;
        nint depth = Math.Min(K, d);
        nint leftRoom = RoundUp(Math.Min(m, RoundUp(M, r)), r) * depth;
        nint rightRoom = RoundUp(Math.Min(n, RoundUp(N, s)), s) * depth;
        using var leftSpace = new Workspace<T>(leftRoom);
        using var rightSpace = new Workspace<T>(rightRoom);
        T* left = leftSpace.Pointer;
        T* right = rightSpace.Pointer;
        for (nint column = 0; column < n; column += RoundUp(N, s))
        {
            nint columnEnd = Math.Min(n, column + RoundUp(N, s));
            for (nint k = 0; k < d; k += K)
            {
                depth = Math.Min(K, d - k);
                T factor = k == 0 ? beta : T.One;
                for (nint row = 0; row < m; row += RoundUp(M, r))
                {
                    nint rowEnd = Math.Min(m, row + RoundUp(M, r));
                    if (lowerOnly && rowEnd <= column)
                        continue;
                    bool rightIsPacked = row > 0 && !(lowerOnly && row <= column);
                    Pack(a, row, rowEnd, b, rightIsPacked ? columnEnd : column, columnEnd, k, depth, left, right, threads);
                    var target = new Target<T>(c.Data, c.Stride, row, rowEnd, column, columnEnd, lowerOnly);
                    Multiply(left, right, depth, alpha, factor, target, threads);
                }
            }
        }
    }

    private static void Pack(Operand<T> a, nint row, nint rowEnd, Operand<T> b, nint column, nint columnEnd, nint k, nint depth, T* left, T* right, int threads)
    {
        const int PanelsPerItem = 8;
        nint r = TKernel.Rows, s = TKernel.Columns;
        nint leftItems = CeilingDivide(rowEnd - row, r * PanelsPerItem);
        nint rightItems = CeilingDivide(columnEnd - column, s * PanelsPerItem);
        Parallelism.For(leftItems + rightItems, threads, (_, item) =>
        {
            if (item < leftItems)
                PackPanels(a, row, Math.Min(rowEnd, a.Lanes), r, item * PanelsPerItem, k, depth, left);
            else
                PackPanels(b, column, columnEnd, s, (item - leftItems) * PanelsPerItem, k, depth, right);
        });

        static void PackPanels(in Operand<T> source, nint lane, nint laneEnd, nint width, nint panel, nint k, nint depth, T* packed)
        {
            for (nint p = panel; p < panel + PanelsPerItem && lane + p * width < laneEnd; p++)
                Packing.Panel(source, lane + p * width, width, k, depth, packed + p * width * depth);
        }
    }

    private static void Multiply(T* left, T* right, nint depth, T alpha, T beta, Target<T> target, int threads)
    {
        nint r = TKernel.Rows, s = TKernel.Columns;
        nint itemRows = r * PanelsInL2, itemColumns = RoundUp(ItemColumns, s);
        nint across = CeilingDivide(target.ColumnEnd - target.Column, itemColumns);

        // Few items would leave some threads idle at the end: smaller ones for a small result.
        while (itemRows > r * FewestPanels && across * CeilingDivide(target.RowEnd - target.Row, itemRows) < ItemsPerThread * threads)
            itemRows = RoundUp(itemRows / 2, r);
        nint down = CeilingDivide(target.RowEnd - target.Row, itemRows);
        Parallelism.For(across * down, threads, (_, item) =>
        {
            nint row = target.Row + item / across * itemRows;
            nint column = target.Column + item % across * itemColumns;
            var part = new Target<T>(
                target.Data, target.Stride, row, Math.Min(row + itemRows, target.RowEnd), column, Math.Min(column + itemColumns, target.ColumnEnd), target.LowerOnly);
            if (part.LowerOnly && part.RowEnd <= column)
                return;
            TileLoop<T, TKernel>.Run(
                left + (row - target.Row) * depth, r * depth, row, right + (column - target.Column) * depth, s * depth, column, depth, alpha, beta, part);
        });
    }

    private static void Scale(MatrixView<T> c, T beta, bool lowerOnly)
    {
        for (nint i = 0; i < c.Rows; i++)
        {
            T* row = c.Data + i * c.Stride;
            nint end = lowerOnly ? Math.Min(c.Columns, i + 1) : c.Columns;
            for (nint j = 0; j < end; j++)
                row[j] = beta == T.Zero ? T.Zero : beta * row[j];
        }
    }

    private static nint RoundUp(nint value, nint step) => CeilingDivide(value, step) * step;

    private static nint CeilingDivide(nint value, nint divisor) => (value + divisor - 1) / divisor;
}
