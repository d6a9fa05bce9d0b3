using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Kernels.Graph;
using NeuralKernels.Tests.Conformance;
using GraphData = NeuralKernels.Abstractions.Graph;

namespace NeuralKernels.Tests.Kernels.Graph;

/// <summary>The contract of kernels, kept by message passing.</summary>
public sealed class GntkConformance : KernelConformance
{
    protected override IKernel Create() => Components.Create<GraphKernelsPlugin, IKernel>("gntk", new GntkOptions { Depth = 2, BStd = 0.1 });

    protected override double SymmetryError => 1e-13;

    protected override Examples MakeExamples(int count) => Samples.Graphs(count);

    [Fact]
    public void Kernel_OfRenumberedNodes_IsTheSame()
    {
        GraphData graph = new(3, [1, 2, -1, 0.5, 3, 1], [0, 1, 2, 2], [1, 2, 0, 1], [1, 0.5, 2, 1]);
        int[] place = [2, 0, 1];
        double[] features = new double[6];
        for (int node = 0; node < 3; node++)
            graph.NodeFeatures.AsSpan(2 * node, 2).CopyTo(features.AsSpan(2 * place[node]));
        GraphData renumbered = new(3, features, [.. graph.EdgeFrom.Select(n => place[n])], [.. graph.EdgeTo.Select(n => place[n])], graph.EdgeWeights);

        IKernel kernel = Create();
        using IPreparedExamples prepared = kernel.Prepare<double>(new GraphExamples([graph, renumbered], 2), KernelOutputs.Ntk, default);
        using NativeMatrix<double> ntk = new(2, 2);
        kernel.Evaluate<double>(prepared, 0, prepared, 0, default, ntk.View);
        double[] diagonal = new double[2];
        prepared.Diagonal(KernelOutputs.Ntk, diagonal);
        Assert.Equal(diagonal[0], diagonal[1], 1e-12 * diagonal[0]);
        Assert.Equal(diagonal[0], ntk[0, 1], 1e-7 * diagonal[0]);
    }

    [Theory]
    [InlineData(GraphReadout.Sum, 36)]
    [InlineData(GraphReadout.Mean, 1)]
    public void Readout_OfEqualNodesWithoutEdges_CountsThem(GraphReadout readout, double expected)
    {
        // Edges from each node to itself alone: all nodes of both graphs stay equal.
        GraphExamples graphs = new([Loops(4), Loops(9)], 1);
        IKernel kernel = Components.Create<GraphKernelsPlugin, IKernel>("gntk", new GntkOptions { Depth = 1, Readout = readout, WStd = 1 });
        IKernel single = Components.Create<GraphKernelsPlugin, IKernel>("gntk", new GntkOptions { Depth = 1, WStd = 1 });
        using IPreparedExamples prepared = kernel.Prepare<double>(graphs, KernelOutputs.Nngp, default);
        using IPreparedExamples one = single.Prepare<double>(new GraphExamples([Loops(1)], 1), KernelOutputs.Nngp, default);
        using NativeMatrix<double> nngp = new(1, 1);
        kernel.Evaluate<double>(prepared, 0, prepared, 1, nngp.View, default);
        double[] unit = new double[1];
        one.Diagonal(KernelOutputs.Nngp, unit);
        Assert.Equal(expected * unit[0], nngp[0, 0], 1e-7 * expected * unit[0]);
    }

    private static GraphData Loops(int nodes)
    {
        int[] all = [.. Enumerable.Range(0, nodes)];
        return new GraphData(nodes, [.. all.Select(_ => 2.0)], all, all, [.. all.Select(_ => 1.0)]);
    }
}
