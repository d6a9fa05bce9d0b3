using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using CholeskyFactor = NeuralKernels.Compute.Cholesky;

// Notation. A = K + (ridge + jitter) I = L L^T, n x n. L is in the lower triangle of the storage; the strict upper triangle keeps K, and
// an array K's diagonal, so that any number of ridges can be factored in the memory of one matrix.

namespace NeuralKernels.Solvers;

/// <summary>Factors by Cholesky: n^3 / 3 multiply-adds a ridge, 8 n^2 bytes.</summary>
internal sealed class CholeskyFamily : IFactorFamily
{
    private readonly NativeMatrix<double> _storage;
    private readonly FitContext _context;
    private readonly ObservationPattern _pattern;
    private readonly double[] _diagonal;
    private double _ridge = double.NaN;
    private Factored? _factor;

    /// <summary>Takes over a Gram matrix whose both triangles are set.</summary>
    public CholeskyFamily(NativeMatrix<double> gram, ObservationPattern pattern, FitContext context)
    {
        _storage = gram;
        _pattern = pattern;
        _context = context;
        _diagonal = new double[gram.Rows];
        for (nint i = 0; i < gram.Rows; i++)
            _diagonal[i] = gram[i, i];
    }

    public string Method => "Cholesky";

    public bool CheapInverseDiagonal => false;

    public double[]? Eigenvalues => null;

    public IFactor Factor(double ridge, double maxJitter, Action<double> report, CancellationToken cancellation)
    {
        if (_factor is not null && _ridge == ridge)
            return _factor;
        _factor = null;
        SingularGramException? failure = null;
        foreach (double jitter in Jitter.Steps(_diagonal.Average(), maxJitter))
        {
            DenseGram.RestoreLower(_storage.View, _diagonal, ridge + jitter, _context);
            try
            {
                // Not disposed: it owns nothing but the storage, which this family frees.
                CholeskyFactor factor = CholeskyFactor.Factor(
                    _storage, new CholeskyOptions { Threads = _context.Threads }, cancellation, new Reporter(report));
                RequireRegular(factor, ridge + jitter);
                _ridge = ridge;
                return _factor = new Factored(factor, jitter, _context.Threads);
            }
            catch (NotPositiveDefiniteException e)
            {
                failure = Failure(e.PivotIndex, e.PivotValue, ridge + jitter);
            }
            catch (SingularGramException e)
            {
                failure = e;
            }
        }

        throw failure!;
    }

    public void Dispose() => _storage.Dispose();

    // A matrix that is singular in exact arithmetic often passes with pivots that are rounding errors, and its solution is noise.
    private void RequireRegular(CholeskyFactor factor, double shift)
    {
        MatrixView<double> l = factor.Lower;
        for (nint i = 0; i < l.Rows; i++)
        {
            double pivot = l[i, i] * l[i, i];
            if (pivot <= Rounding(i, shift))
                throw Failure(i, pivot, shift);
        }
    }

    // Errors of n subtracted products of either sign, in units of 2^-52.
    private double Rounding(nint i, double shift) => 4 * Math.Sqrt(_diagonal.Length) * Math.ScaleB(1, -52) * (_diagonal[i] + shift);

    private SingularGramException Failure(nint pivot, double value, double shift)
    {
        nint example = _pattern.Example(pivot);
        string evidence = string.Create(CultureInfo.InvariantCulture,
            $"the pivot of training example {example} is {value:G3} of {_diagonal[pivot] + shift:G3}: given the examples before it, nothing new is left of it");
        return new SingularGramException(evidence, Math.Max(Math.Abs(value), Rounding(pivot, shift)));
    }

    private sealed class Reporter(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class Factored(CholeskyFactor factor, double jitter, int threads) : IFactor
    {
        public double Jitter => jitter;

        public double LogDeterminant => factor.LogDeterminant;

        public double Condition => factor.ConditionEstimate();

        public void Solve(MatrixView<double> b) => factor.Solve(b);

        public double[] InverseDiagonal(CancellationToken cancellation)
        {
            double[] diagonal = new double[factor.Size];
            factor.InverseDiagonal(diagonal, cancellation);
            return diagonal;
        }

        public void SquaredNorms(MatrixView<double> b, Span<double> result)
        {
            // b A^-1 b^T = ||b L^-T||^2
            Trsm.SolveRight(factor.Lower, true, b, threads);
            for (nint i = 0; i < b.Rows; i++)
                result[(int)i] = Rows.SquaredNorm(b.Row(i));
            GC.KeepAlive(factor);
        }
    }
}
