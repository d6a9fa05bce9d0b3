using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Networks of finite width and their empirical kernels as such.</summary>
public sealed class FiniteNetworkTests
{
    private static readonly Examples Vectors = FiniteExamples.Of("vectors");
    private static readonly Network Small = new([new Dense { BStd = 0.1 }, new Relu(), new Dropout { Keep = 0.5 }, new Dense { Width = 3 }]);

    [Fact]
    public void Apply_OfAKnownNetwork_IsItsFormula()
    {
        FiniteNetwork network = new(new Network([new Dense { WStd = 1.5, BStd = 0.2, Width = 2 }, new Relu(), new Dense { Width = 1, Parameterization = Parameterization.Standard, BStd = 1 }]), Vectors.Shape);
        Assert.Equal(4 * 2 + 2 + 2 + 1, network.ParameterCount);
        FiniteWeights weights = network.Draw(1, 0);
        double[] w = weights.Values, x = [0.6, -0.3, 1.1, 0.4];
        double expected = w[12];
        for (int c = 0; c < 2; c++)
            expected += w[10 + c] * Math.Max(0, 1.5 / 2 * Enumerable.Range(0, 4).Sum(i => x[i] * w[2 * i + c]) + 0.2 * w[8 + c]);
        Assert.Equal(expected, network.Apply(weights, Vectors)[0][0], 1e-14);
    }

    [Fact]
    public void Draw_OfTheSameSeedAndIndex_IsTheSame_AndOthersDiffer()
    {
        FiniteNetwork network = new(Small, Vectors.Shape, 8);
        Assert.Equal(network.Draw(1, 5).Values, network.Draw(1, 5).Values);
        Assert.Empty(network.Draw(1, 5).Values.Intersect(network.Draw(1, 6).Values));
        Assert.Empty(network.Draw(1, 5).Values.Intersect(network.Draw(2, 5).Values));
        Assert.Equal(network.Apply(network.Draw(1, 5), Vectors), network.Apply(network.Draw(1, 5), Vectors));
    }

    [Fact]
    public void Draw_InTheStandardParameterization_HasTheStatedDeviation()
    {
        Dense dense = new() { WStd = 1.5, BStd = 0.5, Width = 300, Parameterization = Parameterization.Standard };
        FiniteNetwork network = new(new Network([dense, dense]), Vectors.Shape);
        ReadOnlySpan<double> values = network.Draw(1, 0).Values;
        Near(1.5 / Math.Sqrt(4), values[..1200]);
        Near(0.5, values[1200..1500]);
        Near(1.5 / Math.Sqrt(300), values[1500..91500]);

        static void Near(double expected, ReadOnlySpan<double> numbers)
        {
            double square = 0;
            foreach (double value in numbers)
                square += value * value;
            Assert.InRange((square / numbers.Length / (expected * expected) - 1) * Math.Sqrt(numbers.Length / 2.0), -5, 5);
        }
    }

    [Fact]
    public void Estimate_OnAnyNumberOfThreads_IsTheSame()
    {
        FiniteNetwork network = new(Small, Vectors.Shape, 8);
        EmpiricalKernels one = EmpiricalKernels.Estimate(network, Vectors, KernelOutputs.Ntk, 100, 1, threads: 1);
        EmpiricalKernels four = EmpiricalKernels.Estimate(network, Vectors, KernelOutputs.Ntk, 100, 1, threads: 4);
        Assert.Equal(100, four.Draws);
        Assert.Equal(one.Nngp, four.Nngp);
        Assert.Equal(one.NngpError, four.NngpError);
        Assert.Equal(one.Ntk, four.Ntk);
        Assert.Equal(one.NtkError, four.NtkError);
        EmpiricalKernels alone = EmpiricalKernels.Estimate(network, Vectors, KernelOutputs.Nngp, 100, 1);
        Assert.Equal(one.Nngp, alone.Nngp);
        Assert.Throws<InvalidOperationException>(() => alone.Ntk);
    }

