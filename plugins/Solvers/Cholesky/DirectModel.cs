using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Solvers;

/// <summary>The result of a direct fit: coefficients, and the factors for variances.</summary>
internal sealed class DirectModel : IModel
{
    // Multiply-adds between two looks at the cancellation token: some 0.1 s on one core.
    private const double WorkPerBlock = 5e9;
    private readonly NativeMatrix<double> _alpha;
    private readonly IReadOnlyList<ObservationPattern> _patterns;
    private readonly IReadOnlyList<IFactorFamily> _families;
    private readonly IReadOnlyList<IFactor> _factors;

    /// <summary>Takes over coefficients and factors.</summary>
    public DirectModel(
        SolverDiagnostics diagnostics, NativeMatrix<double> alpha, IReadOnlyList<ObservationPattern> patterns,
        IReadOnlyList<IFactorFamily> families, IReadOnlyList<IFactor> factors)
    {
        Diagnostics = diagnostics;
        _alpha = alpha;
        _patterns = patterns;
        _families = families;
        _factors = factors;
    }

    public SolverDiagnostics Diagnostics { get; }

    public MatrixView<double> Coefficients => _alpha.View;

    public bool ProvidesVariance => _factors.Count > 0;

    public void Predict(IKernelMatrix kernel, MatrixView<double> mean, CancellationToken cancellation)
    {
        RequireShape(kernel, mean, nameof(mean));
        kernel.Multiply(Coefficients, mean, cancellation);
        for (nint i = 0; i < mean.Rows; i++)
        {
            int output = DenseGram.IndexOfNonFinite(mean.Row(i));
            if (output >= 0)
                throw NotFinite(i, $"its prediction of output {output} is {mean[i, output]}");
        }

        GC.KeepAlive(_alpha);
    }

    /// <remarks>
    /// With eps the unit roundoff and kappa the condition number of A = K + ridge I, the rounding error of a variance is at most about
    /// n eps kappa k**; errors d of kernel entries, as in float32, add 2 |A^-1 k*^T|_1 d. A difference that these make negative is set to 0.
    /// </remarks>
    public void PredictVariance(IKernelMatrix kernel, ReadOnlySpan<double> prior, MatrixView<double> variance, CancellationToken cancellation)
    {
        if (!ProvidesVariance)
            throw new NotSupportedException("The factors were not kept: set 'variance: true'.");
        RequireShape(kernel, variance, nameof(variance));
        if (prior.Length != variance.Rows)
            throw new ArgumentException($"There are {prior.Length} prior variances for {variance.Rows} examples.", nameof(prior));
        nint n = _alpha.Rows;
        nint height = Math.Min(variance.Rows, (nint)Math.Clamp(WorkPerBlock / ((double)n * n), 16, 1024));
        using NativeMatrix<double> cross = new(height, n, clear: false), work = new(height, n, clear: false);
        double[] explained = new double[height];
        for (nint row = 0; row < variance.Rows; row += height)
        {
            nint rows = Math.Min(height, variance.Rows - row);
            MatrixView<double> block = cross.View.Block(0, 0, rows, n);
            kernel.CopyBlock(row, 0, block);
            RequireFinite(block, prior, row);
            for (int p = 0; p < _patterns.Count; p++)
            {
                cancellation.ThrowIfCancellationRequested();
                ObservationPattern pattern = _patterns[p];
                MatrixView<double> own = work.View.Block(0, 0, rows, pattern.Size);
                Observed(pattern, block, own);
                _factors[p].SquaredNorms(own, explained.AsSpan(0, (int)rows));
                for (nint i = 0; i < rows; i++)
                {
                    double value = Math.Max(0, prior[(int)(row + i)] - explained[i]);
                    foreach (int output in pattern.Outputs)
                        variance[row + i, output] = value;
                }
            }
        }

        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _alpha.Dispose();
        foreach (IFactorFamily family in _families)
            family.Dispose();
    }

    private static void Observed(ObservationPattern pattern, MatrixView<double> all, MatrixView<double> own)
    {
        if (pattern.Rows is null)
        {
            all.CopyTo(own);
            return;
        }

        for (nint i = 0; i < all.Rows; i++)
        {
            ReadOnlySpan<double> from = all.Row(i);
            Span<double> to = own.Row(i);
            for (int j = 0; j < to.Length; j++)
                to[j] = from[pattern.Rows[j]];
        }
    }

    private static void RequireFinite(MatrixView<double> block, ReadOnlySpan<double> prior, nint row)
    {
        for (nint i = 0; i < block.Rows; i++)
        {
            double own = prior[(int)(row + i)];
            if (!double.IsFinite(own))
                throw NotFinite(row + i, $"its kernel with itself is {own}");
            int column = DenseGram.IndexOfNonFinite(block.Row(i));
            if (column >= 0)
                throw NotFinite(row + i, $"its kernel with training example {column} is {block[i, column]}");
        }
    }

    private static UserErrorException NotFinite(nint row, string what) =>
        new($"Row {row} of the examples to predict has no usable kernel: {what}.", "Look at this example, and at weight variances that let the kernel overflow.");

    private void RequireShape(IKernelMatrix kernel, MatrixView<double> result, string name)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Columns != _alpha.Rows)
            throw new ArgumentException($"The kernel has {kernel.Columns} columns for {_alpha.Rows} training examples.", nameof(kernel));
        if (result.Rows != kernel.Rows || result.Columns != _alpha.Columns)
            throw new ArgumentException($"The result is {result.Rows} x {result.Columns} for {kernel.Rows} examples and {_alpha.Columns} outputs.", name);
    }
}
