using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Functions by quadrature and expansion, against closed forms and against two-dimensional quadrature.</summary>
public sealed class NumericalDualTests(ITestOutputHelper output)
{
    private static readonly double[] s_variances = [0, 1e-300, 1e-12, 1e-4, 0.02, 0.7, 1.3, 4, 12];
    private static readonly double[] s_correlations = [-1, -1 + 1e-9, -0.9999, -0.97, -0.5, 0, 1e-5, 0.3, 0.9, 0.99, 0.999, 0.99999, 1 - 1e-9, 1];

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
}