    // Of a linear network of one layer the NTK is the kernel of the inputs in every draw, and the NNGP is a mean over units of squares of Gaussians.
    [Fact]
    public void Estimate_OfALinearLayer_HasTheKnownMeansAndErrors()
    {
        const int Draws = 2000, Width = 10;
        FiniteNetwork network = new(new Network([new Dense()]), Vectors.Shape, Width);
        EmpiricalKernels kernels = EmpiricalKernels.Estimate(network, Vectors, KernelOutputs.Ntk, Draws, 1);
        double square = (0.36 + 0.09 + 1.21 + 0.16) / 4;
        Assert.Equal(square, kernels.Ntk[0, 0], 1e-13);
        Assert.Equal(0, kernels.NtkError[0, 0], 1e-13);
        Assert.Equal(square * Math.Sqrt(2.0 / Width / Draws), kernels.NngpError[0, 0], 0.1 * square * Math.Sqrt(2.0 / Width / Draws));
    }

    [Fact]
    public void Dropout_OfCopies_HasMasksOfTheirOwn_AndThoseOfAnExampleAreTheSameAgain()
    {
        Examples copies = Vectors.Select([0, 0]);
        FiniteNetwork network = new(Small, copies.Shape, 16);
        FiniteWeights weights = network.Draw(1, 0);
        double[][] outputs = network.Apply(weights, copies);
        Assert.NotEqual(outputs[0], outputs[1]);
        Assert.Equal(outputs, network.Apply(weights, copies));
        Assert.Equal(outputs[0], network.Apply(weights, copies.Select([0]))[0]);
    }

    [Fact]
    public void Masks_HideWhatStandsThere_FromEveryLayer()
    {
        foreach ((string name, FiniteCase sample) in FiniteCases.All.Where(c => c.Value.Kind == "ragged"))
        {
            SequenceExamples examples = (SequenceExamples)FiniteExamples.Of("ragged");
            FeatureSource changed = examples.Features.Map(examples.Features.Width, (index, source, destination) =>
            {
                source.CopyTo(destination);
                destination[(examples.Lengths![(int)index] * 2)..].Fill(7);
            });
            FiniteNetwork network = new(sample.Network, examples.Shape, 6);
            FiniteWeights weights = network.Draw(1, 0);
            Assert.True(network.Apply(weights, examples).Zip(network.Apply(weights, examples.WithFeatures(changed))).All(p => p.First.SequenceEqual(p.Second)), name);
        }
    }

    [Theory]
    [InlineData("network[1].layers[0]: ExpNormalized", false)]
    [InlineData("12 positions", true)]
    public void Network_WithoutAFiniteForm_NamesTheLayer(string expected, bool positions)
    {
        Layer[] layers = positions ? [new Conv { Padding = Padding.Same }] : [new Dense(), new Serial { Layers = [new ExpNormalized()] }];
        UserErrorException error = Assert.Throws<UserErrorException>(() => new FiniteNetwork(new Network(layers), FiniteExamples.Of(positions ? "images" : "vectors").Shape));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_WhoseBranchesCannotHaveOneWidth_IsRefused()
    {
        Residual sum = new() { Branches = [new Identity(), new Concat { Branches = [new Dense(), new Dense()] }] };
        UserErrorException error = Assert.Throws<UserErrorException>(() => new FiniteNetwork(new Network([sum]), Vectors.Shape, 6));
        Assert.Contains("widths 4 and 12", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ToWhatItIsNotFor_Throws()
    {
        FiniteNetwork network = new(Small, Vectors.Shape, 8), other = new(Small, Vectors.Shape, 9);
        Assert.Throws<ArgumentException>(() => network.Apply(other.Draw(1, 0), Vectors));
        Assert.Throws<ArgumentException>(() => network.Apply(network.Draw(1, 0), FiniteExamples.Of("images")));
        Assert.Throws<ArgumentException>(() => network.Apply(network.Draw(1, 0), Vectors, 0, new double[2], new double[network.ParameterCount]));
        UserErrorException error = Assert.Throws<UserErrorException>(
            () => network.Apply(network.Draw(1, 0), new VectorExamples(FeatureSource.FromArray([1, 2, double.NaN, 4], 4))));
        Assert.Contains("example 0 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_WhenCancelled_Stops() => Assert.ThrowsAny<OperationCanceledException>(
        () => EmpiricalKernels.Estimate(new FiniteNetwork(Small, Vectors.Shape, 8), Vectors, KernelOutputs.Ntk, 10, 1, cancellation: new CancellationToken(canceled: true)));
}
