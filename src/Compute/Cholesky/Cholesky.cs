using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>The Cholesky factorisation A + jitter I = L L^T of a symmetric positive definite matrix, and what it is good for.</summary>
/// <remarks>
/// The factor lives in the lower triangle of the matrix that was factored and owns it from then on. Any number of threads may
/// use a factor at the same time; none may still do so when it is disposed.
/// </remarks>
public sealed unsafe class Cholesky : IDisposable
{
    private const int FewColumns = 4;
    private const int InverseBlock = 256;
    private readonly NativeMatrix<double> _storage;
    private readonly int _threads;
    private readonly double _norm;

    private Cholesky(NativeMatrix<double> storage, int threads, double norm, double jitter)
    {
        _storage = storage;
        _threads = threads;
        _norm = norm;
        JitterUsed = jitter;
    }

    /// <summary>Rows of the matrix, n.</summary>
    public nint Size => _storage.Rows;

    /// <summary>The multiple of the identity that was added; 0 for none.</summary>
    public double JitterUsed { get; }

    /// <summary>L, in the lower triangle; what lies above the diagonal is undefined. Valid until the factor is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    public MatrixView<double> Lower => _storage.View;

    /// <summary>The natural logarithm of the determinant of A + jitter I.</summary>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    public double LogDeterminant
    {
        get
        {
            MatrixView<double> l = Lower;
            double sum = 0;
            for (nint i = 0; i < l.Rows; i++)
                sum += Math.Log(l.Data[i * l.Stride + i]);
            GC.KeepAlive(_storage);
            return 2 * sum;
        }
    }

    /// <summary>Factors a symmetric matrix in place, on all cores.</summary>
    /// <param name="a">
    /// n x n. Without a jitter policy only the lower triangle is read and the strict upper one stays; with one the upper triangle must hold the same values,
    /// since a repetition starts from it. The lower triangle is overwritten. On success the factor owns the matrix and
    /// disposes it; after an exception the caller keeps it, with an undefined lower triangle.
    /// </param>
    /// <param name="options">Jitter and threads; null for the defaults.</param>
    /// <param name="cancellationToken">Checked between blocks.</param>
    /// <param name="progress">Receives the fraction of the work done, growing to 1; starts again with each repetition.</param>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    /// <exception cref="NotFiniteNumberException">An entry is NaN or infinite; the message names it.</exception>
    /// <exception cref="NotPositiveDefiniteException">A pivot is not positive with any jitter that the policy allows.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <remarks>The residual is bounded by |A - L L^T| &lt;= gamma_(n+1) |L| |L^T| entrywise (Higham 2002, theorem 10.3).</remarks>
#pragma warning disable CA1068 // Callers always have a token and rarely a progress bar.
    public static Cholesky Factor(
        NativeMatrix<double> a, CholeskyOptions? options = null, CancellationToken cancellationToken = default, IProgress<double>? progress = null)
#pragma warning restore CA1068
    {
        ArgumentNullException.ThrowIfNull(a);
        options ??= new CholeskyOptions();
        MatrixView<double> view = a.View;
        RequireSquare(view);
        double norm = SymmetricInput.RequireFiniteNorm(view, options.Threads);
        double[]? diagonal = options.Jitter.MaxAttempts > 0 ? Diagonal(view) : null;
        double scale = MeanDiagonal(view);
        double jitter = 0;
        for (int attempt = 0; ; attempt++)
        {
            FailedPivot? failed = CholeskyFactorization.Run(
                view, options.Threads, InstructionSet.Widest, progress is null ? null : progress.Report, cancellationToken);
            if (failed is null)
                return new Cholesky(a, options.Threads, norm + jitter, jitter);
            if (diagonal is null || attempt == options.Jitter.MaxAttempts || !(scale > 0))
                throw new NotPositiveDefiniteException(failed.Value.Index, failed.Value.Value, view.Rows, scale, jitter);
            jitter = options.Jitter.RelativeStart * Math.Pow(options.Jitter.Factor, attempt) * scale;
            Restore(view, diagonal, jitter, options.Threads);
        }
    }

    /// <summary>Replaces the lower triangle of a positive definite matrix by its factor L, in float or double; solve with <see cref="Trsm"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">n x n; only the lower triangle is read and written.</param>
    /// <param name="threads">Number of threads; 0 for all cores.</param>
    /// <param name="cancellationToken">Checked between blocks.</param>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    /// <exception cref="NotFiniteNumberException">An entry is NaN or infinite; the message names it.</exception>
    /// <exception cref="NotPositiveDefiniteException">A pivot is not positive; the lower triangle is undefined.</exception>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the lower triangle is undefined.</exception>
    public static void FactorInPlace<T>(MatrixView<T> a, int threads = 0, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InstructionSet.RequireType<T>();
        RequireSquare(a);
        SymmetricInput.RequireFiniteNorm(a, threads);
        double scale = MeanDiagonal(a);
        if (CholeskyFactorization.Run(a, threads, InstructionSet.Widest, null, cancellationToken) is { } failed)
            throw new NotPositiveDefiniteException(failed.Index, failed.Value, a.Rows, scale, 0);
    }

    /// <summary>Solves (A + jitter I) X = B.</summary>
    /// <param name="b">n x m: B on entry, X on return.</param>
    /// <exception cref="ArgumentException">B does not have n rows.</exception>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    public void Solve(MatrixView<double> b)
    {
        MatrixView<double> l = RequireRows(b);
        if (b.Columns <= FewColumns)
        {
            EachColumn(b, x =>
            {
                TriangularVector.Solve(l, (double*)x);
                TriangularVector.SolveTransposed(l, (double*)x);
            });
        }
        else
        {
            Trsm.SolveLeft(l, false, b, _threads);
            Trsm.SolveLeft(l, true, b, _threads);
        }

        GC.KeepAlive(_storage);
    }

