using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Networks;

/// <summary>The vector types against scalars, operation by operation.</summary>
public sealed class VectorTypeTests
{
    private static readonly double[] Numbers = [-87, -20, -3.3, -1, -0.5, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.4, 1, 2.5, 7, 30, 80];

    [Fact]
    public void Float8x_MatchesScalars() => Check<Float8x, float>(v => Float8x.Broadcast((float)v), v => v.Value[5], v => (float)v, 3e-7);

    [Fact]
    public void Float16x_MatchesScalars() => Check<Float16x, float>(v => Float16x.Broadcast((float)v), v => v.Value[11], v => (float)v, 3e-7);

    [Fact]
    public void Double4x_MatchesScalars() => Check<Double4x, double>(v => Double4x.Broadcast(v), v => v.Value[1], v => v, 5e-16);

    [Fact]
    public void Double8x_MatchesScalars() => Check<Double8x, double>(v => Double8x.Broadcast(v), v => v.Value[6], v => v, 5e-16);

    [Fact]
    public unsafe void LoadAndStore_OfAllTypes_KeepEveryLane()
    {
        float* singles = stackalloc float[16];
        double* doubles = stackalloc double[8];
        for (int i = 0; i < 16; i++)
            singles[i] = i + 0.5f;
        for (int i = 0; i < 8; i++)
            doubles[i] = -i - 0.25;
        float* singlesBack = stackalloc float[16];
        double* doublesBack = stackalloc double[8];
        Float16x.Store(Float16x.Load(singles), singlesBack);
        Double8x.Store(Double8x.Load(doubles), doublesBack);
        Assert.Equal(new Span<float>(singles, 16).ToArray(), new Span<float>(singlesBack, 16).ToArray());
        Assert.Equal(new Span<double>(doubles, 8).ToArray(), new Span<double>(doublesBack, 8).ToArray());
        Float8x.Store(Float8x.Load(singles + 8), singlesBack);
        Double4x.Store(Double4x.Load(doubles + 4), doublesBack);
        Assert.Equal(new Span<float>(singles + 8, 8).ToArray(), new Span<float>(singlesBack, 8).ToArray());
        Assert.Equal(new Span<double>(doubles + 4, 4).ToArray(), new Span<double>(doublesBack, 4).ToArray());
    }

    private static void Check<TReal, TScalar>(Func<double, TReal> broadcast, Func<TReal, double> read, Func<double, double> round, double relative)
        where TReal : struct, IRealVector<TReal, TScalar>
        where TScalar : unmanaged
    {
        void Near(double expected, TReal actual, double scale = 0) => Assert.True(
            Math.Abs(read(actual) - expected) <= relative * Math.Max(Math.Abs(expected), scale), $"{read(actual):r} instead of {expected:r}");
        foreach (double number in Numbers)
        {
            double x = round(number);
            TReal v = broadcast(x);
            Near(Math.Exp(x), TReal.Exp(v));
            Near(Math.Sin(x), TReal.Sin(v), 1);
            Near(Math.Cos(x), TReal.Cos(v), 1);
            Near(Math.Abs(x), TReal.Abs(v));
            Near(Math.Sqrt(Math.Abs(x)), TReal.Sqrt(TReal.Abs(v)));
            Near(-x, -v);
            foreach (double other in Numbers)
            {
                double y = round(other);
                TReal w = broadcast(y);
                Near(x + y, v + w);
                Near(x - y, v - w);
                Near(x * y, v * w);
                if (y != 0)
                    Near(x / y, v / w);
                Near(x * y + 1, TReal.MultiplyAdd(v, w, TReal.Constant(1)), Math.Abs(x * y));
                Assert.Equal(Math.Max(x, y), read(TReal.Max(v, w)));
                Assert.Equal(Math.Min(x, y), read(TReal.Min(v, w)));
                Assert.Equal(x < y ? 1 : 2, read(TReal.IfLess(v, w, TReal.Constant(1), TReal.Constant(2))));
            }

            TReal nan = broadcast(double.NaN);
            Assert.True(double.IsNaN(read(TReal.Max(nan, v))));
            Assert.True(double.IsNaN(read(TReal.Min(nan, v))));
            Assert.Equal(2, read(TReal.IfLess(nan, v, TReal.Constant(1), TReal.Constant(2))));
        }
    }
}
