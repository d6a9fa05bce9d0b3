namespace NeuralKernels.Compute;

/// <summary>A matrix that should be positive definite is not, within rounding.</summary>
public sealed class NotPositiveDefiniteException : ArithmeticException
{
    /// <summary>Creates the exception for a pivot.</summary>
    /// <param name="pivotIndex">Row of the pivot.</param>
    /// <param name="pivotValue">Its value, not greater than 0.</param>
    /// <param name="size">Rows of the matrix.</param>
    /// <param name="scale">Mean diagonal entry of the matrix.</param>
    /// <param name="largestJitter">The largest multiple of the identity that was tried; 0 for none.</param>
    public NotPositiveDefiniteException(nint pivotIndex, double pivotValue, nint size, double scale, double largestJitter)
        : base(Describe(pivotIndex, pivotValue, size, scale, largestJitter))
    {
        PivotIndex = pivotIndex;
        PivotValue = pivotValue;
    }

    /// <summary>Creates the exception without a pivot.</summary>
    public NotPositiveDefiniteException()
        : this("The matrix is not positive definite: increase the ridge.")
    {
    }

    /// <summary>Creates the exception with a message of its own.</summary>
    public NotPositiveDefiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and a cause of its own.</summary>
    public NotPositiveDefiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Row of the pivot that was not positive: row 0 to this row already are linearly dependent, within rounding.</summary>
    public nint PivotIndex { get; } = -1;

    /// <summary>Value of the pivot.</summary>
    public double PivotValue { get; } = double.NaN;

    private static string Describe(nint pivotIndex, double pivotValue, nint size, double scale, double largestJitter)
    {
        string tried = largestJitter > 0 ? $", even with {largestJitter:G3} added to the diagonal" : "";
        double suggestion = Math.Max(largestJitter * 10, size * (Math.BitIncrement(1.0) - 1) * Math.Abs(scale));
        return $"The {size} x {size} matrix is not positive definite{tried}: pivot {pivotIndex} is {pivotValue:G3}. Example {pivotIndex} may repeat an " +
            $"earlier one, or the kernel is singular to working precision. Add a ridge of at least {suggestion:G2} (the mean diagonal entry is {scale:G3}).";
    }
}
