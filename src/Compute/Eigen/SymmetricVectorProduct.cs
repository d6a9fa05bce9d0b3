using System.Numerics;
using NeuralKernels.Abstractions;

// Notation. y = A x, A symmetric and read once, from its lower triangle: row i adds A[i, :i] x[:i] to y[i] and x[i] A[i, :i] to y[:i].

namespace NeuralKernels.Compute;

/// <summary>
/// Products of symmetric matrices and vectors, at the speed of memory. The rows are cut into a fixed number of groups, each with its own sums,
/// so that the result does not depend on the number of threads.
/// </summary>
internal sealed unsafe class SymmetricVectorProduct(nint largest, int threads) : IDisposable
{
    private const int Groups = 8;
    private const int SmallestParallel = 256;
    private readonly NativeMatrix<double> _sums = new(Groups, largest);

    /// <summary>y = A x for the lower triangle of <paramref name="a"/>.</summary>
    public void Multiply(MatrixView<double> a, double* x, double* y)
    {
        nint n = a.Rows;
        int groups = n < SmallestParallel ? 1 : Groups;
        MatrixView<double> sums = _sums.View;
        Parallelism.For(groups, threads, (_, group) =>
        {
            // Equal areas of the triangle end at rows proportional to square roots.
            nint begin = Boundary(n, group, groups), end = Boundary(n, group + 1, groups);
            double* sum = sums.Data + group * sums.Stride;
            new Span<double>(sum, (int)end).Clear();
            nint i = begin;
            for (; i + 4 <= end; i += 4)
                FourRows(a.Data + i * a.Stride, a.Stride, i, x, sum);
            for (; i < end; i++)
                OneRow(a.Data + i * a.Stride, i, x, sum);
        });
        new Span<double>(sums.Data, (int)n).CopyTo(new Span<double>(y, (int)n));
        if (groups == 1)
            return;
        nint first = Boundary(n, 1, groups);
        new Span<double>(y + first, (int)(n - first)).Clear();
        for (nint group = 1; group < groups; group++)
            VectorLoops.AddScaled(1, sums.Data + group * sums.Stride, y, Boundary(n, group + 1, groups));
    }

    public void Dispose() => _sums.Dispose();

    private static nint Boundary(nint n, nint group, int groups) => group == groups ? n : (nint)(n * Math.Sqrt((double)group / groups)) / 4 * 4;

    private static void OneRow(double* row, nint i, double* x, double* y)
    {
        double dot = VectorLoops.Dot(row, x, i);
        VectorLoops.AddScaled(x[i], row, y, i);
        y[i] += dot + row[i] * x[i];
    }

    private static void FourRows(double* rows, nint stride, nint i, double* x, double* y)
    {
        double* r0 = rows, r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride;
        Vector<double> x0 = Vector.Create(x[i]), x1 = Vector.Create(x[i + 1]), x2 = Vector.Create(x[i + 2]), x3 = Vector.Create(x[i + 3]);
        Vector<double> d0 = default, d1 = default, d2 = default, d3 = default;
        nint w = Vector<double>.Count, j = 0;
        for (; j + w <= i; j += w)
        {
            Vector<double> xj = Vector.Load(x + j), sum = Vector.Load(y + j);
            Vector<double> a0 = Vector.Load(r0 + j), a1 = Vector.Load(r1 + j), a2 = Vector.Load(r2 + j), a3 = Vector.Load(r3 + j);
            d0 = Vector.FusedMultiplyAdd(a0, xj, d0);
            d1 = Vector.FusedMultiplyAdd(a1, xj, d1);
            d2 = Vector.FusedMultiplyAdd(a2, xj, d2);
            d3 = Vector.FusedMultiplyAdd(a3, xj, d3);
            sum = Vector.FusedMultiplyAdd(a0, x0, sum);
            sum = Vector.FusedMultiplyAdd(a1, x1, sum);
            sum = Vector.FusedMultiplyAdd(a2, x2, sum);
            Vector.FusedMultiplyAdd(a3, x3, sum).Store(y + j);
        }

        double* dots = stackalloc double[] { Vector.Sum(d0), Vector.Sum(d1), Vector.Sum(d2), Vector.Sum(d3) };
        for (nint q = 0; q < 4; q++)
        {
            // What is left of the row: the columns past the last whole vector, up to the diagonal.
            double* row = rows + q * stride;
            for (nint k = j; k < i + q; k++)
            {
                dots[q] += row[k] * x[k];
                y[k] += x[i + q] * row[k];
            }

            y[i + q] += dots[q] + row[i + q] * x[i + q];
        }
    }
}
