using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Options;

namespace NeuralKernels.Host.Experiments;

/// <summary>
/// An experiment: data, a kernel, a solver and what is to be measured. An experiment file states one.
/// </summary>
public sealed record ExperimentOptions
{
    /// <summary>Name of the experiment, for people.</summary>
    [Required]
    public required string Name { get; init; }

    /// <summary>What the experiment is for, in a sentence or two of Markdown; shown on the page of the run.</summary>
    public string? Description { get; init; }

    /// <summary>Seed of every random draw: splits, augmentations, solvers. The same seed gives the same results on any machine.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Number type of kernel entries. Sums of reductions and all vectors of solvers are float64 in either case.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The data: examples and what is to be predicted of them.</summary>
    public required Component<IDataset> Dataset { get; init; }

    /// <summary>How the data are divided into training, validation and test examples.</summary>
    [DefaultValue("random")]
    public required Component<ISplit> Split { get; init; }

    /// <summary>Preprocessing steps, applied in this order; each learns from the training examples alone.</summary>
    public IReadOnlyList<Component<ITransform>> Transforms { get; init; } = [];

    /// <summary>Makers of changed copies of the training examples, applied in this order.</summary>
    public IReadOnlyList<Component<IAugmentation>> Augmentation { get; init; } = [];

    /// <summary>The kernel.</summary>
    public required Component<IKernel> Kernel { get; init; }

    /// <summary>How the regression is solved.</summary>
    [DefaultValue("cholesky")]
    public required Component<ISolver> Solver { get; init; }

    /// <summary>
    /// What is measured on validation and test examples. Where there are none, metrics that suit the kind of targets are chosen.
    /// </summary>
    public IReadOnlyList<Component<IMetric>> Metrics { get; init; } = [];

    /// <summary>How the targets are prepared.</summary>
    public TargetOptions Targets { get; init; } = new();

    /// <summary>Where and how the run is recorded.</summary>
    public TrackingOptions Tracking { get; init; } = new();
}
