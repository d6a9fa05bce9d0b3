using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Help;
using NeuralKernels.Tests.Host.Experiments;

namespace NeuralKernels.Tests.Host.Options.Help;

public class ComponentListerTests
{
    private static readonly ComponentCatalog s_catalog = ToyPlugin.Catalog(c => c.Add<ISplit, TargetOptions>("documented", o => new ToySplit(o)));

    [Fact]
    public void List_OfAKind_ShowsFirstSentences() => Assert.Equal(
        "split\n  documented  How targets are prepared for regression.\n  random\n", ComponentLister.List(s_catalog, "split"));

    [Fact]
    public void List_OfAll_ShowsKindsInOrder() => Assert.Equal(
        ["augmentation", "dataset", "kernel", "layer", "metric", "solver", "split", "transform"],
        ComponentLister.List(s_catalog).Split('\n').Where(line => line.Length > 0 && line[0] != ' '));

    [Fact]
    public void List_OfAnEmptyCatalog_IsEmpty() => Assert.Equal("", ComponentLister.List(new ComponentCatalog()));

    [Fact]
    public void ListJson_OfAKind_HoldsNamesAndPlugins() => Assert.Equal(
        [("solver", "cg", "toy"), ("solver", "cholesky", "toy")],
        JsonNode.Parse(ComponentLister.ListJson(s_catalog, "solvers"))!.AsArray().Select(c => ((string)c!["kind"]!, (string)c["name"]!, (string)c["plugin"]!)));

    [Fact]
    public void List_OfAnUnknownKind_SuggestsAnother() =>
        Assert.StartsWith("Did you mean solver? ", Assert.Throws<UserErrorException>(() => ComponentLister.List(s_catalog, "solvr")).Remedy, StringComparison.Ordinal);
}
