namespace NeuralKernels.Abstractions;

/// <summary>
/// A kernel matrix as solvers see it: in memory, on disk, recomputed or distributed, the solver can't tell.
/// </summary>
/// <remarks>All members are thread-safe.</remarks>
public interface IKernelMatrix
{
    /// <summary>Number of rows.</summary>
    long Rows { get; }

    /// <summary>Number of columns.</summary>
    long Columns { get; }

    /// <summary>True for a Gram matrix: rows and columns are the same examples.</summary>
    bool IsSymmetric { get; }

    /// <summary>Number type of the entries.</summary>
    Precision Precision { get; }

    /// <summary>The diagonal of a Gram matrix.</summary>
    /// <param name="destination">Takes <see cref="Rows"/> numbers.</param>
    /// <exception cref="InvalidOperationException">Not a Gram matrix.</exception>
    void Diagonal(Span<double> destination);

    /// <summary>The product with a block of vectors: result = K vectors, summed in float64.</summary>
    /// <param name="vectors"><see cref="Columns"/> x m numbers.</param>
    /// <param name="result">Takes <see cref="Rows"/> x m numbers; does not overlap <paramref name="vectors"/>.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    void Multiply(MatrixView<double> vectors, MatrixView<double> result, CancellationToken cancellation);

    /// <summary>Copies a dense block.</summary>
    /// <param name="row">First row.</param>
    /// <param name="column">First column.</param>
    /// <param name="destination">Takes the block; its shape is the block's.</param>
    void CopyBlock(long row, long column, MatrixView<double> destination);
}
