using NeuralKernels.Abstractions;

namespace NeuralKernels.Solvers;

/// <summary>The direct solver.</summary>
internal sealed class CholeskySolver : ISolver
{
    private readonly CholeskySolverOptions _options;

    /// <summary>Checks the options.</summary>
    /// <exception cref="UserErrorException">Options out of range.</exception>
    public CholeskySolver(CholeskySolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        const string Remedy = "Give different, finite numbers of at least 0, such as 'ridge: [1e-6, 1e-4, 1e-2]'.";
        if (options.Ridge.Count == 0)
            throw new UserErrorException("The option 'ridge' is an empty list.", Remedy);
        foreach (IGrouping<double, double> equal in options.Ridge.GroupBy(ridge => ridge))
        {
            if (!double.IsFinite(equal.Key) || equal.Key < 0)
                throw new UserErrorException($"The option 'ridge' has the value {equal.Key}.", Remedy);
            if (equal.Count() > 1)
                throw new UserErrorException($"The option 'ridge' lists {equal.Key:G6} more than once.", Remedy);
        }

        if (!(options.MaxJitter is > 0 and <= 1))
            throw new UserErrorException($"The option 'max_jitter' is {options.MaxJitter}.", "Give a fraction of the mean diagonal, greater than 0 and at most 1.");
        _options = options;
    }

    public bool NeedsValidation => _options.Select == RidgeSelection.Validation && _options.Ridge.Count > 1;

    public IModel Fit(FitProblem problem, FitContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        Check(problem);
        using var fit = new DirectFit(_options, problem, context);
        return fit.Run();
    }

    private void Check(FitProblem problem)
    {
        const string Report = "This is an error of the program or of a plugin: please report it.";
        IKernelMatrix kernel = problem.Kernel;
        if (!kernel.IsSymmetric || kernel.Rows != kernel.Columns)
            throw new UserErrorException($"The kernel matrix of the training examples is no Gram matrix: {kernel.Rows} x {kernel.Columns}, symmetric: {kernel.IsSymmetric}.", Report);
        if (problem.Targets.Rows != kernel.Rows)
            throw new UserErrorException($"There are targets for {problem.Targets.Rows} examples, but the Gram matrix has {kernel.Rows} rows.", Report);
        if (kernel.Rows == 0 || problem.Targets.Columns == 0)
            throw new UserErrorException($"There is nothing to fit: {kernel.Rows} training examples, {problem.Targets.Columns} outputs.", "Check the dataset and the split.");
        if (!NeedsValidation)
            return;
        if (problem.Validation is null)
        {
            throw new UserErrorException(
                $"'select: validation' has to choose among {_options.Ridge.Count} ridges without validation examples.",
                "Give the split a validation part, or set 'select: leave_one_out', which needs none.");
        }

        if (problem.Validation.Kernel.Columns != kernel.Rows)
            throw new UserErrorException($"The validation kernel has {problem.Validation.Kernel.Columns} columns for {kernel.Rows} training examples.", Report);
    }
}
