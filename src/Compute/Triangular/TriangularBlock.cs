using System.Numerics;
using NeuralKernels.Abstractions;

// Notation. M x = b for every lane, M lower triangular n x n. Lanes are packed S at a time as right panels x[k][lane]; M is packed as
// left panels of R rows, panel p holding columns [0, (p + 1) R). A transposed (backward) system is a forward one with all indices reversed.

namespace NeuralKernels.Compute;

/// <summary>One diagonal block of a triangular solve: the microkernel subtracts what is known, a small triangle does the rest.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TKernel">The microkernel.</typeparam>
internal static unsafe class TriangularBlock<T, TKernel>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TKernel : struct, IMicroKernel<T>
{
    private const int PanelsPerItem = 4;

    /// <summary>Solves L x = b (or L^T x = b if <paramref name="backward"/>) in place for every lane of <paramref name="x"/>.</summary>
    public static void Solve(MatrixView<T> lower, bool backward, Operand<T> x, int threads)
    {
        nint n = lower.Rows, r = TKernel.Rows, s = TKernel.Columns;
        if (n == 0 || x.Lanes == 0)
            return;
        var matrix = new Operand<T>(lower.Data, n, n, lower.Stride, 1);
        if (backward)
        {
            matrix = new Operand<T>(lower.Data + (n - 1) * (lower.Stride + 1), n, n, -1, -lower.Stride);
            x = new Operand<T>(x.Address(0, n - 1), x.Lanes, n, x.LaneStride, -x.DepthStride);
        }

        nint panels = (n + r - 1) / r, rows = panels * r;
        using var space = new Workspace<T>(rows * rows);
        T* packed = space.Pointer;
        for (nint p = 0; p < panels; p++)
            Packing.Panel(matrix, p * r, r, 0, Math.Min(n, (p + 1) * r), packed + p * r * rows);

        Operand<T> lanes = x;
        nint items = (lanes.Lanes + s * PanelsPerItem - 1) / (s * PanelsPerItem);
        bool isSmall = (double)n * n * lanes.Lanes < 1e6;
        Parallelism.For(items, isSmall ? 1 : threads, (_, item) =>
        {
            using var laneSpace = new Workspace<T>(rows * s);
            T* panel = laneSpace.Pointer;
            for (nint lane = item * s * PanelsPerItem; lane < Math.Min(lanes.Lanes, (item + 1) * s * PanelsPerItem); lane += s)
            {
                Packing.Panel(lanes, lane, s, 0, n, panel);
                SolvePanel(packed, rows, n, panel);
                Packing.Unpack(panel, lanes, lane, s);
            }
        });
    }

    private static void SolvePanel(T* packed, nint rows, nint n, T* x)
    {
        nint r = TKernel.Rows, s = TKernel.Columns;
        for (nint i = 0; i < n; i += r)
        {
            T* panel = packed + i * rows;
            if (i > 0)
                TKernel.Multiply(i, panel, x, -T.One, T.One, x + i * s, s);
            SolveTriangle(panel + i * r, Math.Min(r, n - i), x + i * s);
        }
    }

    // triangle[k R + i] is entry (i, k). Eliminating by columns keeps the multiply-adds of a step independent.
    private static void SolveTriangle(T* triangle, nint size, T* x)
    {
        nint r = TKernel.Rows, s = TKernel.Columns;
        for (nint k = 0; k < size; k++)
        {
            T* xk = x + k * s;
            T pivot = triangle[k * r + k];
            nint v = 0;
            for (; v + Vector<T>.Count <= s; v += Vector<T>.Count)
            {
                Vector<T> solved = Vector.Load(xk + v) / Vector.Create(pivot);
                solved.Store(xk + v);
                for (nint i = k + 1; i < size; i++)
                    (Vector.Load(x + i * s + v) - Vector.Create(triangle[k * r + i]) * solved).Store(x + i * s + v);
            }

            for (; v < s; v++)
            {
                xk[v] /= pivot;
                for (nint i = k + 1; i < size; i++)
                    x[i * s + v] -= triangle[k * r + i] * xk[v];
            }
        }
    }
}
