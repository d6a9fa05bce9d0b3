using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Vector;

/// <summary>Classical kernels against their definitions, and what the plugin's kernels refuse.</summary>
public sealed class ClassicalKernelTests
{
    private static readonly Dictionary<string, (object Options, Func<double, double, double> Formula)> Cases = new()
    {
        ["gaussian"] = (new GaussianKernelOptions { Lengthscale = 1.7, Variance = 2 }, (_, r) => 2 * Math.Exp(-r * r / (2 * 1.7 * 1.7))),
        ["laplace"] = (new LaplaceKernelOptions { Lengthscale = 1.7, Variance = 2 }, (_, r) => 2 * Math.Exp(-r / 1.7)),
        ["matern"] = (new MaternKernelOptions { Nu = 2.5, Lengthscale = 1.7 }, (_, r) =>
            (1 + Math.Sqrt(5) * r / 1.7 + 5 * r * r / (3 * 1.7 * 1.7)) * Math.Exp(-Math.Sqrt(5) * r / 1.7)),
        ["polynomial"] = (new PolynomialKernelOptions { Degree = 3, Scale = 0.2, Offset = 1.5 }, (s, _) => Math.Pow(0.2 * s + 1.5, 3)),
        ["dot_product"] = (new DotProductKernelOptions { Variance = 0.3, Bias = 2 }, (s, _) => 0.3 * s + 2),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kernel_OfAnyPair_IsItsFormula(string name)
    {
        VectorExamples examples = Samples.Vectors(13);
        double[][] x = Samples.Rows(examples);
        double[,] actual = Evaluate<double>(Create(name), examples);
        for (int i = 0; i < 13; i++)
        {
            for (int j = 0; j < 13; j++)
            {
                double s = x[i].Zip(x[j], (a, b) => a * b).Sum(), r = Math.Sqrt(x[i].Zip(x[j], (a, b) => (a - b) * (a - b)).Sum());
                double expected = Cases[name].Formula(s, r);

                // Of an example with itself r is a rounding error of the order of 1e-8 times its norm.
                Assert.Equal(expected, actual[i, j], (i == j ? 1e-6 : 1e-13) * Math.Abs(expected));
            }
        }
    }

    [Fact]
    public void Distance_OfNearDuplicates_SurvivesFloat32()
    {
        double[] x = [100, 200, 300], y = [100, 200, 300.001];
        double[,] actual = Evaluate<float>(
            Components.Create<VectorKernelsPlugin, IKernel>("laplace", new LaplaceKernelOptions { Lengthscale = 0.001 }),
            new VectorExamples(FeatureSource.FromArray([.. x, .. y], 3)));
        Assert.Equal(Math.Exp(-1), actual[0, 1], 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_AreFlattened(string name)
    {
        ImageExamples images = Samples.Images(5);
        Assert.Equal(Evaluate<double>(Create(name), new VectorExamples(images.Features)), Evaluate<double>(Create(name), images));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SequencesAndGraphs_AreRefused(string name)
    {
        NetworkKernel network = new(new Network([new Dense()]), KernelOutputs.Ntk);
        foreach (Examples examples in new Examples[] { Samples.RaggedSequences(3), Samples.Graphs(3) })
        {
            UserErrorException error = Assert.Throws<UserErrorException>(() => Create(name).Check(examples.Shape));
            Assert.StartsWith($"The kernel '{name}' takes vectors or images (flattened), and the examples are ", error.Message, StringComparison.Ordinal);
            Assert.Contains("nk list kernel", error.Remedy, StringComparison.Ordinal);
            Assert.Throws<UserErrorException>(() => network.Check(examples.Shape));
            Assert.Throws<UserErrorException>(() => Create(name).Prepare<double>(examples, KernelOutputs.Nngp, default));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prepare_OfNaN_NamesTheExample(string name)
    {
        VectorExamples examples = new(FeatureSource.FromArray([1, 2, double.NaN, 4], 2));
        UserErrorException error = Assert.Throws<UserErrorException>(() => Create(name).Prepare<double>(examples, KernelOutputs.Nngp, default));
        Assert.StartsWith("Example 1 has a feature that is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_OfAnOverflowingKernel_NamesTheExample()
    {
        IKernel kernel = Components.Create<VectorKernelsPlugin, IKernel>("polynomial", new PolynomialKernelOptions { Degree = 30 });
        VectorExamples examples = new(FeatureSource.FromArray([1, 100], 1));
        UserErrorException error = Assert.Throws<UserErrorException>(() => kernel.Prepare<float>(examples, KernelOutputs.Nngp, default));
        Assert.StartsWith("The kernel 'polynomial' of example 1 with itself is ", error.Message, StringComparison.Ordinal);
        kernel.Prepare<double>(examples, KernelOutputs.Nngp, default).Dispose();
    }

    private static IKernel Create(string name) => Components.Create<VectorKernelsPlugin, IKernel>(name, Cases[name].Options);

    private static double[,] Evaluate<T>(IKernel kernel, Examples examples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using IPreparedExamples prepared = kernel.Prepare<T>(examples, KernelOutputs.Nngp, default);
        using NativeMatrix<T> result = new((nint)examples.Count, (nint)examples.Count);
        kernel.Evaluate(prepared, 0, prepared, 0, result.View, default);
        double[,] values = new double[examples.Count, examples.Count];
        for (int i = 0; i < examples.Count; i++)
        {
            for (int j = 0; j < examples.Count; j++)
                values[i, j] = double.CreateChecked(result[i, j]);
        }

        return values;
    }
}
