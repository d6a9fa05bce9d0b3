using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Solvers;

/// <summary>
/// Solves (K + ridge I) alpha = y exactly, by a factorisation of the whole Gram matrix in float64: 8 n^2 bytes and n^3 / 3
/// multiply-adds. With several ridges the best is chosen, by default by leave-one-out error, which needs no validation data.
/// </summary>
public sealed record CholeskySolverOptions
{
    /// <summary>
    /// What is added to the diagonal of the Gram matrix: the variance of the noise, in the unit that ridge_scale says. A list makes the
    /// solver choose.
    /// </summary>
    /// <value>
    /// One or more different numbers, at least 0. The default is 1e-4: well above the rounding of kernel entries in float32, whose Gram
    /// matrices are often not positive definite with less than 1e-6.
    /// </value>
    [MinLength(1)]
    [Range(0.0, double.PositiveInfinity)]
    public IReadOnlyList<double> Ridge { get; init; } = [1e-4];

    /// <summary>Unit of the ridge.</summary>
    /// <value>The default is relative: 1 is the mean of the Gram matrix's diagonal.</value>
    public RidgeScale RidgeScale { get; init; } = RidgeScale.Relative;

    /// <summary>What chooses among several ridges; without effect on a single one.</summary>
    /// <value>The default is leave_one_out.</value>
    public RidgeSelection Select { get; init; } = RidgeSelection.LeaveOneOut;

    /// <summary>
    /// How to factor: a Cholesky factorisation for each ridge, or one eigendecomposition for all, which costs as much as about 40
    /// of the former and two to three times the memory.
    /// </summary>
    /// <value>The default is auto: whichever is less work.</value>
    public FactorMethod Method { get; init; } = FactorMethod.Auto;

    /// <summary>
    /// What to do if the matrix is not positive definite with a single ridge: stop with an error, or add more to the diagonal until it is, and
    /// report how much. Among several ridges, those that fail are passed over.
    /// </summary>
    /// <value>The default is off.</value>
    public JitterMode Jitter { get; init; } = JitterMode.Off;

    /// <summary>The most that jitter may add, as a fraction of the mean of the Gram matrix's diagonal.</summary>
    /// <value>Greater than 0 and at most 1. The default is 1e-6.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double MaxJitter { get; init; } = 1e-6;

    /// <summary>
    /// How much to report: basic is the true residual, a condition estimate and the marginal likelihood; full adds the effective degrees of
    /// freedom, which with Cholesky more than double the work.
    /// </summary>
    /// <value>The default is auto: full up to 4,000 examples and with an eigendecomposition.</value>
    public DiagnosticsLevel Diagnostics { get; init; } = DiagnosticsLevel.Auto;

    /// <summary>
    /// Whether to keep the factor for predictive variances. With missing values, every pattern of observed rows has a factor of its own:
    /// switch this off if they do not fit into memory together.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Variance { get; init; } = true;
}

/// <summary>Units of the ridge.</summary>
public enum RidgeScale
{
    /// <summary>Relative to the mean of the Gram matrix's diagonal, trace(K) / n.</summary>
    Relative,

    /// <summary>As it is.</summary>
    Absolute,
}

/// <summary>What chooses among several ridges. Of equally good ones, the largest is taken.</summary>
public enum RidgeSelection
{
    /// <summary>The least mean squared error of predicting each observed target from all others.</summary>
    LeaveOneOut,

    /// <summary>The greatest marginal likelihood of the targets under the Gaussian process.</summary>
    MarginalLikelihood,

    /// <summary>The best score on the validation examples.</summary>
    Validation,
}

/// <summary>How a Gram matrix is factored.</summary>
public enum FactorMethod
{
    /// <summary>Whichever is less work.</summary>
    Auto,

    /// <summary>A Cholesky factorisation for each ridge.</summary>
    Cholesky,

    /// <summary>One eigendecomposition for all ridges.</summary>
    Eigen,
}

/// <summary>What to do about a matrix that is not positive definite.</summary>
public enum JitterMode
{
    /// <summary>Stop with an error.</summary>
    Off,

    /// <summary>Add to the diagonal, in steps of a factor of 10 from 1e-14 of its mean.</summary>
    Auto,
}

/// <summary>How much a solver reports.</summary>
public enum DiagnosticsLevel
{
    /// <summary>What costs little.</summary>
    Auto,

    /// <summary>What costs at most a few products with the Gram matrix.</summary>
    Basic,

    /// <summary>Everything.</summary>
    Full,
}
