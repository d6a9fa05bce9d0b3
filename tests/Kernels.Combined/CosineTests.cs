using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Combined;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Combined;

/// <summary>Normalised kernels.</summary>
public sealed class CosineTests
{
    private static readonly IKernel s_linear = new NetworkKernel(new Network([new Dense(), new Relu(), new Dense()]), KernelOutputs.Ntk);

    [Theory]
    [InlineData(KernelOutputs.Nngp)]
    [InlineData(KernelOutputs.Ntk)]
    public void Cosine_OfAnyPair_IsItsFormula(KernelOutputs output)
    {
        VectorExamples examples = Samples.Vectors(9);
        double[,] k = Matrices.Gram<double>(Inner.Ntk(), examples, output);
        double[,] cosine = Matrices.Gram<double>(Inner.Combine("cosine", new CosineOptions { Kernel = Inner.Ntk() }), examples, output);
        Matrices.RequireEqual((i, j) => k[i, j] / Math.Sqrt(k[i, i] * k[j, j]), cosine, 1e-15);
    }

    [Fact]
    public void Diagonal_Always_IsOneExactly()
    {
        IKernel cosine = Inner.Combine("cosine", new CosineOptions { Kernel = Inner.Ntk() });
        Assert.All(Matrices.Diagonal<float>(cosine, Samples.Vectors(20), KernelOutputs.Ntk), value => Assert.Equal(1.0, value));
        Assert.All(Matrices.Diagonal<double>(cosine, Samples.Vectors(20), KernelOutputs.Nngp), value => Assert.Equal(1.0, value));
    }

    [Fact]
    public void Cosine_OfAZeroExample_IsZero()
    {
        VectorExamples examples = new(FeatureSource.FromArray([1, 2, 0, 0, 3, -1], 2));
        double[,] cosine = Matrices.Gram<double>(Inner.Combine("cosine", new CosineOptions { Kernel = s_linear }), examples, KernelOutputs.Ntk);
        Assert.Equal((1, 0, 1), (cosine[0, 0], cosine[1, 1], cosine[2, 2]));
        Assert.Equal((0, 0), (cosine[0, 1], cosine[1, 2]));
        Assert.NotEqual(0, cosine[0, 2]);
    }

    [Theory]
    [InlineData(-498)]
    [InlineData(498)]
    public void Cosine_OfVeryLargeAndSmallExamples_IsThatOfOrdinaryOnes(int exponent)
    {
        // Powers of two change no rounding; k(x, x) k(z, z) would leave the range of float64.
        double[] values = Samples.Numbers(20);
        VectorExamples examples = new(FeatureSource.FromArray(values, 5)), scaled = new(FeatureSource.FromArray([.. values.Select(v => Math.ScaleB(v, exponent))], 5));
        IKernel cosine = Inner.Combine("cosine", new CosineOptions { Kernel = new NetworkKernel(new Network([new Dense()]), KernelOutputs.Nngp) });
        double[,] expected = Matrices.Gram<double>(cosine, examples, KernelOutputs.Nngp);
        Matrices.RequireEqual((i, j) => expected[i, j], Matrices.Gram<double>(cosine, scaled, KernelOutputs.Nngp), 1e-15);
    }

    [Fact]
    public void Cosine_OfCopies_IsAtMostOne()
    {
        VectorExamples examples = new(FeatureSource.FromArray([.. Enumerable.Repeat(Samples.Numbers(7), 12).SelectMany(row => row)], 7));
        double[,] cosine = Matrices.Cross<float>(Inner.Combine("cosine", new CosineOptions { Kernel = Inner.Ntk() }), examples, examples, KernelOutputs.Ntk);
        Assert.All(cosine.Cast<double>(), value => Assert.InRange(value, 0.999, 1));
    }
}
