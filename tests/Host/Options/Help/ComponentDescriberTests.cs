using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Help;
using NeuralKernels.Tests.Host.Experiments;

namespace NeuralKernels.Tests.Host.Options.Help;

public class ComponentDescriberTests
{
    private static readonly ComponentCatalog s_catalog = ToyPlugin.Catalog(c => c.Add<ISplit, TargetOptions>("documented", o => new ToySplit(o)));

    [Fact]
    public void Describe_OfAComponent_ShowsOptionsAndAnExample() => Assert.Equal(
        """
        kernel rbf   (plugin toy)

        Options
          length_scale  real     1     greater than 0
          order         integer  2     1, 2
          shape         section  none
          shape.power   real     2
          shape.inner   section  none

        Example
          kernel:
            type: rbf
            length_scale: 1
            order: 2

        """.ReplaceLineEndings("\n"),
        ComponentDescriber.Describe(s_catalog, "kernel", "rbf"));

    [Fact]
    public void Describe_OfADocumentedComponent_ShowsItsHelpText() => Assert.Equal(
        """
        split documented   (plugin toy)
          How targets are prepared for regression.

        Options
          standardize  boolean  true
              Whether real-valued targets are centred and scaled by the mean and standard deviation of the
              training targets, and predictions scaled back. Class labels are not affected.

        Example
          split:
            type: documented
            standardize: true

        """.ReplaceLineEndings("\n"),
        ComponentDescriber.Describe(s_catalog, null, "documented"));

    [Fact]
    public void Describe_OfAComponentWithoutOptions_SaysSo() => Assert.Equal(
        "layer Relu   (plugin toy)\n\nNo options.\n\nExample\n  - layer: Relu\n", ComponentDescriber.Describe(s_catalog, "layers", "Relu"));

    [Fact]
    public void Describe_OfTheExperiment_ShowsAllItsOptions()
    {
        string text = ComponentDescriber.Describe(s_catalog, null, "experiment");

        Assert.Contains("\n  solver                solver                cholesky\n      How the regression is solved.\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  tracking.run_name     text                  none\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfAKind_ListsItsComponents() => Assert.Equal("solver\n  cg\n  cholesky\n", ComponentDescriber.Describe(s_catalog, null, "solvers"));

    [Fact]
    public void Describe_OfAnUnknownName_SuggestsAnother()
    {
        UserErrorException any = Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, null, "choleski"));
        Assert.Equal(("No component is called 'choleski'.", "Did you mean cholesky? Kinds: augmentation, dataset, kernel, layer, metric, solver, split, transform. See: nk list"), (any.Message, any.Remedy));

        UserErrorException inKind = Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, "layer", "dense"));
        Assert.Equal(("No layer is called 'dense'.", "Did you mean Dense? Available: Dense, Relu, Repeat, Residual. See: nk list layer"), (inKind.Message, inKind.Remedy));

        UserErrorException kind = Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(s_catalog, "kernl", "rbf"));
        Assert.Equal(("'kernl' is no kind of component.", "Did you mean kernel? Kinds: augmentation, dataset, kernel, layer, metric, solver, split, transform."), (kind.Message, kind.Remedy));
    }

    [Fact]
    public void Describe_OfANameInSeveralKinds_AsksForTheKind()
    {
        ComponentCatalog catalog = ToyPlugin.Catalog(c => c.Add<ISplit, NoOptions>("rbf", o => new ToySplit(o)));

        UserErrorException e = Assert.Throws<UserErrorException>(() => ComponentDescriber.Describe(catalog, null, "rbf"));

        Assert.Equal(("'rbf' is the name of components of several kinds: kernel, split.", "Say which is meant, such as: nk describe kernel rbf"), (e.Message, e.Remedy));
    }

    private sealed record UnfitOptions
    {
        public DateTime When { get; init; }
    }

    private sealed record UnfitSection
    {
        public UnfitOptions Inner { get; init; } = new();
    }

    [Fact]
    public void Help_OfAPluginWhoseOptionsNoFileCanState_NamesThePlugin()
    {
        ComponentCatalog catalog = ToyPlugin.Catalog(c => c.Add<ISplit, UnfitSection>("unfit", o => new ToySplit(o)));

        Func<string>[] helps =
        [
            () => ComponentDescriber.Describe(catalog, null, "unfit"), () => ComponentDescriber.DescribeJson(catalog, null, "unfit"),
            () => ExperimentSchema.Create(catalog), () => ExperimentDocs.Render(catalog),
        ];

        Assert.All(helps, help =>
        {
            UserErrorException e = Assert.Throws<UserErrorException>(() => help());
            Assert.Equal("split unfit cannot be used: The property UnfitOptions.When has the type System.DateTime, which no option can have.", e.Message);
            Assert.Equal("This is a fault of the plugin toy: tell its author.", e.Remedy);
        });
        Assert.Contains("\n  unfit", ComponentLister.List(catalog), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfAChoice_ExplainsItsNames() => Assert.Contains(
        "\n      either case. float32: 32-bit IEEE 754; float64: 64-bit IEEE 754.\n", ComponentDescriber.Describe(s_catalog, null, "experiment"), StringComparison.Ordinal);

    [Fact]
    public void DescribeJson_OfAComponent_HoldsItsConstraints()
    {
        JsonNode json = JsonNode.Parse(ComponentDescriber.DescribeJson(s_catalog, null, "rbf"))!;

        Assert.Equal(("kernel", "rbf", "type"), ((string?)json["kind"], (string?)json["name"], (string?)json["discriminator"]));
        JsonArray options = json["options"]!.AsArray();
        Assert.Equal(0.0, (double)options[0]!["exclusive_minimum"]!);
        Assert.Equal([1, 2], options[1]!["allowed"]!.AsArray().Select(n => (int)n!));
        Assert.Equal("power", (string?)options[2]!["options"]![0]!["name"]);
        Assert.True((bool)options[2]!["nullable"]!);
        Assert.Equal(["name", "dataset", "kernel"],
            JsonNode.Parse(ComponentDescriber.DescribeJson(s_catalog, null, "experiment"))!["options"]!.AsArray().Where(o => (bool)o!["required"]!).Select(o => (string?)o!["name"]));
    }

    [Fact]
    public void Example_OfEveryComponentOfTheExperiment_LoadsWithoutProblems()
    {
        foreach (string kind in new[] { "dataset", "split", "transform", "augmentation", "kernel", "solver", "metric" })
        {
            foreach (ComponentDescriptor component in s_catalog.OfKind(kind))
            {
                string example = ExampleWriter.Write(s_catalog, component);
                string rest = (kind == "dataset" ? "" : "dataset: digits\n") + (kind == "kernel" ? "" : "kernel: rbf\n");
                ExperimentFileResult result = ExperimentFile.Parse($"name: x\n{rest}{example}", "x.yaml", [], s_catalog);
                Assert.True(result.Succeeded, example + result.Report());
            }
        }
    }

    [Fact]
    public void Example_OfANestedComponent_FillsInWhatIsRequired() => Assert.Equal(
        "- layer: Repeat\n  times: 1\n  layers:\n  - layer: Dense\n    W_std: 1\n    b_std: 0\n", ExampleWriter.Write(s_catalog, s_catalog.Find("layer", "Repeat")!));
}
