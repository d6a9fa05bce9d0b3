namespace NeuralKernels.Tests.Conformance;

/// <summary>Whether a matrix has negative eigenvalues.</summary>
internal static class PositiveSemidefinite
{
    /// <summary>Requires that a Cholesky factorisation of the matrix plus the tolerance on its diagonal exists.</summary>
    public static void Require(double[,] matrix, double tolerance)
    {
        int n = matrix.GetLength(0);
        double[,] l = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[i, j] + (i == j ? tolerance : 0);
                for (int k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                Assert.True(i != j || sum >= 0, $"pivot {i} is {sum:g3}: the matrix has a negative eigenvalue");
                l[i, j] = i == j ? Math.Sqrt(sum) : l[j, j] > 0 ? sum / l[j, j] : 0;
            }
        }
    }
}
