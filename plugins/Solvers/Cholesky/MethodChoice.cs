namespace NeuralKernels.Solvers;

/// <summary>Chooses between one eigendecomposition and a Cholesky factorisation for each ridge, by their cost.</summary>
/// <remarks>
/// The unit is one Cholesky factorisation, n^3 / 3 multiply-adds. Measured with the managed implementations for n of 1,000 to 3,000 on two cores: the
/// diagonal of the inverse 0.9 to 1.6, an eigendecomposition 27 to 55 (its reduction to tridiagonal form is bounded by memory).
/// </remarks>
internal static class MethodChoice
{
    private const double InverseDiagonalCost = 1.4;
    private const double EigenCost = 40;

    // Native libraries take no more rows, since their workspace has 2 n^2 entries and a 32-bit length.
    private const long LargestEigen = 32_766;

    /// <summary>True for an eigendecomposition.</summary>
    /// <param name="options">Method, ridges and selection.</param>
    /// <param name="examples">Training examples, n.</param>
    /// <param name="eigenFits">Whether an eigendecomposition fits into memory.</param>
    public static bool UseEigen(CholeskySolverOptions options, long examples, bool eigenFits) => options.Method switch
    {
        FactorMethod.Eigen => true,
        FactorMethod.Cholesky => false,
        _ => examples <= LargestEigen && eigenFits && EigenCost < CholeskyCost(options),
    };

    private static double CholeskyCost(CholeskySolverOptions options)
    {
        int ridges = options.Ridge.Count;
        if (ridges == 1)
            return 1;
        double each = options.Select == RidgeSelection.LeaveOneOut ? 1 + InverseDiagonalCost : 1;
        return ridges * each + 1;
    }
}
