using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Every dual on every vector type against one double.</summary>
public sealed class DualVectorTests
{
    public static TheoryData<string> LayerNames() => Sample.LayerNames();

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Dual_OnVectors_MatchesScalars(string name)
    {
        Nonlinearity phi = Sample.LayerOf(name);
        foreach (double q1 in new[] { 0, 1e-3, 0.7, 2.5 })
        {
            foreach (double r in new[] { -1, -0.99, -0.5, 0, 1e-4, 0.3, 0.95, 0.9999, 1 })
            {
                const double Q2 = 1.25;
                double k = (float)(r * Math.Sqrt(q1 * Q2));
                Compare(phi, q1, Q2, k, Math.Pow(2, -53), DualRun.Lanes<Double4x, double>(phi, q1, Q2, k, v => Double4x.Broadcast(v), v => v.Value[3]));
                Compare(phi, q1, Q2, k, Math.Pow(2, -53), DualRun.Lanes<Double8x, double>(phi, q1, Q2, k, v => Double8x.Broadcast(v), v => v.Value[7]));
                Compare(phi, q1, Q2, k, Math.Pow(2, -24), DualRun.Lanes<Float8x, float>(phi, q1, Q2, k, v => Float8x.Broadcast((float)v), v => v.Value[7]));
                Compare(phi, q1, Q2, k, Math.Pow(2, -24), DualRun.Lanes<Float16x, float>(phi, q1, Q2, k, v => Float16x.Broadcast((float)v), v => v.Value[15]));
            }
        }
    }

    private static void Compare(Nonlinearity phi, double q1, double q2, double k, double unit, (double K, double Dot) actual)
    {
        DualError error = ErrorBound.OfDual(phi, q1, q2, k, 0, unit) + ErrorBound.OfDual(phi, q1, q2, k, 0, Math.Pow(2, -53));
        (double expectedK, double expectedDot) = DualRun.Pair(phi, q1, q2, k);
        Assert.True(Math.Abs(actual.K - expectedK) <= error.K, $"K' of {(q1, q2, k)}: {actual.K:r} instead of {expectedK:r}, allowed {error.K:g3}");
        Assert.True(Math.Abs(actual.Dot - expectedDot) <= error.Dot, $"Kdot of {(q1, q2, k)}: {actual.Dot:r} instead of {expectedDot:r}, allowed {error.Dot:g3}");
    }
}
