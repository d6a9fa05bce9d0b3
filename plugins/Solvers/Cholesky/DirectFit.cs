using System.Diagnostics;
using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

// Notation. n training examples, m outputs. K: n x n Gram matrix. y: n x m targets. alpha: n x m coefficients, 0 where y is missing.
// A = K + (ridge + jitter) I on the observed examples of a pattern; s = trace(K) / n of all examples if ridges are relative, else 1.

namespace NeuralKernels.Solvers;

/// <summary>One fit: chooses a ridge where there are several, then solves each observation pattern with it.</summary>
internal sealed class DirectFit : IDisposable
{
    // Above this, one step of iterative refinement is tried: it costs one more product with K.
    private const double AcceptedResidual = 1e-10;
    private const long LargestFullDiagnostics = 4000;
    private const int SolveColumns = 64;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CholeskySolverOptions _options;
    private readonly FitProblem _problem;
    private readonly FitContext _context;
    private readonly IReadOnlyList<ObservationPattern> _patterns;
    private readonly IFactorFamily?[] _families;
    private readonly double _meanDiagonal;
    private readonly double[] _ridges;
    private readonly bool _eigen;
    private double _progress;

    /// <summary>Checks that the fit is possible.</summary>
    public DirectFit(CholeskySolverOptions options, FitProblem problem, FitContext context)
    {
        _options = options;
        _problem = problem;
        _context = context;
        context.Cancellation.ThrowIfCancellationRequested();
        nint n = problem.Targets.Rows;
        _patterns = ObservationPattern.Group(problem.Targets);
        _families = new IFactorFamily?[_patterns.Count];
        int ridges = options.Ridge.Count;
        double vectors = problem.Targets.Columns * (4.0 + (ridges > 1 && options.Select == RidgeSelection.Validation ? ridges : 0));
        double eigenBytes = MemoryNeed.Bytes(_patterns, eigen: true, options.Variance, vectors);
        _eigen = MethodChoice.UseEigen(options, n, eigenBytes <= AvailableMemory.Bytes);
        double bytes = _eigen ? eigenBytes : MemoryNeed.Bytes(_patterns, eigen: false, options.Variance, vectors);
        MemoryNeed.Require(bytes, n, _patterns, _eigen, options.Variance);
        _meanDiagonal = MeanDiagonal(problem.Kernel);
        double scale = options.RidgeScale == RidgeScale.Relative ? _meanDiagonal : 1;
        _ridges = [.. options.Ridge.Select(ridge => ridge * scale)];
        if (_ridges.FirstOrDefault(ridge => !double.IsFinite(ridge), 0) != 0)
            throw new UserErrorException($"The largest ridge overflows: trace(K)/n is {_meanDiagonal:G3}.", "Give smaller ridges.");
    }

    /// <summary>Fits.</summary>
    public IModel Run()
    {
        try
        {
            return _ridges.Length == 1 ? Solve(0, [], null) : SelectAndSolve();
        }
        catch (InsufficientMemoryException e)
        {
            throw new UserErrorException($"The memory ran out while fitting: {e.Message}", "Use fewer training examples (split.train), or a machine with more memory.", e);
        }
    }

    /// <summary>Frees what the model did not take over.</summary>
    public void Dispose()
    {
        foreach (IFactorFamily? family in _families)
            family?.Dispose();
    }

    private static double MeanDiagonal(IKernelMatrix kernel)
    {
        double[] diagonal = new double[kernel.Rows];
        kernel.Diagonal(diagonal);
        int bad = Array.FindIndex(diagonal, value => !double.IsFinite(value) || value < 0);
        if (bad >= 0)
        {
            throw new UserErrorException(
                $"The kernel of training example {bad} with itself is {diagonal[bad]}.",
                "Look at this example, and at weight variances that let the kernel overflow: a kernel is finite and not negative on its diagonal.");
        }

        double mean = diagonal.Average();
        return mean > 0 ? mean
            : throw new UserErrorException("The kernel of every training example with itself is 0.", "Check that the examples are not all zero, or give the network a bias.");
    }

    private DirectModel SelectAndSolve()
    {
        using var path = new RidgePath(_options.Select, _ridges.Length, _problem.Targets.Rows, _problem.Targets.Columns);

        // From the largest down: once one is too small, so are those below it.
        int[] descending = [.. Enumerable.Range(0, _ridges.Length).OrderByDescending(i => _ridges[i])];
        for (int p = 0; p < _patterns.Count; p++)
        {
            Evaluate(p, descending, path);
            if (!_options.Variance && _patterns.Count > 1)
                Release(p);
        }

        ValidationProblem? validation = _problem.Validation;
        double[] scores = path.Scores(validation, _context.Cancellation);
        int best = RidgePath.Best(_ridges, scores, RidgePath.HigherIsBetter(_options.Select, validation));
        string name = RidgePath.Name(_options.Select, validation);
        if (best < 0)
        {
            throw path.Failure(descending[0]) is { } failure
                ? NotPositiveDefinite(failure, descending[0])
                : new UserErrorException($"The {name} is not a number for any of the {_ridges.Length} ridges.", "Check the validation examples and the metric.");
        }

        return Solve(best, [.. scores.Select((score, i) => new RidgeScore(_options.Ridge[i], score))], name);
    }

