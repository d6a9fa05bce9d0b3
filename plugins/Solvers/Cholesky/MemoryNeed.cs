using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Solvers;

/// <summary>What a direct fit needs in memory, against what there is.</summary>
internal static class MemoryNeed
{
    // K, the eigenvectors, and the two more matrices that LAPACK's dsyevd works in.
    private const double EigenMatrices = 4;
    private const double GiB = 1L << 30;

    /// <summary>Bytes at the peak of a fit.</summary>
    /// <param name="patterns">Systems to factor.</param>
    /// <param name="eigen">Whether by eigendecomposition.</param>
    /// <param name="keep">Whether all factors are kept.</param>
    /// <param name="vectors">Vectors of n numbers beside.</param>
    public static double Bytes(IReadOnlyList<ObservationPattern> patterns, bool eigen, bool keep, double vectors)
    {
        // Systems are factored one after the other: what is kept of those before, and the work on the current one.
        double kept = 0, peak = 0;
        foreach (ObservationPattern pattern in patterns)
        {
            double matrix = sizeof(double) * (double)pattern.Size * pattern.Size;
            peak = Math.Max(peak, kept + (eigen ? EigenMatrices : 1) * matrix);
            kept += keep ? matrix : 0;
        }

        return peak + sizeof(double) * vectors * patterns[0].Examples;
    }

    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="UserErrorException">Says what is needed, what there is and what to do.</exception>
    public static void Require(double bytes, nint examples, IReadOnlyList<ObservationPattern> patterns, bool eigen, bool keep)
    {
        double available = AvailableMemory.Bytes;
        if (bytes <= available)
            return;
        bool several = keep && patterns.Count > 1;
        string what = several
            ? $"{patterns.Count} factors for the different patterns of missing targets among {examples} training examples"
            : $"a {(eigen ? "eigendecomposition" : "Cholesky factorisation")} with {examples} training examples";
        string remedy = several ? "Set 'variance: false', which keeps no factors; or use fewer training examples (split.train)."
            : eigen ? "Set 'method: cholesky', which needs a quarter; or use fewer training examples (split.train)."
            : "Use fewer training examples (split.train), or a machine with more memory.";
        throw new UserErrorException(
            string.Create(CultureInfo.InvariantCulture, $"Not enough memory for {what}: needs {bytes / GiB:0.00} GiB in float64, {available / GiB:0.00} GiB are available."), remedy);
    }
}
