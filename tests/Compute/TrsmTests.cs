using System.Numerics;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class TrsmTests
{
    public static TheoryData<int, bool, bool> Paths()
    {
        var data = new TheoryData<int, bool, bool>();
        foreach (int width in Reference.Widths)
        {
            foreach (bool left in new[] { false, true })
            {
                data.Add(width, left, false);
                data.Add(width, left, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Solve_OfAnySize_IsWithinTheErrorBoundOfSubstitution(int width, bool left, bool transpose)
    {
        foreach ((int n, int m) in new[] { (0, 3), (3, 0), (1, 1), (2, 5), (12, 16), (25, 33), (100, 7), (300, 41) })
        {
            Check<double>(n, m, width, left, transpose);
            Check<float>(n, m, width, left, transpose);
        }
    }

    [Fact]
    public void Solve_OfShapesThatDoNotFit_SaysWhichShapes()
    {
        using NativeMatrix<double> lower = new(3, 3), b = new(4, 2);
        Assert.Contains("3 x 3", Assert.Throws<ArgumentException>(() => Trsm.SolveLeft(lower.View, false, b.View)).Message, StringComparison.Ordinal);
    }

    private static void Check<T>(int n, int m, int width, bool left, bool transpose)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using NativeMatrix<T> lower = Reference.Random<T>(n, n, 1);
        for (int i = 0; i < n; i++)
        {
            // A dominant diagonal keeps the solution from growing; NaN above it shows that nobody looks there.
            lower[i, i] += T.CreateChecked(n);
            lower.Row(i)[(i + 1)..].Fill(T.NaN);
        }

        using NativeMatrix<T> b = left ? Reference.Random<T>(n, m, 2) : Reference.Random<T>(m, n, 2), x = Reference.Copy(b.View);
        if (left)
            Trsm.SolveLeft(lower.View, transpose, x.View, 2, (VectorWidth)width);
        else
            Trsm.SolveRight(lower.View, transpose, x.View, 2, (VectorWidth)width);
        for (int i = 0; i < n; i++)
            lower.Row(i)[(i + 1)..].Clear();

        // |L x - b| <= gamma_n |L| |x|, and the residual itself is computed with as much error: a product with result b.
        double gamma = 2 * Reference.Gamma<T>(n + 4);
        for (nint i = 0; i < b.Rows; i++)
        {
            for (nint j = 0; j < b.Columns; j++)
            {
                (double product, double magnitude) = left
                    ? Reference.Entry(1, lower.View, transpose, x.View, false, 0, 0, i, j)
                    : Reference.Entry(1, x.View, false, lower.View, transpose, 0, 0, i, j);
                double error = Math.Abs(product - double.CreateChecked(b[i, j]));
                Assert.True(error <= gamma * magnitude, $"n = {n}, m = {m}: residual ({i}, {j}) is {error}, bound {gamma * magnitude}.");
            }
        }
    }
}
