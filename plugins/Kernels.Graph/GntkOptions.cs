using System.ComponentModel.DataAnnotations;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Graph;

/// <summary>How the nodes of a graph are joined.</summary>
public enum GraphReadout
{
    /// <summary>The sum over the nodes.</summary>
    Sum,

    /// <summary>The mean over the nodes.</summary>
    Mean,
}

/// <summary>
/// Message passing (Du et al. 2019, "Graph Neural Tangent Kernel"): the sum over the neighbours, then dense layers with a nonlinearity, ReLU by default, several times; then the sum
/// or mean over the nodes. Edges carry their weights; a node is its own neighbour where the data have self-loops.
/// </summary>
public sealed record GntkOptions : ArchitectureOptions
{
    /// <summary>Number of aggregations.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 3;

    /// <summary>Dense layers after each aggregation.</summary>
    [Range(1, 100)]
    public int DenseLayers { get; init; } = 1;

    /// <summary>How nodes are joined.</summary>
    public GraphReadout Readout { get; init; } = GraphReadout.Sum;

    /// <inheritdoc />
    public override Network ToNetwork() => new(
    [
        new Repeat
        {
            Times = Depth,
            Layers =
            [
                new Aggregate(),
                new Repeat { Times = DenseLayers, Layers = [new Dense { WStd = WStd, BStd = BStd }, Nonlinearity] },
            ],
        },
        Readout == GraphReadout.Sum ? new GlobalSumPool() : new GlobalAvgPool(),
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
