namespace NeuralKernels.Tests.Solvers;

/// <summary>Textbook linear algebra, to compare with: Gaussian elimination with partial pivoting.</summary>
internal static class Reference
{
    /// <summary>Solves A X = B and gives log |det A|.</summary>
    public static (double[,] X, double LogDeterminant) Solve(double[,] a, double[,] b)
    {
        int n = a.GetLength(0), m = b.GetLength(1);
        double[,] lu = (double[,])a.Clone(), x = (double[,])b.Clone();
        double logDeterminant = 0;
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(lu[i, k]));
            for (int j = 0; j < n; j++)
                (lu[k, j], lu[pivot, j]) = (lu[pivot, j], lu[k, j]);
            for (int j = 0; j < m; j++)
                (x[k, j], x[pivot, j]) = (x[pivot, j], x[k, j]);
            logDeterminant += Math.Log(Math.Abs(lu[k, k]));
            for (int i = k + 1; i < n; i++)
            {
                double factor = lu[i, k] / lu[k, k];
                for (int j = k; j < n; j++)
                    lu[i, j] -= factor * lu[k, j];
                for (int j = 0; j < m; j++)
                    x[i, j] -= factor * x[k, j];
            }
        }

        for (int k = n - 1; k >= 0; k--)
        {
            for (int j = 0; j < m; j++)
            {
                for (int i = k + 1; i < n; i++)
                    x[k, j] -= lu[k, i] * x[i, j];
                x[k, j] /= lu[k, k];
            }
        }

        return (x, logDeterminant);
    }

    /// <summary>Rows and columns of a matrix.</summary>
    public static double[,] Pick(double[,] a, int[] rows, int[] columns)
    {
        double[,] picked = new double[rows.Length, columns.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
                picked[i, j] = a[rows[i], columns[j]];
        }

        return picked;
    }

    /// <summary>A + s I.</summary>
    public static double[,] Shift(double[,] a, double s)
    {
        double[,] shifted = (double[,])a.Clone();
        for (int i = 0; i < a.GetLength(0); i++)
            shifted[i, i] += s;
        return shifted;
    }

    /// <summary>The inverse.</summary>
    public static double[,] Inverse(double[,] a) => Solve(a, Shift(new double[a.GetLength(0), a.GetLength(0)], 1)).X;

    /// <summary>Mean squared error of predicting each target from a fit to all others: n fits.</summary>
    public static double LeaveOneOut(double[,] k, double[,] y, double ridge)
    {
        int n = k.GetLength(0), m = y.GetLength(1);
        int[] outputs = [.. Enumerable.Range(0, m)];
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            int[] others = [.. Enumerable.Range(0, n).Where(j => j != i)];
            double[,] alpha = Solve(Shift(Pick(k, others, others), ridge), Pick(y, others, outputs)).X;
            for (int j = 0; j < m; j++)
            {
                double prediction = others.Select((other, row) => k[i, other] * alpha[row, j]).Sum();
                sum += Math.Pow(y[i, j] - prediction, 2);
            }
        }

        return sum / (n * m);
    }

    /// <summary>Log density of the targets under N(0, K + ridge I), summed over outputs.</summary>
    public static double LogMarginalLikelihood(double[,] k, double[,] y, double ridge)
    {
        int n = k.GetLength(0), m = y.GetLength(1);
        (double[,] alpha, double logDeterminant) = Solve(Shift(k, ridge), y);
        double sum = 0;
        for (int j = 0; j < m; j++)
        {
            sum -= 0.5 * (logDeterminant + n * Math.Log(2 * Math.PI));
            for (int i = 0; i < n; i++)
                sum -= 0.5 * y[i, j] * alpha[i, j];
        }

        return sum;
    }
}
