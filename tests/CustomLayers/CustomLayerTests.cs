using Example.CustomLayers;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.CustomLayers;

/// <summary>The layers of the example against other ways to the same numbers.</summary>
public sealed class CustomLayerTests
{
    private const int Count = 4;

    [Fact]
    public void Quadratic_IsThePolynomialOfTheSameCoefficients() => Near(
        Kernels([new Dense { WStd = 1.2 }, new Polynomial { Coef = [0, 1, 0.3] }, new Dense()]),
        Kernels([new Dense { WStd = 1.2 }, new Quadratic { Curvature = 0.3 }, new Dense()]));

    // Below a frozen layer nothing trains: what trains is the last layer, whose NTK is its NNGP.
    [Fact]
    public void FrozenDense_AtTheStart_LeavesTheKernelOfTheLastLayer()
    {
        (double[] nngp, _) = Kernels([new Dense { WStd = 1.3, BStd = 0.2 }, new Relu(), new Dense()]);
        Near((nngp, nngp), Kernels([new FrozenDense { WStd = 1.3, BStd = 0.2 }, new Relu(), new Dense()]));
    }

    [Fact]
    public void FrozenDense_InTheMiddle_TakesAwayItsOwnTermAlone()
    {
        Layer[] With(Layer middle) => [new Dense { WStd = 1.1 }, new Erf(), middle, new Erf(), new Dense { WStd = 0.9 }];
        (double[] nngp, double[] trained) = Kernels(With(new Dense { WStd = 1.3, BStd = 0.2 }));
        (double[] frozenNngp, double[] frozen) = Kernels(With(new FrozenDense { WStd = 1.3, BStd = 0.2 }));

        // Here the middle layer trains and none below it: it adds its own term to that of the last layer, which is the NNGP.
        (_, double[] own) = Kernels([new FrozenDense { WStd = 1.1 }, new Erf(), new Dense { WStd = 1.3, BStd = 0.2 }, new Erf(), new Dense { WStd = 0.9 }]);
        Near((nngp, trained), (frozenNngp, [.. frozen.Select((t, i) => t + own[i] - nngp[i])]));
    }

    // The trapezoidal rule converges geometrically on smooth functions with normal weights.
    [Fact]
    public void Mish_OnVectors_HasTheExpectationsOfItsFunction()
    {
        Func<double, double> phi = x => x * Math.Tanh(Math.Log(1 + Math.Exp(x)));
        (double[] inputs, _) = Kernels([new Dense { WStd = 1.4 }]);
        (double[] nngp, _) = Kernels([new Dense { WStd = 1.4 }, new Mish()]);
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Count; j++)
            {
                double q1 = inputs[i * Count + i], q2 = inputs[j * Count + j], u = inputs[i * Count + j] / Math.Sqrt(q1 * q2);
                Assert.Equal(Expect(q1, q2, Math.Min(u, 1)), nngp[i * Count + j], 1e-10);
            }
        }

        double Expect(double q1, double q2, double u)
        {
            const double H = 0.08;
            double s = Math.Sqrt(1 - u * u), sum = 0;
            for (int a = -110; a <= 110; a++)
            {
                for (int b = -110; b <= 110; b++)
                {
                    (double x, double y) = (H * a, H * b);
                    sum += Math.Exp(-0.5 * (x * x + y * y)) * phi(Math.Sqrt(q1) * x) * phi(Math.Sqrt(q2) * (u * x + s * y));
                }
            }

            return sum * H * H / (2 * Math.PI);
        }
    }

    // NNGP and NTK of four vectors, row by row.
    private static (double[] Nngp, double[] Ntk) Kernels(Layer[] layers)
    {
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, Count * 5).Select(i => Math.Sin(1.7 * i + 0.3))], 5);
        VectorNetwork network = new(new Network(layers), 5);
        using PreparedVectors<double> prepared = network.Prepare<double>(features, KernelOutputs.Nngp | KernelOutputs.Ntk, default);
        using NativeMatrix<double> k = new(Count, Count), t = new(Count, Count);
        network.Evaluate(prepared, 0, prepared, 0, k.View, t.View);
        return (Rows(k.View), Rows(t.View));
    }

    private static double[] Rows(MatrixView<double> view) => [.. Enumerable.Range(0, Count * Count).Select(i => view[i / Count, i % Count])];

    private static void Near((double[] Nngp, double[] Ntk) expected, (double[] Nngp, double[] Ntk) actual)
    {
        Assert.All(expected.Nngp.Zip(actual.Nngp), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        Assert.All(expected.Ntk.Zip(actual.Ntk), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
    }
}
