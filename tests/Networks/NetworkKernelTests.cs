using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Which form of evaluation the network kernel takes for examples with positions, and that the forms agree.</summary>
public sealed class NetworkKernelTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Fact]
    public void Evaluate_OfSequencesWithFullLengths_IsTheSameAsWithoutLengths()
    {
        NetworkKernel kernel = new(new Network([new Conv { Filter = [3], Padding = Padding.Same }, new Relu(), new GlobalAvgPool(), new Dense()]), KernelOutputs.Ntk);
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, 3 * 12).Select(i => Math.Sin(1.7 * i))], 12);
        using IPreparedExamples without = kernel.Prepare<double>(new SequenceExamples(features, 6, 2), Both, default);
        using IPreparedExamples with = kernel.Prepare<double>(new SequenceExamples(features, 6, 2, [6, 6, 6]), Both, default);
        Assert.IsType<PreparedPlanes<double>>(without);
        Assert.IsType<PreparedPlanes<double>>(with);
        using NativeMatrix<double> nngp = new(3, 3), ntk = new(3, 3), expectedNngp = new(3, 3), expectedNtk = new(3, 3);
        kernel.Evaluate(without, 0, without, 0, nngp.View, ntk.View);
        kernel.Evaluate(with, 0, with, 0, expectedNngp.View, expectedNtk.View);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Assert.Equal(expectedNngp[i, j], nngp[i, j], 1e-14);
                Assert.Equal(expectedNtk[i, j], ntk[i, j], 1e-14);
            }
        }

        Assert.Throws<UserErrorException>(() => kernel.Evaluate(without, 0, with, 0, nngp.View, ntk.View));
    }

    [Fact]
    public void Prepare_OfANetworkOutsideTheDomainOfPlanes_TakesTheGeneralForm()
    {
        NetworkKernel kernel = new(new Network([new Conv { Padding = Padding.Circular }, new Relu(), new Flatten()]), KernelOutputs.Ntk);
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, 2 * 16).Select(i => Math.Cos(0.9 * i))], 16);
        ImageExamples images = new(features, 4, 4, 1);
        kernel.Check(images.Shape);
        Assert.True(kernel.CostPerPair(images.Shape) > 0);
        using IPreparedExamples prepared = kernel.Prepare<float>(images, Both, default);
        Assert.IsType<PreparedPositions>(prepared);
    }
}
