namespace NeuralKernels.Compute;

// Notation, after Bowdler, Martin, Reinsch and Wilkinson, "The QR and QL algorithms for symmetric matrices" (1968): d the diagonal, e[i] the entry
// between i and i + 1; a sweep runs from m - 1 down to l with rotations (c, s) of rows i and i + 1 of the transposed eigenvectors.

/// <summary>The implicit QL iteration. Its rotations are not applied one by one but handed on in whole sweeps.</summary>
internal static class TridiagonalQl
{
    private const int MaxSweepsPerValue = 60;
    private const double SmallestNormal = 2.2250738585072014e-308;
    private static readonly double s_epsilon = Math.ScaleB(1, -53);

    /// <summary>Turns the diagonal <paramref name="d"/> into the eigenvalues, unsorted; <paramref name="e"/> is used up.</summary>
    /// <exception cref="ArithmeticException">No convergence.</exception>
    public static void Run(double[] d, double[] e, RotatedIdentity rotations, CancellationToken cancellationToken)
    {
        int n = d.Length;
        if (n > 0)
            e[n - 1] = 0;
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > s_epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1])) + SmallestNormal)
                    m++;
                if (m == l)
                    break;
                if (sweep == MaxSweepsPerValue)
                    throw new ArithmeticException($"Eigenvalue {l} of {n} did not converge in {MaxSweepsPerValue} QL sweeps. Please report the matrix.");
                Sweep(d, e, l, m, rotations.Begin(l, m, cancellationToken));
            }
        }

        rotations.Flush(cancellationToken);
    }

    private static void Sweep(double[] d, double[] e, int l, int m, RotationSweep rotation)
    {
        // Wilkinson's shift.
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        double r = double.Hypot(g, 1);
        g = d[m] - d[l] + e[l] / (g + Math.CopySign(r, g));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * e[i], b = c * e[i];
            r = Length(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix has split: the rest of this sweep is the identity.
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            rotation.Set(i, c, s);
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    // The matrix is scaled: only tiny sums of squares can have lost digits.
    private static double Length(double x, double y)
    {
        double square = x * x + y * y;
        return square > 1e-280 ? Math.Sqrt(square) : double.Hypot(x, y);
    }
}
