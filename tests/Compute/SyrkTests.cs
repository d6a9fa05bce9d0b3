using System.Numerics;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class SyrkTests
{
    public static TheoryData<int, bool> Paths()
    {
        var data = new TheoryData<int, bool>();
        foreach (int width in Reference.Widths)
        {
            data.Add(width, false);
            data.Add(width, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Multiply_OfAnySize_IsWithinTheErrorBoundAndLeavesTheUpperTriangleAlone(int width, bool transpose)
    {
        foreach ((int n, int k) in new[] { (0, 3), (1, 1), (2, 5), (12, 8), (31, 7), (64, 40), (101, 300), (7, 0) })
        {
            Check<double>(n, k, width, transpose, 1, 0);
            Check<double>(n, k, width, transpose, -1, 1);
            Check<float>(n, k, width, transpose, 0.3, 2);
        }
    }

    [Fact]
    public void Multiply_LargerThanOneBlockOfPackedPanels_IsWithinTheErrorBound()
    {
        using NativeMatrix<float> a = Reference.Random<float>(4200, 2, 1), c = new(4200, 4200);
        Syrk.Multiply(1f, a.View, false, 0f, c.View);
        for (int i = 0; i < 4200; i++)
        {
            ReadOnlySpan<float> row = c.Row(i);
            for (int j = 0; j <= i; j++)
            {
                double x = (double)a[i, 0] * a[j, 0], y = (double)a[i, 1] * a[j, 1];
                if (Math.Abs(row[j] - (x + y)) > Reference.Gamma<float>(3) * (Math.Abs(x) + Math.Abs(y)))
                    Assert.Fail($"Entry ({i}, {j}) is {row[j]} instead of {x + y}.");
            }
        }
    }

    [Fact]
    public void Multiply_OfShapesThatDoNotFit_SaysWhichShapes()
    {
        using NativeMatrix<double> a = new(3, 2), c = new(2, 2);
        Assert.Contains("3 x 2", Assert.Throws<ArgumentException>(() => Syrk.Multiply(1.0, a.View, false, 0.0, c.View)).Message, StringComparison.Ordinal);
    }

    private static void Check<T>(int n, int k, int width, bool transpose, double alpha, double beta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using NativeMatrix<T> a = transpose ? Reference.Random<T>(k, n, 1) : Reference.Random<T>(n, k, 1);
        using NativeMatrix<T> before = Reference.Random<T>(n, n, 2);
        for (int i = 0; i < n; i++)
            before.Row(i)[(i + 1)..].Fill(T.NaN);
        using NativeMatrix<T> after = Reference.Copy(before.View);
        T alphaT = T.CreateChecked(alpha);
        Syrk.Multiply(alphaT, a.View, transpose, T.CreateChecked(beta), after.View, 2, (VectorWidth)width);
        Reference.AssertProduct(double.CreateChecked(alphaT), a.View, transpose, a.View, !transpose, beta, before.View, after.View, lowerOnly: true);
        for (int i = 0; i < n; i++)
        {
            foreach (T value in after.Row(i)[(i + 1)..])
                Assert.True(T.IsNaN(value), "An entry above the diagonal was written.");
        }
    }
}
