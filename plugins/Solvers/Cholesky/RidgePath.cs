using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

// Notation. A = K + ridge I, alpha = A^-1 y, n observed examples.
// Leave-one-out residual: alpha_i / (A^-1)_ii. [Rasmussen and Williams 2006, equation 5.12; Sundararajan and Keerthi 2001]
// Log marginal likelihood: -1/2 y^T alpha - 1/2 log |A| - n/2 log 2 pi. [Rasmussen and Williams 2006, equation 2.30]

namespace NeuralKernels.Solvers;

/// <summary>The scores of several ridges, gathered from one observation pattern after the other.</summary>
internal sealed class RidgePath : IDisposable
{
    private readonly RidgeSelection _selection;
    private readonly double[] _sum;
    private readonly SingularGramException?[] _failure;
    private readonly NativeMatrix<double>? _coefficients;
    private readonly nint _outputs;
    private long _observed;

    /// <summary>Starts with no pattern.</summary>
    /// <param name="selection">What scores are.</param>
    /// <param name="ridges">Number of ridges.</param>
    /// <param name="examples">Training examples.</param>
    /// <param name="outputs">Outputs.</param>
    public RidgePath(RidgeSelection selection, int ridges, nint examples, nint outputs)
    {
        _selection = selection;
        _outputs = outputs;
        _sum = new double[ridges];
        _failure = new SingularGramException?[ridges];
        if (selection == RidgeSelection.Validation)
            _coefficients = new NativeMatrix<double>(examples, checked(ridges * outputs));
    }

    /// <summary>Whether a larger score is better.</summary>
    public static bool HigherIsBetter(RidgeSelection selection, ValidationProblem? validation) => selection switch
    {
        RidgeSelection.LeaveOneOut => false,
        RidgeSelection.MarginalLikelihood => true,
        _ => validation!.HigherIsBetter,
    };

    /// <summary>What the scores are, for people.</summary>
    public static string Name(RidgeSelection selection, ValidationProblem? validation) => selection switch
    {
        RidgeSelection.LeaveOneOut => "leave-one-out mean squared error",
        RidgeSelection.MarginalLikelihood => "log marginal likelihood",
        _ => $"validation {validation!.ScoreName}",
    };

    /// <summary>Whether a ridge was found too small.</summary>
    public bool Failed(int ridge) => _failure[ridge] is not null;

    /// <summary>Why a ridge is too small.</summary>
    public SingularGramException? Failure(int ridge) => _failure[ridge];

    /// <summary>Notes that a ridge is too small.</summary>
    public void Fail(int ridge, SingularGramException failure) => _failure[ridge] = failure;

    /// <summary>Counts the targets of a pattern, once for all ridges.</summary>
    public void Count(ObservationPattern pattern) => _observed += (long)pattern.Size * pattern.Outputs.Length;

    /// <summary>Takes the solution for one ridge and pattern.</summary>
    /// <param name="ridge">Which ridge.</param>
    /// <param name="pattern">Which pattern.</param>
    /// <param name="factor">Of A.</param>
    /// <param name="y">Targets of the pattern.</param>
    /// <param name="alpha">Its coefficients.</param>
    /// <param name="cancellation">Ends the work.</param>
    public void Add(int ridge, ObservationPattern pattern, IFactor factor, MatrixView<double> y, MatrixView<double> alpha, CancellationToken cancellation)
    {
        switch (_selection)
        {
            case RidgeSelection.LeaveOneOut:
                _sum[ridge] += LeaveOneOutSquares(alpha, factor.InverseDiagonal(cancellation));
                break;
            case RidgeSelection.MarginalLikelihood:
                _sum[ridge] += LogMarginalLikelihood(factor.LogDeterminant, y, alpha);
                break;
            default:
                pattern.Scatter(alpha, _coefficients!.View.Block(0, ridge * _outputs, _coefficients.Rows, _outputs));
                break;
        }
    }

    /// <summary>Scores of all ridges; NaN for those that failed.</summary>
    public double[] Scores(ValidationProblem? validation, CancellationToken cancellation)
    {
        double[] scores = new double[_sum.Length];
        using NativeMatrix<double>? predictions = _coefficients is null ? null
            : new NativeMatrix<double>(checked((nint)validation!.Kernel.Rows), _coefficients.Columns);

        // One pass over the validation kernel serves all ridges.
        if (predictions is not null)
            validation!.Kernel.Multiply(_coefficients!.View, predictions.View, cancellation);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = Failed(i) ? double.NaN
                : predictions is not null ? validation!.Score(predictions.View.Block(0, i * _outputs, predictions.Rows, _outputs))
                : _selection == RidgeSelection.LeaveOneOut ? _sum[i] / _observed
                : _sum[i];
        }

        return scores;
    }

    /// <summary>The ridge with the best score, of equally good ones the largest; -1 where all scores are NaN.</summary>
    public static int Best(IReadOnlyList<double> ridges, double[] scores, bool higherIsBetter)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i]))
                continue;
            int order = best < 0 ? 1 : scores[i].CompareTo(scores[best]) * (higherIsBetter ? 1 : -1);
            if (order > 0 || (order == 0 && ridges[i] > ridges[best]))
                best = i;
        }

        return best;
    }

    /// <summary>Log marginal likelihood, summed over the columns of <paramref name="y"/>.</summary>
    public static double LogMarginalLikelihood(double logDeterminant, MatrixView<double> y, MatrixView<double> alpha)
    {
        double fit = 0;
        for (nint i = 0; i < y.Rows; i++)
        {
            for (nint j = 0; j < y.Columns; j++)
                fit += y[i, j] * alpha[i, j];
        }

        return -0.5 * (fit + y.Columns * (logDeterminant + y.Rows * Math.Log(2 * Math.PI)));
    }

    /// <summary>Frees the coefficients.</summary>
    public void Dispose() => _coefficients?.Dispose();

    private static double LeaveOneOutSquares(MatrixView<double> alpha, double[] inverseDiagonal)
    {
        double sum = 0;
        for (nint i = 0; i < alpha.Rows; i++)
        {
            for (nint j = 0; j < alpha.Columns; j++)
            {
                double residual = alpha[i, j] / inverseDiagonal[i];
                sum += residual * residual;
            }
        }

        return sum;
    }
}
