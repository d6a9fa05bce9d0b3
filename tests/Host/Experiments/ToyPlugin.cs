using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Tests.Host.Experiments;

/// <summary>A small catalog whose options have every type that options can have.</summary>
internal static class ToyPlugin
{
    public static ComponentCatalog Catalog() => Catalog(_ => { });

    public static ComponentCatalog Catalog(Action<IComponentCatalog> more)
    {
        ComponentCatalog catalog = new();
        ComponentCatalog.Registration registration = catalog.Register("toy");
        registration.Add<IDataset, DigitsOptions>("digits", o => new ToyDataset(o));
        registration.Add<IDataset, TableOptions>("table", o => new ToyDataset(o));
        registration.Add<ISplit, RandomSplitOptions>("random", o => new ToySplit(o));
        registration.Add<ITransform, NoOptions>("standardize", o => new ToyTransform(o));
        registration.Add<ITransform, ClipOptions>("clip", o => new ToyTransform(o));
        registration.Add<IAugmentation, NoOptions>("flip", o => new ToyAugmentation(o));
        registration.Add<IKernel, NetworkOptions>("network", o => new ToyKernel(o));
        registration.Add<IKernel, RbfOptions>("rbf", o => new ToyKernel(o));
        registration.Add<ISolver, CholeskyOptions>("cholesky", o => new ToySolver(o));
        registration.Add<ISolver, CgOptions>("cg", o => new ToySolver(o));
        registration.Add<IMetric, NoOptions>("accuracy", o => new ToyMetric("accuracy", o));
        registration.Add<IMetric, NoOptions>("mse", o => new ToyMetric("mse", o));
        registration.Add<ToyLayer, DenseOptions>("Dense", o => new ToyLayer("Dense", o));
        registration.Add<ToyLayer, NoOptions>("Relu", o => new ToyLayer("Relu", o));
        registration.Add<ToyLayer, RepeatOptions>("Repeat", o => new ToyLayer("Repeat", o, o.Layers));
        registration.Add<ToyLayer, ResidualOptions>("Residual", o => o.Branches.Count == 1
            ? throw new UserErrorException("a residual layer with one branch is that branch.", "Add a second branch or write its layers directly.")
            : new ToyLayer("Residual", o, [.. o.Branches.SelectMany(b => b)]));
        more(registration);
        registration.Commit();
        return catalog;
    }
}

[ComponentKind("layer", Discriminator = "layer")]
public sealed record ToyLayer(string Name, object Options, IReadOnlyList<ToyLayer>? Layers = null);

public sealed record NoOptions;

public sealed record DigitsOptions
{
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }

    public ImmutableArray<int> Classes { get; init; } = [];
}

public sealed record TableOptions
{
    [Required]
    public string Path { get; init; } = "";

    [MinLength(1)]
    public List<string> Columns { get; init; } = ["y"];

    [StringLength(1, MinimumLength = 1)]
    public string Separator { get; init; } = ",";

    public IReadOnlyDictionary<string, double> Scales { get; init; } = new Dictionary<string, double>();
}

public sealed record RandomSplitOptions
{
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Test { get; init; } = 0.2;

    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Validation { get; init; } = 0.1;

    public bool Stratified { get; init; }
}

public sealed record ClipOptions
{
    public double Maximum { get; init; } = double.PositiveInfinity;

    public float Scale { get; init; } = 1;
}

public enum ToyOutput
{
    Nngp,
    Ntk,

    [JsonStringEnumMemberName("both-of-them")]
    Both,
}

public sealed record NetworkOptions
{
    public ToyOutput Get { get; init; } = ToyOutput.Ntk;

    [Required, MinLength(1)]
    public IReadOnlyList<ToyLayer> Network { get; init; } = [];
}

public sealed record RbfOptions
{
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double LengthScale { get; init; } = 1;

    [AllowedValues(1, 2)]
    public int Order { get; init; } = 2;

    public RbfShape? Shape { get; init; }
}

public sealed record RbfShape
{
    public double Power { get; init; } = 2;

    public RbfShape? Inner { get; init; }
}

public sealed record CholeskyOptions
{
    [Range(0, double.PositiveInfinity)]
    public double[] Ridge { get; init; } = [1e-6];

    [AllowedValues("first", "validation")]
    public string Select { get; init; } = "first";
}

public sealed record CgOptions
{
    [Range(1, 1000)]
    public int MaxIterations { get; init; } = 100;

    [Range(0, 1)]
    public double Tolerance { get; init; } = 1e-6;

    public long Budget { get; init; }

    [RegularExpression("[a-z]+", ErrorMessage = "must be lower-case letters.")]
    public string Tag { get; init; } = "x";

    public int Block
    {
        get;
        init => field = value % 3 == 0 ? throw new ArgumentException("a block divides by 3.") : value;
    } = 1;
}

public sealed record DenseOptions
{
    [JsonPropertyName("W_std")]
    [Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double WeightStd { get; init; } = 1;

    [JsonPropertyName("b_std")]
    [Range(0, double.PositiveInfinity)]
    public double BiasStd { get; init; }
}

public sealed record RepeatOptions
{
    [Range(1, 100)]
    public int Times { get; init; } = 1;

    [Required]
    public ToyLayer[] Layers { get; init; } = [];
}

public sealed record ResidualOptions
{
    [Required]
    public IReadOnlyList<IReadOnlyList<ToyLayer>> Branches { get; init; } = [];

    [DefaultValue("Relu")]
    public ToyLayer Last { get; init; } = null!;
}

public sealed record ToyDataset(object Options) : IDataset
{
    public LoadedDataset Load(DatasetContext context) => throw new NotSupportedException();
}

public sealed record ToySplit(object Options) : ISplit
{
    public IReadOnlyList<SplitIndices> Split(SplitRequest request) => throw new NotSupportedException();
}

public sealed record ToyTransform(object Options) : ITransform
{
    public IFittedTransform Fit(Examples train, CancellationToken cancellation) => throw new NotSupportedException();
}

public sealed record ToyAugmentation(object Options) : IAugmentation
{
    public int Copies => 1;

    public Examples Apply(Examples train, int copy, ulong seed) => train;
}

public sealed record ToySolver(object Options) : ISolver
{
    public bool NeedsValidation => false;

    public IModel Fit(FitProblem problem, FitContext context) => throw new NotSupportedException();
}

public sealed record ToyMetric(string Name, object Options) : IMetric
{
    public bool HigherIsBetter => true;

    public TargetKinds Accepts => TargetKinds.Classes;

    public MetricNeeds Needs(TargetKinds targets) => MetricNeeds.None;

    public double Evaluate(Predictions predictions, Targets targets) => throw new NotSupportedException();
}

public sealed record ToyKernel(object Options) : IKernel
{
    public KernelOutputs Output => KernelOutputs.Ntk;

    public KernelOutputs Provides => KernelOutputs.Ntk;

    public string Description => "toy";

    public string CanonicalText => "toy";

    public void Check(ExampleShape shape)
    {
    }

    public double CostPerPair(ExampleShape shape) => 1;

    public IPreparedExamples Prepare<T>(Examples examples, KernelOutputs outputs, CancellationToken cancellation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public void Evaluate<T>(IPreparedExamples rows, long rowStart, IPreparedExamples columns, long columnStart, MatrixView<T> nngp, MatrixView<T> ntk)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();
}
