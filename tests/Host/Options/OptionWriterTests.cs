using System.ComponentModel.DataAnnotations;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;
using NeuralKernels.Networks;
using NeuralKernels.Tests.Host.Experiments;

namespace NeuralKernels.Tests.Host.Options;

public class OptionWriterTests
{
    private sealed record Holder
    {
        [Required]
        public IReadOnlyList<Layer> Network { get; init; } = [];
    }

    private sealed record ManyOptions
    {
        public string Note { get; init; } = "";

        public double? Limit { get; init; } = 2;

        public IReadOnlyDictionary<string, IReadOnlyList<long>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

        public RbfShape? Shape { get; init; }

        [Required]
        public int Count { get; init; } = 1;
    }

    public static TheoryData<string> Layers() => [.. RandomLayers.Catalog.OfKind("layer").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Write_OfALayerWithAnyOptions_ReadsBackAsAnEqualLayer(string name) => Prop.ForAll(
        Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
        seed =>
        {
            Network network = new([new RandomLayers(seed).Layer(name)]);
            Assert.Equal(network, Read(Write(network)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_OfALayer_LeavesOutDefaults() => Assert.Equal(
        "network:\n- layer: Repeat\n  times: 1\n  layers:\n  - layer: Dense\n    b_std: 0\n    parameterization: standard\n  - layer: Relu\n",
        Write(new Network([new Repeat { Layers = [new Dense { BStd = 0, Parameterization = Parameterization.Standard }, new Relu()] }])));

    [Fact]
    public void Write_OfTextsNullsAndMappings_ReadsBackAsEqualOptions()
    {
        ManyOptions options = new()
        {
            Note = "12: true",
            Limit = null,
            Groups = new Dictionary<string, IReadOnlyList<long>> { ["a b"] = [1, -2], ["c"] = [] },
            Shape = new RbfShape { Power = 3, Inner = new RbfShape() },
        };
        ComponentCatalog catalog = ToyPlugin.Catalog(c => c.Add<ISplit, ManyOptions>("many", o => new ToySplit(o)));
        string text = DocumentWriter.Write(new OptionWriter(catalog).Component(catalog.Find("split", "many")!, options));

        ManyOptions read = (ManyOptions)Bind(catalog, text, typeof(ManyOptions), "type");

        Assert.Equal((options.Note, options.Limit, options.Shape, options.Count), (read.Note, read.Limit, read.Shape, read.Count));
        Assert.Equal(options.Groups, read.Groups);
    }

    [Fact]
    public void Write_OfAComponentThatIsNotItsOptions_IsRefused()
    {
        OptionWriter writer = new(ToyPlugin.Catalog());
        UserErrorException e = Assert.Throws<UserErrorException>(() => writer.Component("layer", new ToyLayer("Relu", new NoOptions())));
        Assert.StartsWith("The layer ToyLayer cannot be written", e.Message, StringComparison.Ordinal);
    }

    private static string Write(Network network)
    {
        OptionWriter writer = new(RandomLayers.Catalog);
        SequenceNode layers = new(default);
        layers.Items.AddRange(network.Layers.Select(layer => writer.Component("layer", layer)));
        return DocumentWriter.Write(new MappingNode(default) { Entries = { new DocumentEntry("network", default, layers) } });
    }

    private static Network Read(string text) => new(((Holder)Bind(RandomLayers.Catalog, text, typeof(Holder), null)).Network);

    private static object Bind(ComponentCatalog catalog, string text, Type options, string? discriminator)
    {
        ProblemCollector problems = new("x.yaml");
        DocumentNode node = DocumentReader.Read(text, problems)!;
        Bound? bound = new OptionBinder(catalog, problems, []).BindRecord(OptionTable.For(options), new OptionOwner("x", "x"), (MappingNode)node, "", discriminator);
        Assert.True(problems.IsEmpty, $"{text}\n{string.Join('\n', problems.Sorted())}");
        return bound!.Value!;
    }
}