    /// <summary>Solves L X = B: the whitened right-hand sides.</summary>
    /// <param name="b">n x m: B on entry, X on return.</param>
    /// <exception cref="ArgumentException">B does not have n rows.</exception>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    public void SolveLower(MatrixView<double> b)
    {
        MatrixView<double> l = RequireRows(b);
        if (b.Columns <= FewColumns)
            EachColumn(b, x => TriangularVector.Solve(l, (double*)x));
        else
            Trsm.SolveLeft(l, false, b, _threads);
        GC.KeepAlive(_storage);
    }

    /// <summary>The diagonal of (A + jitter I)^-1, as leave-one-out formulas need it: n^3 / 3 multiply-adds and n x 256 scratch entries.</summary>
    /// <param name="destination">Receives n entries.</param>
    /// <param name="cancellationToken">Checked between blocks of 256 columns.</param>
    /// <exception cref="ArgumentException">Not n entries.</exception>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void InverseDiagonal(Span<double> destination, CancellationToken cancellationToken = default)
    {
        MatrixView<double> l = Lower;
        nint n = l.Rows;
        if (destination.Length != n)
            throw new ArgumentException($"The inverse has {n} diagonal entries, the destination room for {destination.Length}.", nameof(destination));
        using var scratch = new NativeMatrix<double>(n, Math.Min(n, InverseBlock), clear: false);
        destination.Clear();
        for (nint at = 0; at < n; at += InverseBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint width = Math.Min(InverseBlock, n - at);

            // Columns [at, at + width) of L^-1, whose rows above `at` are zero. Entry i of the diagonal is the squared norm of column i.
            MatrixView<double> x = scratch.View.Block(at, 0, n - at, width);
            x.Fill(0);
            for (nint i = 0; i < width; i++)
                x.Data[i * x.Stride + i] = 1;
            Trsm.SolveLeft(l.Block(at, at, n - at, n - at), false, x, _threads);
            for (nint i = 0; i < x.Rows; i++)
            {
                for (nint j = 0; j < width; j++)
                    destination[(int)(at + j)] += x.Data[i * x.Stride + j] * x.Data[i * x.Stride + j];
            }
        }

        GC.KeepAlive(_storage);
    }

    /// <summary>An estimate, rarely less than a third, of the condition number of A + jitter I in the 1-norm. About ten solves.</summary>
    /// <exception cref="ObjectDisposedException">The factor was disposed.</exception>
    /// <remarks>Hager 1984 and Higham 1988, as in LAPACK's dlacn2.</remarks>
    public double ConditionEstimate() => Size == 0 ? 0 : _norm * InverseNormEstimator.Estimate(this);

    /// <summary>Frees the matrix. A second call does nothing.</summary>
    public void Dispose() => _storage.Dispose();

    private static double[] Diagonal(MatrixView<double> a)
    {
        double[] diagonal = new double[a.Rows];
        for (nint i = 0; i < a.Rows; i++)
            diagonal[i] = a.Data[i * a.Stride + i];
        return diagonal;
    }

    private static void RequireSquare<T>(MatrixView<T> a)
        where T : unmanaged
    {
        if (a.Rows != a.Columns)
            throw new ArgumentException($"Only a square matrix has a Cholesky factorisation, not a {a.Rows} x {a.Columns} one.", nameof(a));
    }

    private static double MeanDiagonal<T>(MatrixView<T> a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (nint i = 0; i < a.Rows; i++)
            sum += double.CreateChecked(a.Data[i * a.Stride + i]);
        return a.Rows == 0 ? 0 : sum / a.Rows;
    }

    private static void Restore(MatrixView<double> a, double[] diagonal, double jitter, int threads)
    {
        const int Tile = 64;
        nint tiles = (a.Rows + Tile - 1) / Tile;
        Parallelism.For(tiles, threads, (_, tile) =>
        {
            nint end = Math.Min(a.Rows, (tile + 1) * Tile);
            for (nint block = 0; block <= tile; block++)
            {
                for (nint i = tile * Tile; i < end; i++)
                {
                    for (nint j = block * Tile; j < Math.Min(i, (block + 1) * Tile); j++)
                        a.Data[i * a.Stride + j] = a.Data[j * a.Stride + i];
                }
            }

            for (nint i = tile * Tile; i < end; i++)
                a.Data[i * a.Stride + i] = diagonal[i] + jitter;
        });
    }

    private MatrixView<double> RequireRows(MatrixView<double> b)
    {
        MatrixView<double> l = Lower;
        if (b.Rows != l.Rows)
            throw new ArgumentException($"Right-hand sides of {b.Rows} rows do not fit a {l.Rows} x {l.Rows} matrix.", nameof(b));
        return l;
    }

    private void EachColumn(MatrixView<double> b, Action<nint> solve)
    {
        Parallelism.For(b.Columns, _threads, (_, column) =>
        {
            using var space = new Workspace<double>(b.Rows);
            double* x = space.Pointer;
            for (nint i = 0; i < b.Rows; i++)
                x[i] = b.Data[i * b.Stride + column];
            solve((nint)x);
            for (nint i = 0; i < b.Rows; i++)
                b.Data[i * b.Stride + column] = x[i];
        });
    }
}
