using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Sequence;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Kernels.Sequence;

/// <summary>The contract of kernels, kept by convolutions along sequences of different lengths.</summary>
public sealed class Conv1dConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<SequenceKernelsPlugin, IKernel>("conv1d", new Conv1dOptions { Depth = 2, Filter = 3, BStd = 0.1 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.RaggedSequences(count, length: 6);

    [Fact]
    public void Readout_Flatten_JoinsAllPositions()
    {
        Layer body = new Repeat
        {
            Times = 1,
            Layers = [new Conv { Filter = [5], Padding = Padding.Same, WStd = Math.Sqrt(2), BStd = 0 }, new Relu()],
        };
        Assert.Equal(
            new Network([body, new Flatten(), new Dense { WStd = Math.Sqrt(2), BStd = 0 }]),
            new Conv1dOptions { Depth = 1, Readout = SequenceReadout.Flatten }.ToNetwork());
    }

    [Fact]
    public void Positions_BeyondTheLength_DoNotMatter()
    {
        SequenceExamples ragged = Samples.RaggedSequences(4, length: 6);
        SequenceExamples changed = new(
            ragged.Features.Map(ragged.Features.Width, (index, input, output) =>
            {
                input.CopyTo(output);
                output[(ragged.Lengths![(int)index] * 2)..].Fill(100);
            }),
            6, 2, [.. ragged.Lengths!]);
        Assert.Equal(Diagonal(ragged), Diagonal(changed));
    }

    private double[] Diagonal(SequenceExamples examples)
    {
        double[] diagonal = new double[examples.Count];
        using IPreparedExamples prepared = Create().Prepare<double>(examples, KernelOutputs.Ntk, default);
        prepared.Diagonal(KernelOutputs.Ntk, diagonal);
        return diagonal;
    }
}

/// <summary>The contract of kernels, kept by residual convolutions with pooling.</summary>
public sealed class ResidualConv1dConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<SequenceKernelsPlugin, IKernel>(
        "conv1d", new Conv1dOptions { Depth = 3, Filter = 3, BStd = 0.1, Residual = true, Pool = 2 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.RaggedSequences(count, length: 8);
}
