using NeuralKernels.Abstractions;

// Notation, after Dongarra, Sorensen and Hammarling, "Block reduction of matrices to condensed forms" (1989), LAPACK's dsytrd:
// A = Q T Q^T, T tridiagonal with diagonal d and off-diagonal e, Q = H_0 H_1 ... H_(n-3), H_i = I - tau_i v_i v_i^T.
// Within a panel that starts at column p, A has not yet lost V W^T + W V^T; rows of Vt and Wt are the panel's v_i and w_i.
// A lives in the lower triangle; v_i is left in row i right of the diagonal, its leading 1 included.

namespace NeuralKernels.Compute;

/// <summary>Blocked Householder reduction of a symmetric matrix to tridiagonal form: half of the work is matrix products.</summary>
internal static unsafe class Tridiagonalization
{
    private const int Panel = 32;

    public static void Reduce(MatrixView<double> a, double[] d, double[] e, double[] tau, int threads, CancellationToken cancellationToken)
    {
        nint n = a.Rows;
        using var factors = new NativeMatrix<double>(4 * Panel, n);
        using var vectors = new NativeMatrix<double>(1, n);
        var symv = new SymmetricVectorProduct(n, threads);
        double* column = vectors.View.Data;
        for (nint p = 0; p < n; p += Panel)
        {
            nint size = Math.Min(Panel, n - p);
            ReducePanel(a, p, size, factors.View, column, symv, d, e, tau, cancellationToken);
            nint next = p + size, rest = n - next;
            if (rest == 0)
                break;

            // Rows [V; W] and, after them, [W; V]: the trailing matrix loses one product of depth 2 size.
            MatrixView<double> f = factors.View;
            f.Block(0, 0, 2 * Panel, n).CopyTo(f.Block(2 * Panel, 0, 2 * Panel, n));
            for (nint i = 0; i < size; i++)
            {
                f.Block(Panel + i, 0, 1, n).CopyTo(f.Block(2 * Panel + i, 0, 1, n));
                f.Block(i, 0, 1, n).CopyTo(f.Block(3 * Panel + i, 0, 1, n));
            }

            Product.Run(
                -1,
                Operand<double>.Left(f.Block(0, next, 2 * Panel, rest), transpose: true),
                Operand<double>.Left(f.Block(2 * Panel, next, 2 * Panel, rest), transpose: true),
                1,
                a.Block(next, next, rest, rest),
                lowerOnly: true,
                threads,
                InstructionSet.Widest);
        }

        symv.Dispose();
    }

    private static void ReducePanel(
        MatrixView<double> a,
        nint p,
        nint size,
        MatrixView<double> factors,
        double* column,
        SymmetricVectorProduct symv,
        double[] d,
        double[] e,
        double[] tau,
        CancellationToken cancellationToken)
    {
        nint n = a.Rows;
        factors.Fill(0);
        for (nint k = 0; k < size; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint i = p + k;
            double* v = factors.Data + k * factors.Stride, w = factors.Data + (Panel + k) * factors.Stride;
            for (nint r = i; r < n; r++)
                column[r] = a.Data[r * a.Stride + i];
            for (nint q = 0; q < k; q++)
            {
                double* vq = factors.Data + q * factors.Stride, wq = factors.Data + (Panel + q) * factors.Stride;
                VectorLoops.AddScaled(-wq[i], vq + i, column + i, n - i);
                VectorLoops.AddScaled(-vq[i], wq + i, column + i, n - i);
            }

            d[i] = column[i];
            nint first = i + 1, length = n - first;
            if (length == 0)
                return;
            (e[i], tau[i]) = Reflect(column + first, length);
            double* kept = a.Data + i * a.Stride;
            for (nint r = first; r < n; r++)
                v[r] = kept[r] = column[r];
            if (tau[i] == 0)
                continue;
            symv.Multiply(a.Block(first, first, length, length), v + first, w + first);
            for (nint q = 0; q < k; q++)
            {
                double* vq = factors.Data + q * factors.Stride + first, wq = factors.Data + (Panel + q) * factors.Stride + first;
                double wv = VectorLoops.Dot(wq, v + first, length), vv = VectorLoops.Dot(vq, v + first, length);
                VectorLoops.AddScaled(-wv, vq, w + first, length);
                VectorLoops.AddScaled(-vv, wq, w + first, length);
            }

            double half = -0.5 * tau[i] * tau[i] * VectorLoops.Dot(w + first, v + first, length);
            for (nint r = first; r < n; r++)
                w[r] = tau[i] * w[r] + half * v[r];
        }
    }

    // x becomes v with v[0] = 1; (I - tau v v^T) x = (beta, 0, ...). tau = 0 where x already has that form.
    private static (double Beta, double Tau) Reflect(double* x, nint length)
    {
        double alpha = x[0];
        double tail = Math.Sqrt(VectorLoops.Dot(x + 1, x + 1, length - 1));
        x[0] = 1;
        if (tail == 0)
            return (alpha, 0);
        double beta = -Math.CopySign(double.Hypot(alpha, tail), alpha);
        double inverse = 1 / (alpha - beta);
        for (nint i = 1; i < length; i++)
            x[i] *= inverse;
        return (beta, (beta - alpha) / beta);
    }
}
