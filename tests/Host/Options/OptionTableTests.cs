using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options;
using NeuralKernels.Tests.Host.Experiments;

namespace NeuralKernels.Tests.Host.Options;

public class OptionTableTests
{
    private record BaseOptions
    {
        public int First { get; init; } = 1;
    }

    private sealed record ManyOptions : BaseOptions
    {
        [JsonPropertyName("W_std")]
        [Range(0, 10.5, MinimumIsExclusive = true)]
        public double WeightStd { get; set; } = 2;

        public int? Limit { get; init; }

        public string? Note { get; init; }

        public string Must { get; init; } = null!;

        [Required]
        public ImmutableArray<ToyOutput> Outputs { get; init; } = [];

        public IReadOnlyDictionary<string, IReadOnlyList<long>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

        [DefaultValue("Relu")]
        public ToyLayer Layer { get; init; } = null!;

        public RbfShape Shape { get; init; } = new();

        [AllowedValues(ToyOutput.Nngp, ToyOutput.Ntk)]
        public ToyOutput Get { get; init; }

        [JsonIgnore]
        public int Ignored { get; init; }

        public int Computed => First + 1;

        public static int Shared { get; set; }
    }

    private static readonly OptionTable s_table = OptionTable.For(typeof(ManyOptions));

    [Fact]
    public void For_ATypeWithProperties_GivesThoseThatCanBeSetBaseTypeFirst() => Assert.Equal(
        ["first", "W_std", "limit", "note", "must", "outputs", "groups", "layer", "shape", "get"], s_table.Options.Select(o => o.Name));

    [Fact]
    public void For_AProperty_GivesItsTypeInWords() => Assert.Equal(
        ["integer", "real", "integer", "text", "text", "list of choice", "mapping to list of integer", "layer", "section", "choice"], s_table.Options.Select(o => o.Type.Word));

    [Fact]
    public void IsRequired_HoldsForMarkedOptionsAndThoseThatWouldBeNull() => Assert.Equal(
        ["must", "outputs"], s_table.Options.Where(o => o.IsRequired).Select(o => o.Name));

    [Fact]
    public void IsNullable_FollowsTheAnnotations() => Assert.Equal(["limit", "note"], s_table.Options.Where(o => o.IsNullable).Select(o => o.Name));

    [Fact]
    public void Default_IsTheInitialValue()
    {
        Assert.Equal(2.0, s_table.Find("W_std")!.Default);
        Assert.Equal("Relu", s_table.Find("layer")!.DefaultComponent);
        Assert.Null(s_table.Find("limit")!.Default);
    }

    [Fact]
    public void Constraints_AreWorded()
    {
        Assert.Equal("greater than 0 and at most 10.5", s_table.Find("W_std")!.Constraints.RangeText);
        Assert.Equal(["nngp", "ntk"], s_table.Find("get")!.Constraints.Allowed);
        Assert.Equal(["nngp", "ntk", "both-of-them"], s_table.Find("outputs")!.Constraints.Allowed);
        Assert.Null(s_table.Find("W_std")!.Constraints.Allowed);
    }

    [Fact]
    public void For_TheOptionsOfAnExperiment_RequiresWhatHasNoDefault() => Assert.Equal(
        ["name", "dataset", "kernel"], OptionTable.For(typeof(ExperimentOptions)).Options.Where(o => o.IsRequired).Select(o => o.Name));

    private sealed record SameNames
    {
        public int Value { get; init; }

        [JsonPropertyName("value")]
        public int Other { get; init; }
    }

    private sealed record NotAnOption
    {
        public Targets? Targets { get; init; }
    }

    [Fact]
    public void For_ATypeThatNoFileCanFill_SaysWhichProperty()
    {
        Assert.Equal("SameNames has two options named 'value'.", Assert.Throws<OptionTypeException>(() => OptionTable.For(typeof(SameNames))).Message);
        Assert.Equal(
            "The property NotAnOption.Targets has the type NeuralKernels.Abstractions.Targets, which no option can have.",
            Assert.Throws<OptionTypeException>(() => OptionTable.For(typeof(NotAnOption))).Message);
    }
}
