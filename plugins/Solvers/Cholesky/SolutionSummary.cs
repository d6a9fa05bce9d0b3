using NeuralKernels.Abstractions;

namespace NeuralKernels.Solvers;

/// <summary>What is known of the solutions of all observation patterns, put together.</summary>
internal sealed class SolutionSummary
{
    private string _method = "";
    private double _jitter;
    private double _residual;
    private double _condition;
    private double _logMarginalLikelihood;
    private double? _degreesOfFreedom = 0;
    private double[]? _eigenvalues;

    /// <summary>The factors that are kept, in the order of the patterns.</summary>
    public List<IFactor> Factors { get; } = [];

    /// <summary>Adds a pattern.</summary>
    /// <param name="factor">Its factor.</param>
    /// <param name="keep">Whether the factor stays.</param>
    /// <param name="method">How it was factored.</param>
    /// <param name="residual">Greatest relative residual of its outputs.</param>
    /// <param name="outputs">Number of its outputs.</param>
    /// <param name="logMarginalLikelihood">Sum over its outputs.</param>
    /// <param name="degreesOfFreedom">Of each of its outputs; null where not computed.</param>
    /// <param name="eigenvalues">Of the Gram matrix; null where not computed.</param>
    public void Add(
        IFactor factor, bool keep, string method, double residual, int outputs, double logMarginalLikelihood, double? degreesOfFreedom, double[]? eigenvalues)
    {
        _method = method;
        _jitter = Math.Max(_jitter, factor.Jitter);
        _residual = Math.Max(_residual, residual);
        _condition = Math.Max(_condition, factor.Condition);
        _logMarginalLikelihood += logMarginalLikelihood;
        _degreesOfFreedom += outputs * degreesOfFreedom;
        _eigenvalues = eigenvalues;
        if (keep)
            Factors.Add(factor);
    }

    /// <summary>
    /// The greatest jitter, residual and condition; the mean effective degrees of freedom of an output; the sum of log marginal likelihoods.
    /// </summary>
    public SolverDiagnostics ToDiagnostics(double ridge, double ridgeOption, nint outputs) => new()
    {
        Method = _method,
        Ridge = ridge,
        RidgeOption = ridgeOption,
        Jitter = _jitter,
        RelativeResidual = _residual,
        Condition = _condition,
        EffectiveDegreesOfFreedom = _degreesOfFreedom / outputs,
        LogMarginalLikelihood = _logMarginalLikelihood,
        Eigenvalues = _eigenvalues,
        Time = TimeSpan.Zero,
    };
}
