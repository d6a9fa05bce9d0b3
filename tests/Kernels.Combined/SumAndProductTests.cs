using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Combined;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Combined;

/// <summary>Sums and products against their formulas.</summary>
public sealed class SumAndProductTests
{
    // Each of a few terms has a few roundings of its own.
    private const double Rounding = 1e-14;

    private static readonly VectorExamples s_rows = Samples.Vectors(7), s_columns = Samples.Vectors(5, seed: 2);

    private static readonly Gen<Func<IKernel>> s_kernels = Gen.Elements<Func<IKernel>>(
        Inner.Ntk, Inner.Nngp, Inner.Gaussian, () => Inner.Combine("cosine", new CosineOptions { Kernel = Inner.Ntk() }));

    private static readonly Arbitrary<(IKernel Kernel, double Weight)[]> s_terms =
        (from kernel in s_kernels from weight in Gen.Choose(1, 400) select (kernel(), weight / 100.0)).NonEmptyListOf()
        .Select(terms => terms.Take(4).ToArray()).ToArbitrary();

    [Fact]
    public void Sum_OfAnyKernels_AddsTheirEntries() => Prop.ForAll(s_terms, terms =>
    {
        IKernel sum = Inner.Combine("sum", new SumOptions { Kernels = [.. terms.Select(t => t.Kernel)], Weights = [.. terms.Select(t => t.Weight)] });
        Check(sum, terms, output =>
        {
            double[][,] entries = [.. terms.Select(t => Entries(t.Kernel, output))];
            return (i, j) => terms.Select((t, n) => t.Weight * entries[n][i, j]).Sum();
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Product_OfAnyKernels_FollowsTheProductRule() => Prop.ForAll(s_terms, terms =>
    {
        IKernel product = Inner.Combine("product", new ProductOptions { Kernels = [.. terms.Select(t => t.Kernel)] });
        Check(product, terms, output =>
        {
            double[][,] k = [.. terms.Select(t => Entries(t.Kernel, KernelOutputs.Nngp))], theta = [.. terms.Select(t => Entries(t.Kernel, KernelOutputs.Ntk))];
            int[] all = [.. Enumerable.Range(0, terms.Length)];
            return output == KernelOutputs.Nngp
                ? (i, j) => all.Aggregate(1.0, (p, n) => p * k[n][i, j])
                : (i, j) => all.Sum(own => all.Where(n => n != own).Aggregate(theta[own][i, j], (p, n) => p * k[n][i, j]));
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Product_OfNetworks_IsTheProductLayer()
    {
        Layer[] one = [new Dense { WStd = 1.3, BStd = 0.2 }, new Relu(), new Dense()], other = [new Dense { WStd = 0.8 }, new Erf(), new Dense { BStd = 0.5 }];
        IKernel layer = new NetworkKernel(new Network([new Product { Branches = [new Serial { Layers = one }, new Serial { Layers = other }] }]), KernelOutputs.Ntk);
        IKernel product = Inner.Combine("product", new ProductOptions
        {
            Kernels = [new NetworkKernel(new Network(one), KernelOutputs.Ntk), new NetworkKernel(new Network(other), KernelOutputs.Ntk)],
        });
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk })
        {
            double[,] expected = Matrices.Cross<double>(layer, s_rows, s_columns, output);
            Matrices.RequireEqual((i, j) => expected[i, j], Matrices.Cross<double>(product, s_rows, s_columns, output), 1e-13 * Matrices.Largest(expected));
        }
    }

    [Fact]
    public void Evaluate_OfBothOutputs_GivesThoseOfEach()
    {
        IKernel product = Inner.Combine("product", new ProductOptions { Kernels = [Inner.Ntk(), Inner.Gaussian()] });
        KernelOutputs both = KernelOutputs.Nngp | KernelOutputs.Ntk;
        using IPreparedExamples x = product.Prepare<double>(s_rows, both, default);
        using Gram.KernelMatrices<double> matrices = Gram.GramEngine.Gram<double>(product, x, both, new Gram.GramOptions(), default);
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk })
        {
            double[,] expected = Matrices.Gram<double>(product, s_rows, output);
            Matrices.RequireEqual((i, j) => matrices[output].Entries[i, j], expected, 0);
        }
    }

    [Fact]
    public void Output_OfKernelsWithoutNtk_IsTheNngp()
    {
        IKernel sum = Inner.Combine("sum", new SumOptions { Kernels = [Inner.Gaussian(), Inner.Nngp()] });
        Assert.Equal((KernelOutputs.Nngp, KernelOutputs.Nngp), (sum.Output, sum.Provides));
    }

    [Fact]
    public void CanonicalText_OfOtherWeightsOrOutputs_Differs()
    {
        IKernel[] sums =
        [
            Inner.Combine("sum", new SumOptions { Kernels = [Inner.Ntk(), Inner.Gaussian()] }),
            Inner.Combine("sum", new SumOptions { Kernels = [Inner.Ntk(), Inner.Gaussian()], Weights = [1, 2] }),
            Inner.Combine("sum", new SumOptions { Kernels = [WithNngp(Inner.Ntk()), Inner.Gaussian()] }),
            Inner.Combine("product", new ProductOptions { Kernels = [Inner.Ntk(), Inner.Gaussian()] }),
        ];
        Assert.Equal(sums.Length, sums.Select(sum => sum.CanonicalText).Distinct().Count());

        static NetworkKernel WithNngp(IKernel ntk)
        {
            NetworkKernel nngp = new FcOptions { Depth = 2, BStd = 0.1, Get = NetworkOutput.Nngp }.ToKernel();
            Assert.Equal(ntk.CanonicalText, nngp.CanonicalText);
            return nngp;
        }
    }

    [Fact]
    public void Sum_WithAnotherNumberOfWeights_IsRefused()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => Inner.Combine("sum", new SumOptions { Kernels = [Inner.Ntk()], Weights = [1, 2] }));
        Assert.Equal("sum has 1 kernels and 2 weights.", error.Message);
    }

    [Fact]
    public void Check_OfExamplesThatOneKernelRefuses_Fails()
    {
        IKernel sum = Inner.Combine("sum", new SumOptions { Kernels = [Inner.Ntk(), Inner.Gaussian()] });
        Assert.Throws<UserErrorException>(() => sum.Check(Samples.RaggedSequences(2).Shape));
    }

    [Fact]
    public void Prepare_OfAProductThatOverflows_NamesTheExample()
    {
        IKernel large = Components.Create<VectorKernelsPlugin, IKernel>("dot_product", new DotProductKernelOptions { Variance = 1e12 });
        IKernel product = Inner.Combine("product", new ProductOptions { Kernels = [large, large, large] });
        VectorExamples examples = new(FeatureSource.FromArray([0, 30], 1));
        UserErrorException error = Assert.Throws<UserErrorException>(() => product.Prepare<float>(examples, KernelOutputs.Nngp, default));
        Assert.StartsWith("The kernel 'product' of example 1 with itself is ", error.Message, StringComparison.Ordinal);
        product.Prepare<double>(examples, KernelOutputs.Nngp, default).Dispose();
    }

    private static void Check(IKernel combined, (IKernel Kernel, double Weight)[] terms, Func<KernelOutputs, Func<int, int, double>> formula)
    {
        bool hasNtk = terms.Any(t => t.Kernel.Output == KernelOutputs.Ntk);
        Assert.Equal(hasNtk ? KernelOutputs.Ntk : KernelOutputs.Nngp, combined.Output);
        Assert.Equal(hasNtk, combined.Provides.HasFlag(KernelOutputs.Ntk));
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk }.Where(o => combined.Provides.HasFlag(o)))
        {
            double[,] entries = Matrices.Cross<double>(combined, s_rows, s_columns, output);
            Matrices.RequireEqual(formula(output), entries, Rounding * terms.Length * Matrices.Largest(entries));
        }
    }

    // A kernel whose output is the NNGP counts as a linear model: its NTK is its NNGP.
    private static double[,] Entries(IKernel kernel, KernelOutputs output) =>
        Matrices.Cross<double>(kernel, s_rows, s_columns, kernel.Output == KernelOutputs.Nngp ? KernelOutputs.Nngp : output);
}
