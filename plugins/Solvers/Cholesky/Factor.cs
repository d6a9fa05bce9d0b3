using NeuralKernels.Abstractions;

namespace NeuralKernels.Solvers;

/// <summary>A factored A = K + (ridge + jitter) I. Safe for concurrent reads until its family factors again or is disposed.</summary>
internal interface IFactor
{
    /// <summary>What was added to the diagonal beside the ridge.</summary>
    double Jitter { get; }

    /// <summary>Natural logarithm of the determinant of A.</summary>
    double LogDeterminant { get; }

    /// <summary>Estimate of the condition number of A in the 1-norm.</summary>
    double Condition { get; }

    /// <summary>Solves A X = B in place.</summary>
    /// <param name="b">n x m: B on entry, X on return.</param>
    void Solve(MatrixView<double> b);

    /// <summary>The diagonal of A^-1.</summary>
    double[] InverseDiagonal(CancellationToken cancellation);

    /// <summary>Squared norms of rows in the metric of A^-1: result_i = b_i A^-1 b_i^T.</summary>
    /// <param name="b">t x n; undefined on return.</param>
    /// <param name="result">Takes t numbers.</param>
    void SquaredNorms(MatrixView<double> b, Span<double> result);
}

/// <summary>The Gram matrix of one observation pattern, ready to be factored with any ridge.</summary>
internal interface IFactorFamily : IDisposable
{
    /// <summary>For <see cref="SolverDiagnostics.Method"/>.</summary>
    string Method { get; }

    /// <summary>Whether the diagonal of the inverse costs less than a factorisation.</summary>
    bool CheapInverseDiagonal { get; }

    /// <summary>Eigenvalues of the Gram matrix, ascending, where they are known.</summary>
    double[]? Eigenvalues { get; }

    /// <summary>Factors K + ridge I. Ends the life of the factor before it, unless that has the same ridge.</summary>
    /// <param name="ridge">The ridge, absolute.</param>
    /// <param name="maxJitter">The most that may be added beside it, absolute; 0 for nothing.</param>
    /// <param name="report">Takes the fraction that is done.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="SingularGramException">Not positive definite to working precision.</exception>
    IFactor Factor(double ridge, double maxJitter, Action<double> report, CancellationToken cancellation);
}

/// <summary>K + ridge I is not positive definite to working precision.</summary>
/// <param name="evidence">What shows it, such as a pivot or an eigenvalue.</param>
/// <param name="shortfall">An estimate of what has to be added to the diagonal.</param>
internal sealed class SingularGramException(string evidence, double shortfall) : Exception(evidence)
{
    public double Shortfall { get; } = shortfall;
}

/// <summary>The ladder of jitters.</summary>
internal static class Jitter
{
    // The first step above nothing, as a fraction of the mean diagonal: some rounding errors of a float64 factorisation.
    private const double Start = 1e-14;

    /// <summary>Nothing, and then ever more up to <paramref name="most"/>.</summary>
    public static IEnumerable<double> Steps(double meanDiagonal, double most)
    {
        yield return 0;
        if (!(most > 0))
            yield break;
        for (double jitter = Start * meanDiagonal; jitter < most; jitter *= 10)
            yield return jitter;
        yield return most;
    }
}
