using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Which implementation computes eigenvectors.</summary>
public enum EigenProvider
{
    /// <summary>LAPACK from OpenBLAS, MKL or Accelerate where one is found, else the managed code.</summary>
    Best,

    /// <summary>The managed code: the same bits with any number of threads, and cancellable at any time.</summary>
    Managed,

    /// <summary>LAPACK, or an exception.</summary>
    Native,
}

/// <summary>Eigendecomposition of symmetric matrices.</summary>
public static unsafe class SymmetricEigen
{
    /// <summary>All eigenvalues and eigenvectors of a symmetric matrix, on all cores.</summary>
    /// <param name="a">n x n; only its lower triangle is read. Its entries are undefined on return; the caller keeps the matrix.</param>
    /// <param name="cancellationToken">Checked many times a second; a native library only hears of it before it starts.</param>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    /// <exception cref="NotFiniteNumberException">An entry is NaN or infinite; the message names it.</exception>
    /// <exception cref="ArithmeticException">The iteration did not converge.</exception>
    /// <exception cref="InsufficientMemoryException">Two more n x n matrices do not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <remarks>
    /// Backward stable: residual and loss of orthogonality are small multiples of n u |A|. Eigenvalues far below u |A| in
    /// magnitude are noise.
    /// </remarks>
    public static EigenDecomposition Decompose(NativeMatrix<double> a, CancellationToken cancellationToken = default) =>
        Decompose(a, EigenProvider.Best, cancellationToken);

    /// <inheritdoc cref="Decompose(NativeMatrix{double}, CancellationToken)"/>
    /// <param name="a">n x n; only its lower triangle is read. Its entries are undefined on return; the caller keeps the matrix.</param>
    /// <param name="provider">Which implementation.</param>
    /// <param name="cancellationToken">Checked many times a second; a native library only hears of it before it starts.</param>
    /// <exception cref="DllNotFoundException">The native library was asked for and is not there.</exception>
    public static EigenDecomposition Decompose(NativeMatrix<double> a, EigenProvider provider, CancellationToken cancellationToken = default) =>
        Decompose(a, provider, 0, InstructionSet.Widest, cancellationToken);

    internal static EigenDecomposition Decompose(NativeMatrix<double> a, EigenProvider provider, int threads, VectorWidth width, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(a);
        MatrixView<double> view = a.View;
        if (view.Rows != view.Columns)
            throw new ArgumentException($"Only a square matrix has eigenvalues, not a {view.Rows} x {view.Columns} one.", nameof(a));
        cancellationToken.ThrowIfCancellationRequested();
        double norm = SymmetricInput.RequireFiniteNorm(view, threads);
        Lapack? lapack = provider == EigenProvider.Managed ? null : Lapack.Find();
        if (lapack is null && provider == EigenProvider.Native)
            throw new DllNotFoundException("No native LAPACK library was found: install OpenBLAS (Debian and Ubuntu: libopenblas0).");
        EigenDecomposition result = lapack is null
            ? Managed(view, norm, Parallelism.Resolve(threads), width, cancellationToken)
            : lapack.Decompose(view);
        GC.KeepAlive(a);
        return result;
    }

    private static EigenDecomposition Managed(MatrixView<double> a, double norm, int threads, VectorWidth width, CancellationToken cancellationToken)
    {
        nint n = a.Rows;
        double scale = PowerOfTwo(norm);
        if (scale != 1)
            ScaleLower(a, 1 / scale);
        double[] diagonal = new double[n], offDiagonal = new double[n], tau = new double[n];
        Tridiagonalization.Reduce(a, diagonal, offDiagonal, tau, threads, cancellationToken);
        using var rotations = new RotatedIdentity(n, threads, width);
        TridiagonalQl.Run(diagonal, offDiagonal, rotations, cancellationToken);
        int[] order = new int[n];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(diagonal, order);
        if (scale != 1)
        {
            for (int i = 0; i < diagonal.Length; i++)
                diagonal[i] *= scale;
        }

        var vectors = new NativeMatrix<double>(n, n, clear: false);
        try
        {
            rotations.CopyRows(order, vectors.View);
            BackTransformation.Apply(a, tau, vectors.View, threads, cancellationToken);
            return new EigenDecomposition(diagonal, vectors, "managed");
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    // Squares of entries appear on the way: norms within 2^+-400 are safe as they are, and most matrices stay exact.
    private static double PowerOfTwo(double norm)
    {
        const int Safe = 400;
        if (norm == 0)
            return 1;
        int exponent = Math.ILogB(Math.Min(norm, double.MaxValue));
        return Math.Abs(exponent) <= Safe ? 1 : Math.ScaleB(1, exponent);
    }

    private static void ScaleLower(MatrixView<double> a, double factor)
    {
        for (nint i = 0; i < a.Rows; i++)
        {
            for (nint j = 0; j <= i; j++)
                a.Data[i * a.Stride + j] *= factor;
        }
    }
}
