using NeuralKernels.Abstractions;

// Notation. H_j ... H_(j+k-1) = I - V T V^T, the columns of V the reflectors and T upper triangular (Schreiber and Van Loan 1989). Eigenvectors
// are rows of Z, hence Z <- Z - ((Z V) T^T) V^T, last block first. Vt is k x (n - j - 1).

namespace NeuralKernels.Compute;

/// <summary>Turns eigenvectors of the tridiagonal matrix into those of the original one.</summary>
internal static unsafe class BackTransformation
{
    private const int Block = 128;

    /// <summary>Applies the reflectors that <see cref="Tridiagonalization"/> left in <paramref name="a"/> to the rows of <paramref name="z"/>.</summary>
    public static void Apply(MatrixView<double> a, double[] tau, MatrixView<double> z, int threads, CancellationToken cancellationToken)
    {
        nint n = a.Rows, reflectors = n - 2;
        if (reflectors <= 0)
            return;
        using var vt = new NativeMatrix<double>(Block, n);
        using var t = new NativeMatrix<double>(Block, Block);
        using var zv = new NativeMatrix<double>(n, 2 * Block);
        for (nint j = (reflectors - 1) / Block * Block; j >= 0; j -= Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint size = Math.Min(Block, reflectors - j), length = n - j - 1;
            MatrixView<double> v = vt.View.Block(0, 0, size, length), factor = t.View.Block(0, 0, size, size);
            for (nint i = 0; i < size; i++)
            {
                Span<double> row = v.Row(i);
                row[..(int)i].Clear();
                a.Row(j + i)[(int)(j + i + 1)..].CopyTo(row[(int)i..]);
            }

            FormT(v, tau, j, factor, threads);
            MatrixView<double> first = zv.View.Block(0, 0, n, size), second = zv.View.Block(0, Block, n, size), target = z.Block(0, j + 1, n, length);
            Gemm.Multiply(1.0, target, false, v, true, 0.0, first, threads);
            Gemm.Multiply(1.0, first, false, factor, true, 0.0, second, threads);
            Gemm.Multiply(-1.0, second, false, v, false, 1.0, target, threads);
        }
    }

    // T[:i, i] = -tau_i T[:i, :i] (V^T v_i), from the Gram matrix of the reflectors.
    private static void FormT(MatrixView<double> v, double[] tau, nint first, MatrixView<double> t, int threads)
    {
        nint size = v.Rows;
        Gemm.Multiply(1.0, v, false, v, true, 0.0, t, threads);
        double[] gram = new double[size];
        for (nint i = 0; i < size; i++)
        {
            for (nint k = 0; k < i; k++)
                gram[k] = t[k, i];
            for (nint k = 0; k < i; k++)
            {
                double sum = 0;
                for (nint q = k; q < i; q++)
                    sum += t[k, q] * gram[q];
                t[k, i] = -tau[first + i] * sum;
            }

            t[i, i] = tau[first + i];
            for (nint k = i + 1; k < size; k++)
                t[k, i] = 0;
        }
    }
}
