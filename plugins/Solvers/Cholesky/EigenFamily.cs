using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

// Notation. K = U diag(lambda) U^T; V = U^T holds the eigenvectors as rows, n x n. A = K + s I with s = ridge + jitter has the
// eigenvalues d = lambda + s, so that A^-1 = V^T diag(1/d) V for any ridge in O(n^2).

namespace NeuralKernels.Solvers;

/// <summary>Factors by an eigendecomposition that all ridges share.</summary>
internal sealed class EigenFamily : IFactorFamily
{
    private readonly EigenDecomposition _decomposition;
    private readonly double[] _lambda;
    private readonly double _meanDiagonal;
    private readonly double _norm1;
    private readonly int _threads;

    private EigenFamily(EigenDecomposition decomposition, double norm1, int threads)
    {
        _decomposition = decomposition;
        _lambda = [.. decomposition.Values];
        _meanDiagonal = _lambda.Average();
        _norm1 = norm1;
        _threads = threads;
    }

    public string Method => $"eigendecomposition ({_decomposition.Provider})";

    public bool CheapInverseDiagonal => true;

    public double[] Eigenvalues => _lambda;

    /// <summary>Decomposes a Gram matrix, and frees it.</summary>
    /// <exception cref="UserErrorException">It does not converge, or the native library can't take the size.</exception>
    public static EigenFamily Decompose(NativeMatrix<double> gram, FitContext context)
    {
        double norm1 = Rows.InfinityNorm(gram.View);

        // A native library can't be interrupted. When cancelled, the wait ends at once, and what it works on is freed when it is done.
        var work = Task.Run(() =>
        {
            using (gram)
                return SymmetricEigen.Decompose(gram, context.Cancellation);
        }, CancellationToken.None);
        try
        {
            work.Wait(context.Cancellation);
            return new EigenFamily(work.Result, norm1, context.Threads);
        }
        catch (OperationCanceledException)
        {
            work.ContinueWith(static done => done.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        catch (AggregateException e)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            throw new UserErrorException(
                $"The eigendecomposition failed: {e.InnerException!.Message}", "Set 'method: cholesky', which needs no eigenvalues.", e.InnerException);
        }
    }

    public IFactor Factor(double ridge, double maxJitter, Action<double> report, CancellationToken cancellation)
    {
        // Eigenvalues are known to some units of 2^-52 of the largest.
        const double Units = 16;
        double rounding = Units * Math.ScaleB(1, -52) * Math.Max(Math.Abs(_lambda[0]), Math.Abs(_lambda[^1]));
        foreach (double jitter in Jitter.Steps(_meanDiagonal, maxJitter))
        {
            if (_lambda[0] + ridge + jitter > rounding)
                return new Factored(this, ridge + jitter, jitter);
        }

        throw new SingularGramException(
            string.Create(CultureInfo.InvariantCulture, $"the smallest eigenvalue of the Gram matrix is {_lambda[0]:G3}, the largest {_lambda[^1]:G3}"),
            Math.Max(-_lambda[0], rounding));
    }

    public void Dispose() => _decomposition.Dispose();

    private sealed class Factored(EigenFamily family, double shift, double jitter) : IFactor
    {
        private const int RowsPerItem = 256;
        private readonly double[] _inverse = Array.ConvertAll(family._lambda, lambda => 1 / (lambda + shift));

        public double Jitter => jitter;

        public double LogDeterminant => -_inverse.Sum(Math.Log);

        public double Condition => InverseNorm.Estimate(_inverse.Length, Solve) * (family._norm1 + shift);

        private MatrixView<double> V => family._decomposition.Vectors.View;

        public void Solve(MatrixView<double> b)
        {
            // X = V^T diag(1/d) V B
            using var coefficients = new NativeMatrix<double>(b.Rows, b.Columns, clear: false);
            MatrixView<double> c = coefficients.View;
            Gemm.Multiply(1.0, V, false, b, false, 0.0, c, family._threads);
            for (nint k = 0; k < c.Rows; k++)
            {
                foreach (ref double value in c.Row(k))
                    value *= _inverse[k];
            }

            Gemm.Multiply(1.0, V, true, c, false, 0.0, b, family._threads);
        }

        public double[] InverseDiagonal(CancellationToken cancellation)
        {
            // (A^-1)_ii = sum_k V_ki^2 / d_k, in pieces of rows whose order of summation does not depend on the threads.
            MatrixView<double> v = V;
            nint pieces = (v.Rows + RowsPerItem - 1) / RowsPerItem;
            double[][] sums = new double[pieces][];
            Parallelism.For(pieces, family._threads, (_, piece) =>
            {
                double[] sum = sums[piece] = new double[v.Columns];
                for (nint k = piece * RowsPerItem; k < Math.Min(v.Rows, (piece + 1) * RowsPerItem); k++)
                    Rows.AddScaledSquares(v.Row(k), _inverse[k], sum);
            }, cancellation);
            double[] diagonal = sums[0];
            foreach (double[] sum in sums.Skip(1))
                Rows.AddScaled(sum, 1, diagonal);
            return diagonal;
        }

        public void SquaredNorms(MatrixView<double> b, Span<double> result)
        {
            // b A^-1 b^T = sum_k (b V^T)_k^2 / d_k
            using var coefficients = new NativeMatrix<double>(b.Rows, b.Columns, clear: false);
            MatrixView<double> c = coefficients.View;
            Gemm.Multiply(1.0, b, false, V, true, 0.0, c, family._threads);
            for (nint i = 0; i < c.Rows; i++)
                result[(int)i] = Rows.SquaredNorm(c.Row(i), _inverse);
        }
    }
}
