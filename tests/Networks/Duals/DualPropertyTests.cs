using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>What holds for all dual activations.</summary>
public sealed class DualPropertyTests
{
    private static readonly Gen<(double Q1, double Q2, double K)> Pairs =
        from q1 in Gen.Choose(1, 3000)
        from q2 in Gen.Choose(1, 3000)
        from r in Gen.Choose(-999, 999)
        select (q1 / 1000.0, q2 / 1000.0, r / 1000.0 * Math.Sqrt(q1 * (double)q2) / 1000);

    public static TheoryData<string> LayerNames() => Sample.LayerNames();

    // Price 1958: dE[f(u) f(v)] / dk = E[f'(u) f'(v)].
    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Derivative_OfContinuousNonlinearities_IsThatOfTheCovariance(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        if (Sample.All.Any(s => s.Layer.Equals(phi) && !s.IsContinuous))
        {
            Assert.Equal(0, DualRun.Pair(phi, 1, 2, 0.5).Dot);
            return;
        }

        Check(pair =>
        {
            double bound = Math.Sqrt(pair.Q1 * pair.Q2);
            double h = 1e-3 * (bound - Math.Abs(pair.K));
            double F(double steps) => DualRun.Pair(phi, pair.Q1, pair.Q2, pair.K + steps * h).K;
            double difference = (8 * (F(1) - F(-1)) - (F(2) - F(-2))) / (12 * h);
            double rounding = 1e-15 * (Math.Abs(F(0)) + Math.Sqrt(DualRun.Diagonal(phi, pair.Q1).K * DualRun.Diagonal(phi, pair.Q2).K)) / h;
            double scale = Math.Sqrt(DualRun.Diagonal(phi, pair.Q1).Dot * DualRun.Diagonal(phi, pair.Q2).Dot);
            Assert.Equal(DualRun.Pair(phi, pair.Q1, pair.Q2, pair.K).Dot, difference, 1e-9 * scale + 10 * rounding);
        });
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Duals_OfAnyPair_ObeyCauchyAndSchwarz(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        if (phi is Hermite)
            return;
        Check(pair =>
        {
            (double k, double dot) = DualRun.Pair(phi, pair.Q1, pair.Q2, pair.K);
            (double k1, double dot1) = DualRun.Diagonal(phi, pair.Q1);
            (double k2, double dot2) = DualRun.Diagonal(phi, pair.Q2);
            Assert.True(k * k <= k1 * k2 * (1 + 1e-13));
            Assert.True(dot * dot <= dot1 * dot2 * (1 + 1e-13));
        });
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Duals_WithSidesExchanged_AreTheSameBits(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        Check(pair => Assert.Equal(DualRun.Pair(phi, pair.Q1, pair.Q2, pair.K), DualRun.Pair(phi, pair.Q2, pair.Q1, pair.K)));
    }

    // The square root of the rounding is what an arc cosine at 1 costs.
    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Diagonal_OfAnyVariance_IsTheLimitOfEvaluate(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        foreach (double q in new[] { 1e-12, 1e-3, 0.3, 1, 2.7, 40 })
        {
            (double k, double dot) = DualRun.Pair(phi, q, q, q);
            (double expectedK, double expectedDot) = DualRun.Diagonal(phi, q);
            double jump = phi is Sign or RectifiedMonomial { Degree: 0 } ? 1e-7 : 1e-12;
            Assert.True(Math.Abs(k - expectedK) <= jump * Math.Abs(expectedK), $"K' at {q}: {k:r}, on the diagonal {expectedK:r}");
            Assert.True(Math.Abs(dot - expectedDot) <= 1e-7 * Math.Abs(expectedDot), $"Kdot at {q}: {dot:r}, on the diagonal {expectedDot:r}");
        }
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Duals_OfZeroExamples_AreFinite(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        foreach ((double q1, double q2) in new[] { (0.0, 0.0), (0.0, 1.5), (1.5, 0.0) })
        {
            (double k, double dot) = DualRun.Pair(phi, q1, q2, 0);
            Assert.True(double.IsFinite(k) && double.IsFinite(dot), $"K' {k}, Kdot {dot}");
        }

        (double diagonal, double slope) = DualRun.Diagonal(phi, 0);
        Assert.Equal(DualRun.Pair(phi, 0, 0, 0).K, diagonal, 1e-15);
        Assert.Equal(DualRun.Pair(phi, 0, 0, 0).Dot, slope, 1e-15);
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Duals_OfNaN_AreNaN(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        if (phi is Hermite { Degree: 0 })
            return;
        Assert.True(double.IsNaN(DualRun.Pair(phi, 1, 1, double.NaN).K));
    }

    [Fact]
    public void SpecialCases_OfFamilies_AreEqual()
    {
        Check(pair =>
        {
            Same(new ABRelu { A = 0, B = 1 }, new Relu(), pair, 1e-15);
            Same(new ABRelu { A = -1, B = 1 }, new Abs(), pair, 0);
            Same(new ABRelu { A = 0.2, B = 1 }, new LeakyRelu { Alpha = 0.2 }, pair, 0);
            Same(new RectifiedMonomial { Degree = 1 }, new Relu(), pair, 1e-14);
            Same(new Monomial { Degree = 3 }, new Polynomial { Coef = [0, 0, 0, 1] }, pair, 0);
            Same(new Cos { A = 1.1, B = 0.7, C = 0.2 }, new Sin { A = 1.1, B = 0.7, C = 0.2 + Math.PI / 2 }, pair, 0);
            Same(new Rbf { Gamma = 0.8 }, new Sin { A = Math.Sqrt(2), B = Math.Sqrt(1.6), C = Math.PI / 4 }, pair, 0);
            Same(new Sigmoid_like(), new Erf { A = 0.5, B = 1 / 2.4020563531719796, C = 0.5 }, pair, 0);
            Assert.Equal((pair.K, 1.0), DualRun.Pair(new Monomial { Degree = 1 }, pair.Q1, pair.Q2, pair.K));
            (double k, double dot) = DualRun.Pair(new ABRelu { A = 1.7, B = 1.7 }, pair.Q1, pair.Q2, pair.K);
            Assert.Equal(1.7 * 1.7 * pair.K, k, 1e-14);
            Assert.Equal(1.7 * 1.7, dot, 1e-14);
            Assert.Equal(
                Math.Exp(0.8 * (2 * pair.K - pair.Q1 - pair.Q2)), DualRun.Pair(new Rbf { Gamma = 0.8 }, pair.Q1, pair.Q2, pair.K).K, 1e-14);
        });
    }

    private static void Same(Nonlinearity one, Nonlinearity other, (double Q1, double Q2, double K) pair, double tolerance)
    {
        (double k, double dot) = DualRun.Pair(one, pair.Q1, pair.Q2, pair.K);
        (double otherK, double otherDot) = DualRun.Pair(other, pair.Q1, pair.Q2, pair.K);
        Assert.Equal(otherK, k, tolerance * Math.Max(1, Math.Sqrt(pair.Q1 * pair.Q2)));
        Assert.Equal(otherDot, dot, tolerance);
    }

    private static void Check(Action<(double Q1, double Q2, double K)> property) =>
        Prop.ForAll(Pairs.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
