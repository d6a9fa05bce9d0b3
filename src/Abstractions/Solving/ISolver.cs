namespace NeuralKernels.Abstractions;

/// <summary>Fits kernel regression: finds alpha with (K + ridge I) alpha = y.</summary>
[ComponentKind("solver")]
public interface ISolver
{
    /// <summary>Whether <see cref="FitProblem.Validation"/> is needed, so that its absence is reported before any work.</summary>
    bool NeedsValidation { get; }

    /// <summary>Fits.</summary>
    /// <exception cref="UserErrorException">
    /// The matrix is not positive definite, does not fit in memory, or the problem lacks what the options need: says what to do.
    /// </exception>
    IModel Fit(FitProblem problem, FitContext context);
}

/// <summary>A regression problem. The caller owns the memory and keeps it alive during the fit.</summary>
public sealed record FitProblem
{
    /// <summary>The n x n Gram matrix of the training examples.</summary>
    public required IKernelMatrix Kernel { get; init; }

    /// <summary>n x m targets; NaN marks a missing value.</summary>
    public required MatrixView<double> Targets { get; init; }

    /// <summary>What hyperparameters are chosen by; null where there is none.</summary>
    public ValidationProblem? Validation { get; init; }
}

/// <summary>Held-out examples and a score.</summary>
/// <param name="Kernel">v x n: validation examples against training examples.</param>
/// <param name="Score">Score of v x m predictions of the encoded targets.</param>
/// <param name="ScoreName">Name of the score for people.</param>
/// <param name="HigherIsBetter">Direction of the score.</param>
public sealed record ValidationProblem(IKernelMatrix Kernel, Func<MatrixView<double>, double> Score, string ScoreName, bool HigherIsBetter);

/// <summary>What a solver is given beside the problem.</summary>
public sealed record FitContext
{
    /// <summary>Threads to use.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Seed of the experiment.</summary>
    public ulong Seed { get; init; }

    /// <summary>Takes progress from 0 to 1 and what is being done.</summary>
    public IProgress<SolverProgress>? Progress { get; init; }

    /// <summary>Ends the work with <see cref="OperationCanceledException"/> within half a second.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>State of a fit.</summary>
/// <param name="Stage">What is being done, such as <c>factor, ridge 1e-4</c>.</param>
/// <param name="Fraction">From 0 to 1.</param>
public readonly record struct SolverProgress(string Stage, double Fraction);

/// <summary>A fitted model. Thread-safe.</summary>
public interface IModel : IDisposable
{
    /// <summary>What is known of the solution.</summary>
    SolverDiagnostics Diagnostics { get; }

    /// <summary>n x m dual coefficients alpha; valid until the model is disposed.</summary>
    MatrixView<double> Coefficients { get; }

    /// <summary>True where <see cref="PredictVariance"/> works.</summary>
    bool ProvidesVariance { get; }

    /// <summary>Mean predictions K* alpha.</summary>
    /// <param name="kernel">t x n: test examples against training examples.</param>
    /// <param name="mean">Takes t x m numbers.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    void Predict(IKernelMatrix kernel, MatrixView<double> mean, CancellationToken cancellation);

    /// <summary>
    /// Posterior variances of the noise-free outputs, k** - k* (K + ridge I)^-1 k*^T (Rasmussen and Williams 2006, equation 2.26).
    /// </summary>
    /// <param name="kernel">t x n: test examples against training examples.</param>
    /// <param name="prior">k**: the kernel of each test example with itself.</param>
    /// <param name="variance">Takes t x m numbers; the outputs share one variance unless values were missing.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="NotSupportedException">Where <see cref="ProvidesVariance"/> is false.</exception>
    void PredictVariance(IKernelMatrix kernel, ReadOnlySpan<double> prior, MatrixView<double> variance, CancellationToken cancellation);
}

/// <summary>What is known of a solution. Numbers that were not computed are null.</summary>
public sealed record SolverDiagnostics
{
    /// <summary>How it was solved, such as <c>Cholesky</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The ridge that was added to the diagonal.</summary>
    public required double Ridge { get; init; }

    /// <summary>The ridge as the options state it: relative to trace(K)/n where they say so.</summary>
    public required double RidgeOption { get; init; }

    /// <summary>What had to be added to the diagonal beside the ridge; 0 where nothing was.</summary>
    public double Jitter { get; init; }

    /// <summary>Iterations of an iterative solver.</summary>
    public int? Iterations { get; init; }

    /// <summary>||(K + ridge I) alpha - y|| / ||y||, recomputed from K in float64: the greatest over outputs.</summary>
    public double? RelativeResidual { get; init; }

    /// <summary>Estimate of the condition number of K + ridge I in the 1-norm.</summary>
    public double? Condition { get; init; }

    /// <summary>tr(K (K + ridge I)^-1).</summary>
    public double? EffectiveDegreesOfFreedom { get; init; }

    /// <summary>Logarithm of the marginal likelihood of the targets, summed over outputs (Rasmussen and Williams 2006, equation 2.30).</summary>
    public double? LogMarginalLikelihood { get; init; }

    /// <summary>Wall-clock time of the fit.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Every ridge that was tried with its score; empty where there was no choice.</summary>
    public IReadOnlyList<RidgeScore> RidgePath { get; init; } = [];

    /// <summary>What <see cref="RidgeScore.Score"/> is, such as <c>leave-one-out mean squared error</c>; null where there was no choice.</summary>
    public string? Selection { get; init; }

    /// <summary>Eigenvalues of the Gram matrix, ascending, where the solver computed them.</summary>
    public double[]? Eigenvalues { get; init; }
}

/// <summary>One ridge and its score.</summary>
/// <param name="RidgeOption">The ridge as the options state it.</param>
/// <param name="Score">The score; NaN where the matrix could not be factored.</param>
public readonly record struct RidgeScore(double RidgeOption, double Score);
