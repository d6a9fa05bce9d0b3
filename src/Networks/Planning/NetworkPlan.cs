using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>What is stored of the covariances of a pair of examples while they pass some layers.</summary>
public enum PlanStorage
{
    /// <summary>One number a pair: there are no positions, or they are gone.</summary>
    Number,

    /// <summary>Equal positions only: the plane of displacement 0.</summary>
    Diagonal,

    /// <summary>One plane of pairs (p, p + d) after the other, each through all layers while it is in the cache.</summary>
    Planes,

    /// <summary>All pairs of positions at once.</summary>
    Full,
}

/// <summary>Layers that are evaluated in one go.</summary>
/// <param name="Layers">The layers, as text.</param>
/// <param name="Positions">Sizes of the position axes before them; none where there are no positions.</param>
/// <param name="Storage">How covariances are stored.</param>
/// <param name="Planes">Planes that are evaluated; 0 for other storage.</param>
/// <param name="Entries">Pairs of positions of one pair of examples.</param>
/// <param name="EntryLayers">Pairs of positions times layers.</param>
/// <param name="Bytes">Memory for these layers in one thread, in the plan's precision.</param>
/// <param name="Reason">Why they are stored so.</param>
public sealed record PlanSegment(
    string Layers, IReadOnlyList<int> Positions, PlanStorage Storage, long Planes, double Entries, double EntryLayers, long Bytes, string Reason);

/// <summary>How a network is evaluated on examples of one shape, and what that costs.</summary>
/// <param name="Segments">Segments, in the order in which data passes them.</param>
/// <param name="Form">The evaluation in a few words.</param>
/// <param name="EntryLayersPerPair">Pairs of positions times layers of one pair of examples.</param>
/// <param name="MultiplyAddsPerPair">Fused multiply-adds of one pair of examples, NNGP and NTK: an estimate.</param>
/// <param name="BytesPerExample">Memory for a prepared example.</param>
/// <param name="WorkspaceBytes">Memory for the work of one thread: covariances take the same whatever the depth, prepared examples in use at most 16 MiB or one of them.</param>
/// <param name="PreferredTile">Examples on a side of a tile.</param>
public sealed record NetworkPlan(
    IReadOnlyList<PlanSegment> Segments, string Form, double EntryLayersPerPair, double MultiplyAddsPerPair, long BytesPerExample, long WorkspaceBytes, int PreferredTile)
{
    /// <summary>The part of the machine's rate of multiply-adds that evaluations reach, about: see bench/README.md.</summary>
    public const double Efficiency = 0.7;

    /// <summary>Predicted time of some pairs.</summary>
    /// <param name="pairs">Pairs of examples.</param>
    /// <param name="multiplyAddsPerSecond">Rate of the machine, all threads together.</param>
    public TimeSpan Duration(double pairs, double multiplyAddsPerSecond) =>
        TimeSpan.FromSeconds(Math.Min(pairs * MultiplyAddsPerPair / (Efficiency * multiplyAddsPerSecond), TimeSpan.MaxValue.TotalSeconds / 2));
}
