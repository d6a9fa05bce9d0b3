using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Documents;
using NeuralKernels.Host.Options.Help;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Host.Experiments;

public class ArchitectureTests
{
    public sealed record TowerOptions : ArchitectureOptions
    {
        [Range(1, 9)]
        public int Height { get; init; } = 2;

        public override Network ToNetwork() => Height == 7
            ? throw new UserErrorException("7 is unlucky.", "Build higher.")
            : new([new Repeat { Times = Height, Layers = [new Dense { WStd = WStd, BStd = BStd }, Nonlinearity] }, new Dense { WStd = WStd }]);
    }

    public sealed record StepsOptions : ArchitectureOptions
    {
        [Required]
        public int Steps { get; init; }

        public override Network ToNetwork() => new([.. Enumerable.Repeat(new Dense(), Steps)]);
    }

    public sealed record LayersOptions
    {
        public NetworkOutput Get { get; init; }

        [Required]
        public IReadOnlyList<Layer> Network { get; init; } = [];
    }

    private static readonly ComponentCatalog s_catalog = CreateCatalog();

    [Fact]
    public void Describe_OfAnArchitecture_ShowsTheLayersOfItsDefaults()
    {
        string text = ComponentDescriber.Describe(s_catalog, "kernel", "tower");
        Assert.EndsWith(
            """

            Stands for
              kernel:
                type: network
                get: ntk
                network:
                - layer: Repeat
                  times: 2
                  layers:
                  - layer: Dense
                    W_std: 1.4142135623730951
                    b_std: 0
                  - layer: Relu
                - layer: Dense
                  W_std: 1.4142135623730951

            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_WithOptions_ShowsTheLayersOfThese()
    {
        string text = ComponentDescriber.Describe(s_catalog, null, "tower", ["height=3", "get=nngp", "nonlinearity=LeakyRelu", "nonlinearity.alpha=0.3", "W_std=1"]);
        Assert.EndsWith(
            "    get: nngp\n    network:\n    - layer: Repeat\n      times: 3\n      layers:\n      - layer: Dense\n        b_std: 0\n      - layer: LeakyRelu\n        alpha: 0.3\n    - layer: Dense\n",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void DescribeJson_OfAnArchitecture_HoldsItsLayers()
    {
        JsonNode layers = JsonNode.Parse(ComponentDescriber.DescribeJson(s_catalog, null, "tower", ["height=1"]))!["stands_for"]!;
        Assert.True(JsonNode.DeepEquals(layers, JsonNode.Parse(
            """
            { "type": "network", "get": "ntk", "network": [
                { "layer": "Repeat", "times": 1, "layers": [ { "layer": "Dense", "W_std": 1.4142135623730951, "b_std": 0 }, { "layer": "Relu" } ] },
                { "layer": "Dense", "W_std": 1.4142135623730951 } ] }
            """)), layers.ToJsonString());
        Assert.Null(JsonNode.Parse(ComponentDescriber.DescribeJson(s_catalog, null, "network"))!["stands_for"]);
    }

    [Fact]
    public void Expand_OfAnyOptions_ReadsBackAsTheSameKernel()
    {
        TowerOptions options = new() { Get = NetworkOutput.Nngp, Height = 4, WStd = 1.1, BStd = 1e-7, Nonlinearity = new Serial { Layers = [new LayerNorm { Eps = 0.5 }, new Erf()] } };
        string text = DocumentWriter.Write(Architecture.Expand(s_catalog, options));

        IKernel read = KernelDescription.Load(text, s_catalog, []).Kernel!;

        NetworkKernel kernel = options.ToKernel();
        Assert.Equal((kernel.CanonicalText, kernel.Output), (read.CanonicalText, read.Output));
    }

    [Fact]
    public void Describe_OfAnArchitectureWithARequiredOption_ShowsLayersWhereItIsGiven()
    {
        Assert.DoesNotContain("Stands for", ComponentDescriber.Describe(s_catalog, null, "steps"), StringComparison.Ordinal);
        Assert.EndsWith("    network:\n    - layer: Dense\n    - layer: Dense\n", ComponentDescriber.Describe(s_catalog, null, "steps", ["steps=2"]), StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, null, "steps", ["get=ntk"]));
    }

    [Theory]
    [InlineData("height=10", "--set height=10: height: 10 is above the allowed maximum 9.")]
    [InlineData("hight=3", "--set hight=3: hight: unknown option of kernel tower.")]
    [InlineData("nonlinearity=Rellu", "--set nonlinearity=Rellu: nonlinearity.layer: unknown layer 'Rellu'.")]
    [InlineData("height", "--set height: there is no '='.")]
    [InlineData("height=7", "7 is unlucky.")]
    public void Describe_WithWrongOptions_SaysWhatIsWrong(string option, string message) => Assert.Contains(
        message, Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, "kernel", "tower", [option])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("network")]
    [InlineData("experiment")]
    [InlineData("kernels")]
    public void Describe_OfSomethingElseWithOptions_IsRefused(string name)
    {
        UserErrorException e = Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, null, name, ["x=1"]));
        Assert.Equal($"--set: '{name}' is no architecture whose layers could be shown.", e.Message);
    }

    private static ComponentCatalog CreateCatalog()
    {
        ComponentCatalog catalog = new();
        ComponentCatalog.Registration registration = catalog.Register("towers");
        BuiltInLayers.Register(registration);
        registration.Add<IKernel, TowerOptions>("tower", options => options.ToKernel());
        registration.Add<IKernel, StepsOptions>("steps", options => options.ToKernel());
        registration.Add<IKernel, LayersOptions>("network", options => new NetworkKernel(new Network(options.Network), options.Get.ToKernelOutput()));
        registration.Commit();
        return catalog;
    }
}