    private void Evaluate(int p, int[] descending, RidgePath path)
    {
        ObservationPattern pattern = _patterns[p];
        path.Count(pattern);
        using NativeMatrix<double> targets = Targets(pattern);
        using var coefficients = new NativeMatrix<double>(targets.Rows, targets.Columns);
        for (int k = 0; k < descending.Length; k++)
        {
            int i = descending[k];
            if (path.Failed(i))
                break;
            try
            {
                IFactor factor = Factor(p, i, 0, 0.9 * (p + (double)k / descending.Length) / _patterns.Count, 0.9 / _patterns.Count / descending.Length);
                targets.View.CopyTo(coefficients.View);
                Solve(factor, coefficients.View);
                path.Add(i, pattern, factor, targets.View, coefficients.View, _context.Cancellation);
            }
            catch (SingularGramException failure)
            {
                foreach (int smaller in descending.Skip(k))
                    path.Fail(smaller, failure);
            }
        }
    }

    private DirectModel Solve(int chosen, IReadOnlyList<RidgeScore> path, string? selection)
    {
        var summary = new SolutionSummary();
        var alpha = new NativeMatrix<double>(_problem.Targets.Rows, _problem.Targets.Columns);
        try
        {
            for (int p = 0; p < _patterns.Count; p++)
            {
                try
                {
                    Solve(p, chosen, alpha.View, summary, path.Count > 0);
                }
                catch (SingularGramException failure)
                {
                    throw NotPositiveDefinite(failure, chosen);
                }

                if (!_options.Variance)
                    Release(p);
            }

            Report("done", 1);
            SolverDiagnostics diagnostics = summary.ToDiagnostics(_ridges[chosen], _options.Ridge[chosen], _problem.Targets.Columns) with
            {
                Time = Stopwatch.GetElapsedTime(_start),
                RidgePath = path,
                Selection = selection,
            };
            var model = new DirectModel(diagnostics, alpha, _patterns, [.. _families.OfType<IFactorFamily>()], summary.Factors);
            Array.Clear(_families);
            return model;
        }
        catch
        {
            alpha.Dispose();
            throw;
        }
    }

    // Solves one pattern and says how well.
    private void Solve(int p, int chosen, MatrixView<double> alpha, SolutionSummary summary, bool selected)
    {
        ObservationPattern pattern = _patterns[p];
        double begin = selected ? 0.9 : 0, width = (1 - begin) / _patterns.Count;
        double maxJitter = !selected && _options.Jitter == JitterMode.Auto ? _options.MaxJitter * _meanDiagonal : 0;
        IFactor factor = Factor(p, chosen, maxJitter, begin + p * width, 0.8 * width);
        using NativeMatrix<double> targets = Targets(pattern), own = Targets(pattern);
        Solve(factor, own.View);
        Report("residual", begin + (p + 0.85) * width);
        double residual = Refine(pattern, factor, _ridges[chosen], targets.View, own.View);
        pattern.Scatter(own.View, alpha);
        IFactorFamily family = _families[p]!;
        bool full = family.CheapInverseDiagonal || _options.Diagnostics == DiagnosticsLevel.Full
            || (_options.Diagnostics == DiagnosticsLevel.Auto && pattern.Size <= LargestFullDiagnostics);
        double shift = _ridges[chosen] + factor.Jitter;
        summary.Add(factor, _options.Variance, family.Method, residual, pattern.Outputs.Length,
            RidgePath.LogMarginalLikelihood(factor.LogDeterminant, targets.View, own.View),
            full ? pattern.Size - shift * factor.InverseDiagonal(_context.Cancellation).Sum() : null,
            _patterns.Count == 1 ? family.Eigenvalues : null);
    }

    // Improves x by a step of iterative refinement if need be; returns ||(K + ridge I) x - y|| / ||y||, the greatest over outputs.
    private double Refine(ObservationPattern pattern, IFactor factor, double ridge, MatrixView<double> y, MatrixView<double> x)
    {
        using NativeMatrix<double> r = new(x.Rows, x.Columns), better = new(x.Rows, x.Columns);
        double residual = Residual(pattern, ridge + factor.Jitter, y, x, r.View);
        if (residual > AcceptedResidual)
        {
            using NativeMatrix<double> correction = new(x.Rows, x.Columns);
            r.View.CopyTo(correction.View);
            Solve(factor, correction.View);
            for (nint i = 0; i < x.Rows; i++)
            {
                x.Row(i).CopyTo(better.Row(i));
                Rows.AddScaled(correction.Row(i), 1, better.Row(i));
            }

            using NativeMatrix<double> rest = new(x.Rows, x.Columns);
            double improved = Residual(pattern, ridge + factor.Jitter, y, better.View, rest.View);
            if (improved < residual)
            {
                better.View.CopyTo(x);
                rest.View.CopyTo(r.View);
            }
        }

        // The jitter was not asked for: what it does to the solution counts as residual.
        for (nint i = 0; i < x.Rows; i++)
            Rows.AddScaled(x.Row(i), factor.Jitter, r.Row(i));
        return RelativeNorm(r.View, y);
    }

