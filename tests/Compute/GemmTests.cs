using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class GemmTests
{
    private static readonly (int M, int N, int K)[] s_shapes =
    [
        (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 1, 1), (5, 7, 3), (12, 32, 16), (13, 37, 17), (24, 64, 256), (97, 101, 103), (30, 200, 513), (131, 33, 257),
    ];

    public static TheoryData<int, bool, bool> Paths()
    {
        var data = new TheoryData<int, bool, bool>();
        foreach (int width in Reference.Widths)
        {
            foreach (bool transposeA in new[] { false, true })
            {
                data.Add(width, transposeA, false);
                data.Add(width, transposeA, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Multiply_OfFloats_IsWithinTheErrorBoundOfASimpleLoop(int width, bool transposeA, bool transposeB) =>
        CheckShapes<float>(width, transposeA, transposeB);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Multiply_OfDoubles_IsWithinTheErrorBoundOfASimpleLoop(int width, bool transposeA, bool transposeB) =>
        CheckShapes<double>(width, transposeA, transposeB);

    [Fact]
    public void Multiply_OfAnyShapeAndScale_IsWithinTheErrorBound()
    {
        Gen<(int M, int N, int K, int Flags, double Alpha, double Beta)> problems =
            from m in Gen.Choose(0, 40)
            from n in Gen.Choose(0, 70)
            from k in Gen.Choose(0, 40)
            from flags in Gen.Choose(0, 11)
            from alpha in Gen.Elements(0.0, 1.0, -1.0, 0.37)
            from beta in Gen.Elements(0.0, 1.0, -2.5)
            select (m, n, k, flags, alpha, beta);
        Prop.ForAll(problems.ToArbitrary(), p => Check<double>(p.M, p.N, p.K, p.Flags % 3, (p.Flags & 4) != 0, (p.Flags & 8) != 0, p.Alpha, p.Beta, 1))
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(4200, 5, 3)]
    [InlineData(5, 4200, 3)]
    public void Multiply_LargerThanOneBlockOfPackedPanels_IsWithinTheErrorBound(int m, int n, int k) =>
        Check<float>(m, n, k, (int)InstructionSet.Widest, false, false, 1, 1, 2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Multiply_WithBetaZero_DoesNotReadTheResult(int width)
    {
        using NativeMatrix<float> a = Reference.Random<float>(25, 300, 1), b = Reference.Random<float>(300, 45, 2), c = new(25, 45);
        c.View.Fill(float.NaN);
        Gemm.Multiply(1f, a.View, false, b.View, false, 0f, c.View, 1, (VectorWidth)width);
        Reference.AssertProduct(1, a.View, false, b.View, false, 0, c.View, c.View);
    }

    [Fact]
    public void Multiply_WithAlphaZero_DoesNotReadTheFactors()
    {
        using NativeMatrix<double> a = new(4, 5), b = new(5, 6), c = new(4, 6);
        a.View.Fill(double.NaN);
        c.View.Fill(3);
        Gemm.Multiply(0.0, a.View, false, b.View, false, 2.0, c.View);
        Assert.All(c.Row(3).ToArray(), value => Assert.Equal(6, value));
    }

    [Fact]
    public void Multiply_OnOneOrThreeThreads_GivesTheSameBits()
    {
        using NativeMatrix<double> a = Reference.Random<double>(450, 300, 1), b = Reference.Random<double>(300, 600, 2), one = new(450, 600), three = new(450, 600);
        Gemm.Multiply(1.5, a.View, false, b.View, false, 0.0, one.View, 1);
        Gemm.Multiply(1.5, a.View, false, b.View, false, 0.0, three.View, 3);
        for (nint i = 0; i < one.Rows; i++)
            Assert.True(one.Row(i).SequenceEqual(three.Row(i)), $"Row {i} differs.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Multiply_IntoABlockOfAMatrix_LeavesTheRestAlone(int width)
    {
        using NativeMatrix<double> a = Reference.Random<double>(20, 9, 1), b = Reference.Random<double>(9, 35, 2), whole = new(30, 50);
        whole.View.Fill(7);
        Gemm.Multiply(1.0, a.View, false, b.View, false, 0.0, whole.View.Block(3, 5, 20, 35), 1, (VectorWidth)width);
        for (nint i = 0; i < whole.Rows; i++)
        {
            for (nint j = 0; j < whole.Columns; j++)
                Assert.True((i is >= 3 and < 23 && j is >= 5 and < 40) || whole[i, j] == 7, $"Entry ({i}, {j}) was written.");
        }
    }

    [Fact]
    public void Multiply_OfShapesThatDoNotFit_SaysWhichShapes()
    {
        using NativeMatrix<double> a = new(2, 3), b = new(4, 5), c = new(2, 5);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Gemm.Multiply(1.0, a.View, false, b.View, false, 0.0, c.View));
        Assert.Contains("2 x 3 and 4 x 5", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Multiply_OfHalves_SaysThatOnlyFloatAndDoubleAreSupported()
    {
        using NativeMatrix<Half> a = new(2, 2);
        Assert.Throws<NotSupportedException>(() => Gemm.Multiply(Half.One, a.View, false, a.View, false, Half.Zero, a.View));
    }

    private static void CheckShapes<T>(int width, bool transposeA, bool transposeB)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach ((int m, int n, int k) in s_shapes)
        {
            Check<T>(m, n, k, width, transposeA, transposeB, 1, 0, 1);
            Check<T>(m, n, k, width, transposeA, transposeB, -0.7, 1.3, 2);
        }
    }

    private static void Check<T>(int m, int n, int k, int width, bool transposeA, bool transposeB, double alpha, double beta, int threads)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using NativeMatrix<T> a = transposeA ? Reference.Random<T>(k, m, 1) : Reference.Random<T>(m, k, 1);
        using NativeMatrix<T> b = transposeB ? Reference.Random<T>(n, k, 2) : Reference.Random<T>(k, n, 2);
        using NativeMatrix<T> before = Reference.Random<T>(m, n, 3), after = Reference.Copy(before.View);
        T alphaT = T.CreateChecked(alpha), betaT = T.CreateChecked(beta);
        Gemm.Multiply(alphaT, a.View, transposeA, b.View, transposeB, betaT, after.View, threads, (VectorWidth)width);
        Reference.AssertProduct(double.CreateChecked(alphaT), a.View, transposeA, b.View, transposeB, double.CreateChecked(betaT), before.View, after.View);
    }
}
