using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Functions by quadrature and expansion, against closed forms and against two-dimensional quadrature.</summary>
public sealed class NumericalDualTests(ITestOutputHelper output)
{
    private static readonly double[] s_variances = [0, 1e-300, 1e-12, 1e-4, 0.02, 0.7, 1.3, 4, 12];
    private static readonly double[] s_correlations = [-1, -1 + 1e-9, -0.9999, -0.97, -0.5, 0, 1e-5, 0.3, 0.9, 0.99, 0.999, 0.99999, 1 - 1e-9, 1];

    // Of the standard normal distribution, in steps of 0.004 from -7 to 7.
    private static readonly double[] s_density = [.. Enumerable.Range(-1750, 3501).Select(i => Math.Exp(-0.5 * Math.Pow(0.004 * i, 2)) / Math.Sqrt(2 * Math.PI))];

    private static readonly (NumericalNonlinearity Layer, Func<double, double> Phi, Func<double, double> Slope)[] s_builtIn =
    [
        (new Tanh(), Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        (new Sigmoid(), x => 0.5 + 0.5 * Math.Tanh(0.5 * x), x => 0.25 - 0.25 * Math.Tanh(0.5 * x) * Math.Tanh(0.5 * x)),
        (new Softplus(), x => Math.Log(1 + Math.Exp(x)), x => 1 / (1 + Math.Exp(-x))),
        (new Silu(), x => x / (1 + Math.Exp(-x)), x => (1 + Math.Exp(-x) + x * Math.Exp(-x)) / Math.Pow(1 + Math.Exp(-x), 2)),
        (new Elu(), x => x > 0 ? x : Math.Exp(x) - 1, x => x > 0 ? 1 : Math.Exp(x)),
        (new Elu { Alpha = 0.4 }, x => x > 0 ? x : 0.4 * (Math.Exp(x) - 1), x => x > 0 ? 1 : 0.4 * Math.Exp(x)),
        (new Elu { Alpha = 2.5 }, x => x > 0 ? x : 2.5 * (Math.Exp(x) - 1), x => x > 0 ? 1 : 2.5 * Math.Exp(x)),
    ];

    public static TheoryData<string> ClosedForms => [.. Sample.All.Where(s => s.IsContinuous && s.Layer is not (Monomial { Degree: 0 })).Select(s => s.Layer.CanonicalText)];

    public static TheoryData<string> BuiltIn => [.. s_builtIn.Select(b => b.Layer.CanonicalText)];

    [Theory]
    [MemberData(nameof(ClosedForms))]
    public void Dual_OfAFunctionThatHasAClosedForm_IsTheClosedForm(string name)
    {
        Nonlinearity closed = Sample.LayerOf(name);
        Declared declared = new() { Name = name, Remainder = 1 };
        double worst = 0, worstDot = 0;
        foreach (double q1 in s_variances)
        {
            (double k1, double dot1) = DualRun.Diagonal(closed, q1);
            (double k, double dot) = DualRun.Diagonal(declared, q1);
            Assert.Equal(k1, k, 2e-14 * k1 + 1e-300);
            Assert.Equal(dot1, dot, 2e-14 * dot1);
            foreach (double q2 in s_variances)
            {
                foreach (double u in s_correlations)
                    Compare(q1, q2, u);
            }
        }

        output.WriteLine($"beyond rounding: K' {worst:g3} of sqrt(K'11 K'22), Kdot {worstDot:g3}");

        void Compare(double q1, double q2, double u)
        {
            double k = u * Math.Sqrt(q1) * Math.Sqrt(q2);
            (double expectedK, double expectedDot) = DualRun.Pair(closed, q1, q2, k);
            (double actualK, double actualDot) = DualRun.Pair(declared, q1, q2, k);
            DualError rounding = ErrorBound.OfDual(closed, q1, q2, k, 0, Math.Pow(2, -52)) + ErrorBound.OfDual(declared, q1, q2, k, 0, Math.Pow(2, -53));
            DualError series = SeriesBound.Of(declared, q1, q2, u);
            double error = Math.Abs(actualK - expectedK), errorDot = Math.Abs(actualDot - expectedDot);
            Assert.True(error <= series.K + rounding.K, $"K' at {(q1, q2, u)}: {actualK:r} for {expectedK:r}, error {error:g3}, allowed {series.K:g3} + {rounding.K:g3}");
            Assert.True(errorDot <= series.Dot + rounding.Dot, $"Kdot at {(q1, q2, u)}: {actualDot:r} for {expectedDot:r}, error {errorDot:g3}, allowed {series.Dot:g3} + {rounding.Dot:g3}");
            worst = Math.Max(worst, (error - rounding.K) / Math.Sqrt(DualRun.Diagonal(closed, q1).K * DualRun.Diagonal(closed, q2).K));
            worstDot = Math.Max(worstDot, (errorDot - rounding.Dot) / Math.Sqrt(DualRun.Diagonal(closed, q1).Dot * DualRun.Diagonal(closed, q2).Dot));
        }
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Dual_OfAnyPair_IsTheExpectation(string name)
    {
        var (layer, phi, slope) = s_builtIn.Single(b => b.Layer.CanonicalText == name);
        foreach ((double q1, double q2) in new[] { (1.3, 0.7), (0.6, 1.9), (1, 1), (0.02, 1.5), (4, 4), (9, 3), (1e-6, 1) })
        {
            double worst = 0, worstDot = 0;
            foreach (double u in new[] { -0.9999, -0.8, 0, 0.4, 0.9, 0.99, 0.9999, 1 - 1e-8 })
            {
                (double k, double dot) = DualRun.Pair(layer, q1, q2, u * Math.Sqrt(q1 * q2));
                (double expectedK, double scaleK) = DualQuadratureTests.Expect(phi, q1, q2, u);
                (double expectedDot, double scaleDot) = DualQuadratureTests.Expect(slope, q1, q2, u);
                DualError series = SeriesBound.Of(layer, q1, q2, u);
                double error = Math.Abs(k - expectedK), errorDot = Math.Abs(dot - expectedDot);
                Assert.True(error <= 1e-10 * scaleK + series.K, $"K' at {(q1, q2, u)}: {k:r} for {expectedK:r}, error {error:g3}, allowed {series.K:g3}");
                Assert.True(errorDot <= 1e-10 * scaleDot + series.Dot, $"Kdot at {(q1, q2, u)}: {dot:r} for {expectedDot:r}, error {errorDot:g3}, allowed {series.Dot:g3}");
                worst = Math.Max(worst, error / Math.Sqrt(DualRun.Diagonal(layer, q1).K * DualRun.Diagonal(layer, q2).K));
                worstDot = Math.Max(worstDot, errorDot / Math.Sqrt(DualRun.Diagonal(layer, q1).Dot * DualRun.Diagonal(layer, q2).Dot));
            }

            output.WriteLine($"{(q1, q2)}: K' {worst:g3}, Kdot {worstDot:g3}");
        }
    }

    // The trapezoidal rule converges geometrically on these functions: another quadrature than that of the expansion.
    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void VarianceMap_OfAnyVariance_IsTheExpectation(string name)
    {
        var (builtIn, phi, slope) = s_builtIn.Single(b => b.Layer.CanonicalText == name);
        NumericalNonlinearity layer = builtIn with { Remainder = 1 };
        foreach (double q in new[] { 1e-8, 0.3, 2, 25, 400 })
        {
            (double k, double dot) = DualRun.Diagonal(layer, q);
            Assert.Equal(1, k / MeanSquare(phi, q), 1e-9);
            Assert.Equal(1, dot / MeanSquare(slope, q), 1e-9);
        }

        // Nodes lie beside 0, where Elu has its kink.
        static double MeanSquare(Func<double, double> f, double q)
        {
            const double Step = 1e-5;
            double sum = 0;
            for (int i = 0; i < 1_000_000; i++)
            {
                double x = Step * (i + 0.5), weight = Math.Exp(-0.5 * x * x);
                double plus = f(Math.Sqrt(q) * x), minus = f(-Math.Sqrt(q) * x);
                sum += weight * (plus * plus + minus * minus);
            }

            return sum * Step / Math.Sqrt(2 * Math.PI);
        }
    }

    // More of tanh is left out at a large variance; the error is a small part of it.
    [Fact]
    public void Dual_OfTanhAtALargeVariance_ErrsByASmallPartOfTheRemainder()
    {
        Tanh tanh = new() { Remainder = 1 };
        Tanh many = tanh with { Terms = 128 };
        foreach (double q in new[] { 10.0, 30, 100 })
        {
            DualError left = SeriesBound.Of(tanh, q, q, 1);
            double scale = DualRun.Diagonal(tanh, q).K, scaleDot = DualRun.Diagonal(tanh, q).Dot;
            double worst = 0, worstDot = 0;
            foreach (double u in new[] { 0.5, 0.9, 0.97, 0.99, 0.997, 0.999, 1 })
            {
                (double k, double dot) = DualRun.Pair(tanh, q, q, u * q);
                (double expectedK, _) = DualQuadratureTests.Expect(Math.Tanh, q, q, Math.Min(u, 1 - 1e-15));
                (double expectedDot, _) = DualQuadratureTests.Expect(tanh.Derivative, q, q, Math.Min(u, 1 - 1e-15));
                worst = Math.Max(worst, Math.Abs(k - expectedK));
                worstDot = Math.Max(worstDot, Math.Abs(dot - expectedDot));
                Assert.True(Math.Abs(DualRun.Pair(many, q, q, u * q).K - expectedK) <= Math.Abs(k - expectedK) + 1e-10);
            }

            output.WriteLine($"q = {q}: left out {left.K / 2 / scale:p3} and {left.Dot / 2 / scaleDot:p3}, error {worst / scale:g3} and {worstDot / scaleDot:g3}");
            Assert.True(worst < 0.1 * left.K / 2 && worstDot < 0.3 * left.Dot / 2);
        }
    }

    [Fact]
    public void Dual_OfKinksAwayFromZero_StaysWithinItsBound()
    {
        // Hard tanh: kinks at -1 and 1.
        Given hard = new("HardTanh", x => Math.Clamp(x, -1, 1), x => Math.Abs(x) < 1 ? 1 : 0, -1, 1) { Remainder = 1 };
        foreach ((double q1, double q2, double u) in new[] { (0.05, 0.05, 0.9), (0.5, 0.5, 0.99), (1, 2, 0.99), (1, 2, -0.9), (4, 4, 0.97) })
        {
            double error = Math.Abs(DualRun.Pair(hard, q1, q2, u * Math.Sqrt(q1 * q2)).K - Expect(q1, q2, u));
            double bound = SeriesBound.Of(hard, q1, q2, u).K;
            output.WriteLine($"{(q1, q2, u)}: error {error:g3}, bound {bound:g3}");
            Assert.True(error <= bound + 2e-6, $"{(q1, q2, u)}: error {error:g3}, bound {bound:g3}");
        }

        // The rule of equal steps h sees kinks with an error of h^2 times the density there.
        double Expect(double q1, double q2, double u)
        {
            const double H = 0.004;
            double s = Math.Sqrt(1 - u * u), sum = 0;
            for (int i = -1750; i <= 1750; i++)
            {
                double x = H * i, inner = 0;
                for (int j = -1750; j <= 1750; j++)
                    inner += s_density[j + 1750] * hard.Phi(Math.Sqrt(q2) * (u * x + s * H * j));
                sum += s_density[i + 1750] * hard.Phi(Math.Sqrt(q1) * x) * inner;
            }

            return sum * H * H;
        }
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Dual_OfZeroExamples_IsThatOfTheConstant(string name)
    {
        NumericalNonlinearity layer = s_builtIn.Single(b => b.Layer.CanonicalText == name).Layer;
        (double k, double dot) = DualRun.Pair(layer, 0, 0, 0);
        Assert.Equal(DualRun.Diagonal(layer, 0).K, k);
        Assert.Equal(DualRun.Diagonal(layer, 0).Dot, dot, 1e-15);
        Assert.Equal(layer.Phi(0) * layer.Phi(0), k);
        Assert.True(dot > 0);
        (double beside, double besideDot) = DualRun.Pair(layer, 1e-30, 0, 0);
        Assert.Equal(k, beside, 1e-14);
        Assert.Equal(dot, besideDot, 1e-14);
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Dual_OfNaN_IsNaN(string name)
    {
        NumericalNonlinearity layer = s_builtIn.Single(b => b.Layer.CanonicalText == name).Layer;
        (double k, double dot) = DualRun.Pair(layer, 1, 1, double.NaN);
        Assert.True(double.IsNaN(k) && double.IsNaN(dot));
        Assert.True(double.IsNaN(DualRun.Diagonal(layer, double.NaN).K));
    }

    [Fact]
    public void Expansion_ThatLeavesOutTooMuch_NamesTheVarianceAndTheRemedy()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => DualRun.Diagonal(new Tanh { Terms = 8 }, 50));
        Assert.Contains("Tanh: an expansion with 8 terms leaves out", error.Message, StringComparison.Ordinal);
        Assert.Contains("variance 50", error.Message, StringComparison.Ordinal);
        Assert.Contains("terms: 16", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_OfAFunctionThatIsNotANumber_SaysWhere()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => DualRun.Diagonal(new Given("Root", x => Math.Sqrt(x), x => 0.5 / Math.Sqrt(x)), 1));
        Assert.StartsWith("Given: phi is NaN at -", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_OfAFunctionThatGrowsTooFast_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => DualRun.Diagonal(new Given("Bell", x => Math.Exp(x * x / 8), x => x / 4 * Math.Exp(x * x / 8)), 2));
        Assert.Contains("grows too fast", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_OfAKinkThatIsNotNamed_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => DualRun.Diagonal(new Given("Unnamed", x => Math.Clamp(x, -1, 1), x => Math.Abs(x) < 1 ? 1 : 0), 1.3));
        Assert.Contains("has kinks that are not named", error.Message, StringComparison.Ordinal);
        Assert.Contains("Name its kinks", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansion_OfAFunctionThatChangesTooQuickly_IsRefused()
    {
        Declared sine = new() { Name = new Sin().CanonicalText, Remainder = 1 };
        Assert.Contains("changes too quickly", Assert.Throws<UserErrorException>(() => DualRun.Diagonal(sine, 1e4)).Message, StringComparison.Ordinal);
        Assert.Equal(DualRun.Diagonal(new Sin(), 100).K, DualRun.Diagonal(sine, 100).K, 1e-13);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1e4)]
    [InlineData(1e6)]
    public void VarianceMap_OfALargeVariance_IsTheClosedForm(double q)
    {
        foreach (Nonlinearity closed in new Nonlinearity[] { new Erf(), new Gelu(), new Relu(), new Gaussian(), new LeakyRelu { Alpha = 0.1 } })
        {
            (double k, double dot) = DualRun.Diagonal(new Declared { Name = closed.CanonicalText, Remainder = 1 }, q);
            Assert.Equal(1, k / DualRun.Diagonal(closed, q).K, 1e-12);
            Assert.Equal(1, dot / DualRun.Diagonal(closed, q).Dot, 1e-12);
        }
    }

    [Fact]
    public void Expansion_OfAJump_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => DualRun.Expansion(new Given("Step", x => x < 0.5 ? 0 : 1, _ => 0, 0.5)));
        Assert.Contains("phi jumps from 0 to 1 at 0.5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Derivative_IsThatOfTheFunction(string name)
    {
        NumericalNonlinearity layer = s_builtIn.Single(b => b.Layer.CanonicalText == name).Layer;
        const double H = 1e-3;
        for (double x = -30.05; x < 30; x += 0.1)
        {
            double difference = (8 * (layer.Phi(x + H) - layer.Phi(x - H)) - (layer.Phi(x + 2 * H) - layer.Phi(x - 2 * H))) / (12 * H);
            Assert.Equal(difference, layer.Derivative(x), 1e-11 * Math.Max(1, Math.Abs(layer.Phi(x))));
        }
    }
}