    // r = y - (K + shift I) x from the kernel itself, whose copy has been overwritten.
    private double Residual(ObservationPattern pattern, double shift, MatrixView<double> y, MatrixView<double> x, MatrixView<double> r)
    {
        using NativeMatrix<double> all = new(pattern.Examples, x.Columns), product = new(pattern.Examples, x.Columns);
        for (nint i = 0; i < x.Rows; i++)
            x.Row(i).CopyTo(all.Row(pattern.Example(i)));
        _problem.Kernel.Multiply(all.View, product.View, _context.Cancellation);
        for (nint i = 0; i < x.Rows; i++)
        {
            y.Row(i).CopyTo(r.Row(i));
            Rows.AddScaled(product.Row(pattern.Example(i)), -1, r.Row(i));
            Rows.AddScaled(x.Row(i), -shift, r.Row(i));
        }

        return RelativeNorm(r, y);
    }

    private static double RelativeNorm(MatrixView<double> r, MatrixView<double> y)
    {
        double[] numerator = new double[r.Columns], denominator = new double[r.Columns];
        for (nint i = 0; i < r.Rows; i++)
        {
            Rows.AddScaledSquares(r.Row(i), 1, numerator);
            Rows.AddScaledSquares(y.Row(i), 1, denominator);
        }

        // A column of zeros has the solution zero, without error.
        return numerator.Zip(denominator, (a, b) => a == 0 ? 0 : Math.Sqrt(a / b)).Max();
    }

    private IFactor Factor(int p, int ridge, double maxJitter, double begin, double width)
    {
        bool load = _families[p] is null;
        if (load)
            _families[p] = Load(_patterns[p], begin, width);
        double factored = load ? 0.5 * width : 0;
        string stage = string.Create(CultureInfo.InvariantCulture, $"factor, ridge {_options.Ridge[ridge]:G3}");
        return _families[p]!.Factor(_ridges[ridge], maxJitter, done => Report(stage, begin + factored + done * (width - factored)), _context.Cancellation);
    }

    private IFactorFamily Load(ObservationPattern pattern, double begin, double width)
    {
        NativeMatrix<double> gram = DenseGram.Copy(_problem.Kernel, pattern, _context, done => Report("copy the Gram matrix", begin + 0.2 * done * width));
        if (!_eigen)
            return new CholeskyFamily(gram, pattern, _context);
        Report("eigendecomposition", begin + 0.2 * width);
        return EigenFamily.Decompose(gram, _context);
    }

    private void Release(int p)
    {
        _families[p]?.Dispose();
        _families[p] = null;
    }

    private NativeMatrix<double> Targets(ObservationPattern pattern)
    {
        var targets = new NativeMatrix<double>(pattern.Size, pattern.Outputs.Length, clear: false);
        pattern.Gather(_problem.Targets, targets.View);
        return targets;
    }

    private void Solve(IFactor factor, MatrixView<double> b)
    {
        for (nint j = 0; j < b.Columns; j += SolveColumns)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            factor.Solve(b.Block(0, j, b.Rows, Math.Min(SolveColumns, b.Columns - j)));
        }
    }

    private void Report(string stage, double fraction)
    {
        // Rounding must not let the bar go back.
        _progress = Math.Clamp(fraction, _progress, 1);
        _context.Progress?.Report(new SolverProgress(stage, _progress));
    }

    private UserErrorException NotPositiveDefinite(SingularGramException failure, int ridge)
    {
        double unit = _ridges[ridge] > 0 ? _ridges[ridge] / _options.Ridge[ridge] : _options.RidgeScale == RidgeScale.Relative ? _meanDiagonal : 1;

        // Entries in float32 carry errors of 6e-8 each, which add up over the examples.
        double floor = _problem.Kernel.Precision == Precision.Float32 ? 1e-6 * _meanDiagonal : 0;
        double suggestion = Math.Pow(10, Math.Ceiling(Math.Log10(Math.Max(10 * failure.Shortfall + _ridges[ridge], floor) / unit)));
        string which = _ridges.Length > 1 ? "even the largest ridge" : "ridge";
        string units = _options.RidgeScale == RidgeScale.Relative
            ? string.Create(CultureInfo.InvariantCulture, $" of trace(K)/n = {_meanDiagonal:G4}") : "";
        string precision = _problem.Kernel.Precision == Precision.Float32 ? ", 'precision: float64' for the kernel" : "";
        string jitter = _options.Jitter == JitterMode.Off && _ridges.Length == 1 ? ", or 'jitter: auto'" : "";
        return new UserErrorException(
            string.Create(CultureInfo.InvariantCulture,
                $"The Gram matrix with {which} {_options.Ridge[ridge]:G3}{units} is not positive definite to working precision: {failure.Message}."),
            string.Create(CultureInfo.InvariantCulture,
                $"Raise the ridge: try 'ridge: {suggestion:G1}'. Otherwise remove repeated examples{precision}{jitter}."),
            failure);
    }
}
