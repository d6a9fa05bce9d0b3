using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Tests.Host.Experiments;

/// <summary>Every kind of problem, with the words that the person at the terminal reads.</summary>
public class ExperimentFileProblemTests
{
    private const string Rest = "\nkernel: rbf\nsolver: cg\nname: x";

    private static string[] Problems(string text, params string[] overrides) =>
        [.. ExperimentFileTests.Load(text, overrides).Problems.Select(p => p.ToString())];

    /// <summary>Problems of the solver's options in an experiment that is right otherwise.</summary>
    private static string Solver(string solver, params string[] overrides) =>
        Assert.Single(Problems($"name: x\ndataset: digits\nkernel: rbf\nsolver: {solver}", overrides));

    [Fact]
    public void UnknownOption_OfAComponent_NamesTheNearestAndAll() => Assert.Equal(
        "x.yaml:4:27: kernel.network[0].layers[0].W_sdt: unknown option of layer Dense.\n  Did you mean W_std? Options: W_std, b_std. See: nk describe layer Dense",
        Assert.Single(Problems("""
            name: x
            dataset: digits
            kernel: { type: network, network: [ { layer: Repeat, layers: [
                { layer: Dense,       W_sdt: 1 } ] } ] }
            """)));

    [Fact]
    public void UnknownOption_OfTheExperiment_IsReportedAtItsKey() => Assert.Equal(
        "x.yaml:2:1: sovler: unknown option of an experiment.\n  Did you mean solver? Options: name, description, seed, precision, dataset, split, transforms, augmentation, kernel, solver, metrics, targets, tracking. See: nk describe experiment",
        Assert.Single(Problems("dataset: digits\nsovler: cg" + Rest)));

    [Fact]
    public void UnknownOption_OfASection_NamesTheSection() => Assert.Equal(
        "x.yaml:2:13: tracking.tgas: unknown option of tracking.\n  Did you mean tags? Options: enabled, experiment, run_name, store, tags, description. See: nk describe experiment",
        Assert.Single(Problems("dataset: digits\ntracking: { tgas: 1 }" + Rest)));

    [Fact]
    public void UnknownOption_OfAComponentWithoutOptions_SaysSo() => Assert.Equal(
        "x.yaml:2:30: metrics.top: unknown option of metric accuracy.\n  Metric accuracy has no options. See: nk describe metric accuracy",
        Assert.Single(Problems("dataset: digits\nmetrics: { type: accuracy,   top: 5 }" + Rest)));

    [Fact]
    public void MissingOption_OfTheExperiment_IsNamed() => Assert.Equal(
        [
            "x.yaml:1:1: dataset: missing: an experiment needs this option.\n  Add dataset: a dataset. See: nk describe experiment",
            "x.yaml:1:1: kernel: missing: an experiment needs this option.\n  Add kernel: a kernel. See: nk describe experiment",
        ],
        Problems("name: x"));

    [Fact]
    public void MissingOption_OfAComponent_IsReportedWhereTheComponentStarts() => Assert.Equal(
        "x.yaml:3:9: kernel.network: missing: kernel network needs this option.\n  Add network: a list of layers, at least 1 item. See: nk describe kernel network",
        Assert.Single(Problems("name: x\ndataset: digits\nkernel: { type: network }")));

    [Fact]
    public void OptionWithoutValue_SaysWhatIsExpected() => Assert.Equal(
        "x.yaml:4:37: solver.max_iterations: has no value.\n  Write a whole number, from 1 to 1000, or leave the key out. See: nk describe solver cg",
        Solver("{ type: cg, max_iterations: }"));

    [Theory]
    [InlineData("max_iterations: many", "4:37: solver.max_iterations: 'many' stands where a whole number is expected.\n  Write a whole number, from 1 to 1000. See: nk describe solver cg")]
    [InlineData("max_iterations: 2.5", "4:37: solver.max_iterations: '2.5' stands where a whole number is expected.\n  Write a whole number, from 1 to 1000. See: nk describe solver cg")]
    [InlineData("max_iterations: \"2\"", "4:37: solver.max_iterations: the text \"2\" stands where a whole number is expected.\n  Remove the quotes.")]
    [InlineData("max_iterations: [2]", "4:37: solver.max_iterations: a list stands where a whole number is expected.\n  Write a whole number, from 1 to 1000. See: nk describe solver cg")]
    [InlineData("max_iterations: {a: 1}", "4:37: solver.max_iterations: a mapping stands where a whole number is expected.\n  Write a whole number, from 1 to 1000. See: nk describe solver cg")]
    [InlineData("max_iterations: 0", "4:37: solver.max_iterations: 0 is below the allowed minimum 1.\n  Allowed: from 1 to 1000; the default is 100.")]
    [InlineData("max_iterations: 1001", "4:37: solver.max_iterations: 1001 is above the allowed maximum 1000.\n  Allowed: from 1 to 1000; the default is 100.")]
    [InlineData("max_iterations: 3000000000", "4:37: solver.max_iterations: 3000000000 is above 2147483647, the greatest value that the option can hold.\n  Write a whole number, from 1 to 1000.")]
    [InlineData("max_iterations: -3e9", "4:37: solver.max_iterations: -3e9 is below -2147483648, the least value that the option can hold.\n  Write a whole number, from 1 to 1000.")]
    [InlineData("tolerance: small", "4:32: solver.tolerance: 'small' stands where a real number is expected.\n  Write a real number, from 0 to 1. See: nk describe solver cg")]
    [InlineData("tolerance: .nan", "4:32: solver.tolerance: .nan is not a finite number.\n  Write a finite real number from 0 to 1.")]
    [InlineData("tolerance: -inf", "4:32: solver.tolerance: -inf is not a finite number.\n  Write a finite real number from 0 to 1.")]
    [InlineData("tolerance: 1e999", "4:32: solver.tolerance: 1e999 is too large for a floating-point number.\n  Write a real number, from 0 to 1.")]
    [InlineData("tag: A1", "4:26: solver.tag: must be lower-case letters.\n  Write another value.")]
    [InlineData("block: 6", "4:28: solver.block: a block divides by 3.\n  Write another value.")]
    public void Value_OfTheWrongTypeOrRange_SaysWhatIsAllowed(string option, string problem) =>
        Assert.Equal("x.yaml:" + problem, Solver($"{{ type: cg, {option} }}"));

    [Theory]
    [InlineData("kernel: { type: rbf, length_scale: 0 }", "x.yaml:3:36: kernel.length_scale: 0 is not greater than 0.\n  Allowed: greater than 0; the default is 1.")]
    [InlineData("kernel: { type: rbf, order: 3 }", "x.yaml:3:29: kernel.order: 3 is not one of 1, 2.\n  Write one of 1, 2.")]
    [InlineData("kernel: { type: rbf, shape: 3 }", "x.yaml:3:29: kernel.shape: '3' stands where a section of options is expected.\n  Options of shape: power, inner. See: nk describe kernel rbf")]
    [InlineData("kernel: { type: network, get: nkt, network: [Relu] }", "x.yaml:3:31: kernel.get: 'nkt' is not one of nngp, ntk, both-of-them.\n  Did you mean ntk? Write one of nngp, ntk, both-of-them.")]
    [InlineData("kernel: { type: network, get: NTK, network: [Relu] }", "x.yaml:3:31: kernel.get: 'NTK' is not one of nngp, ntk, both-of-them.\n  Did you mean ntk? Write one of nngp, ntk, both-of-them.")]
    [InlineData("kernel: { type: network, get: 1, network: [Relu] }", "x.yaml:3:31: kernel.get: '1' is not one of nngp, ntk, both-of-them.\n  Write one of nngp, ntk, both-of-them.")]
    [InlineData("kernel: { type: network, network: [] }", "x.yaml:3:35: kernel.network: has 0 items.\n  Allowed: at least 1 item.")]
    [InlineData("kernel: { type: network, network: [[Relu]] }", "x.yaml:3:36: kernel.network[0]: a list stands where a layer is expected.\n  Write { layer: name, ... } or a name alone. Available: Dense, Relu, Repeat, Residual. See: nk list layer")]
    [InlineData("kernel: { type: network, network: [ type: Relu ] }", "x.yaml:3:37: kernel.network[0]: the key 'layer' is missing, which says what layer this is.\n  Available: Dense, Relu, Repeat, Residual. See: nk list layer")]
    [InlineData("kernel: { type: network, network: [ Relu: {} ] }", "x.yaml:3:37: kernel.network[0]: the key 'layer' is missing, which says what layer this is.\n  Did you mean { layer: Relu, ... }? Available: Dense, Relu, Repeat, Residual. See: nk list layer")]
    [InlineData("kernel: { type: [rbf] }", "x.yaml:3:17: kernel.type: a list stands where the name of a kernel is expected.\n  Available: network, rbf. See: nk list kernel")]
    [InlineData("kernel: { type: network, network: [ { layer: Residual, branches: [ [Relu] ] } ] }", "x.yaml:3:37: kernel.network[0]: a residual layer with one branch is that branch.\n  Add a second branch or write its layers directly.")]
    [InlineData("kernel: rbff", "x.yaml:3:9: kernel.type: unknown kernel 'rbff'.\n  Did you mean rbf? Available: network, rbf. See: nk list kernel")]
    [InlineData("kernel:", "x.yaml:3:8: kernel: has no value.\n  Write a kernel. See: nk describe experiment")]
    [InlineData("kernel: rbf\nsplit: { type: random, stratified: yes }", "x.yaml:4:36: split.stratified: 'yes' stands where true or false is expected.\n  Write true.")]
    [InlineData("kernel: rbf\nsplit: { stratified: maybe }", "x.yaml:4:22: split.stratified: 'maybe' stands where true or false is expected.\n  Write true or false.")]
    [InlineData("kernel: rbf\nsplit: { test: 1 }", "x.yaml:4:16: split.test: 1 is not less than 1.\n  Allowed: greater than 0 and less than 1; the default is 0.2.")]
    [InlineData("kernel: rbf\nsolver: { ridge: [1, -1e-6] }", "x.yaml:4:22: solver.ridge[1]: -1e-6 is below the allowed minimum 0.\n  Allowed: at least 0.")]
    [InlineData("kernel: rbf\nsolver: { ridge: -1 }", "x.yaml:4:18: solver.ridge: -1 is below the allowed minimum 0.\n  Allowed: at least 0.")]
    [InlineData("kernel: rbf\nsolver: { select: validaton }", "x.yaml:4:19: solver.select: 'validaton' is not one of first, validation.\n  Did you mean validation? Write one of first, validation.")]
    [InlineData("kernel: rbf\ntransforms: { type: clip, maximum: .nan }", "x.yaml:4:36: transforms.maximum: .nan is not a finite number.\n  Write a finite real number.")]
    [InlineData("kernel: rbf\ntransforms: { type: clip, scale: 1e39 }", "x.yaml:4:34: transforms.scale: 1e39 is too large for a floating-point number.\n  Write a real number.")]
    [InlineData("kernel: rbf\ntracking: { tags: [a] }", "x.yaml:4:19: tracking.tags: a list stands where a mapping from keys to texts is expected.\n  Write a mapping from keys to texts. See: nk describe experiment")]
    [InlineData("kernel: rbf\nseed: -1", "x.yaml:4:7: seed: -1 is below 0, the least value that the option can hold.\n  Write a whole number.")]
    [InlineData("kernel: rbf\nname: ''", "x.yaml:4:1: name: the key is here a second time; first at line 1.\n  Remove one of the two.")]
    public void Option_ThatIsWrong_IsReportedAtItsPlace(string line, string problem) =>
        Assert.Equal(problem, Assert.Single(Problems("name: x\ndataset: digits\n" + line)));

    [Theory]
    [InlineData("{ type: table }", "x.yaml:2:10: dataset.path: missing: dataset table needs this option.\n  Add path: text. See: nk describe dataset table")]
    [InlineData("{ type: table, path: ' ' }", "x.yaml:2:31: dataset.path: the text is empty.\n  Write some text.")]
    [InlineData("{ type: table, path: p, separator: ;; }", "x.yaml:2:45: dataset.separator: has 2 characters.\n  Allowed: 1 character.")]
    [InlineData("{ type: table, path: p, scales: { a: b } }", "x.yaml:2:47: dataset.scales.a: 'b' stands where a real number is expected.\n  Write a real number. See: nk describe dataset table")]
    public void Dataset_ThatIsWrong_IsReportedAtItsPlace(string dataset, string problem) =>
        Assert.Equal(problem, Assert.Single(Problems($"name: x\ndataset: {dataset}\nkernel: rbf")));

    [Fact]
    public void RepeatedKey_InASection_NamesBothLines() => Assert.Equal(
        "x.yaml:6:3: solver.tag: the key is here a second time; first at line 4.\n  Remove one of the two.",
        Assert.Single(Problems("name: x\ndataset: digits\nsolver:\n  tag: a\n  type: cg\n  tag: b\nkernel: rbf")));

    [Fact]
    public void DefaultComponent_ThatNoPluginOffers_IsAnErrorOnlyWhereItIsUsed()
    {
        ComponentCatalog catalog = new();
        ComponentCatalog.Registration registration = catalog.Register("bare");
        registration.Add<IDataset, NoOptions>("d", o => new ToyDataset(o));
        registration.Add<IKernel, NoOptions>("k", o => new ToyKernel(o));
        registration.Add<ISolver, NoOptions>("s", o => new ToySolver(o));
        registration.Add<ISplit, NoOptions>("all", o => new ToySplit(o));
        registration.Commit();

        Assert.True(ExperimentFile.Parse("name: x\ndataset: d\nkernel: k\nsolver: s\nsplit: all", "x.yaml", [], catalog).Succeeded);
        Assert.Equal(
            [
                "x.yaml:1:1: split: left out, and the default split 'random' is not available.\n  Available: all. See: nk list split",
                "x.yaml:1:1: solver: left out, and the default solver 'cholesky' is not available.\n  Available: s. See: nk list solver",
            ],
            ExperimentFile.Parse("name: x\ndataset: d\nkernel: k", "x.yaml", [], catalog).Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void UnknownComponent_WithRefusedPlugins_NamesThem() => Assert.Equal(
        "x.yaml:2:10: dataset.type: unknown dataset 'd'.\n  No loaded plugin offers a dataset: add a folder with plugins by --plugin-dir. Plugins that could not be loaded: Datasets (needs plugin API 2.0)",
        Assert.Single(ExperimentFile.Parse("name: x\ndataset: d\n", "x.yaml", [], new ComponentCatalog(), ["Datasets (needs plugin API 2.0)"]).Problems, p => p.Path == "dataset.type").ToString());

    [Fact]
    public void Component_WhosePluginThrows_IsReportedWithThePlugin()
    {
        ComponentCatalog catalog = ToyPlugin.Catalog(c => c.Add<IKernel, NoOptions>("broken", _ => throw new InvalidOperationException("no luck.")));

        Assert.Equal(
            "x.yaml:3:9: kernel: kernel broken cannot be made: no luck.\n  The plugin toy raised InvalidOperationException. See what its options allow: nk describe kernel broken",
            Assert.Single(ExperimentFile.Parse("name: x\ndataset: digits\nkernel: broken", "x.yaml", [], catalog).Problems).ToString());
    }

    private sealed record ClashingOptions
    {
        public string Type { get; init; } = "";
    }

    private sealed record UnfitOptions
    {
        public DateTime When { get; init; }
    }

    [Fact]
    public void Component_WhoseOptionsNoFileCanState_IsReportedOnlyWhereItIsUsedAsTheFaultOfThePlugin()
    {
        ComponentCatalog catalog = ToyPlugin.Catalog(c =>
        {
            c.Add<IKernel, ClashingOptions>("clashing", o => new ToyKernel(o));
            c.Add<IKernel, UnfitOptions>("unfit", o => new ToyKernel(o));
        });

        Assert.True(ExperimentFile.Parse("name: x\ndataset: digits\nkernel: rbf", "x.yaml", [], catalog).Succeeded);
        Assert.Equal(
            "x.yaml:3:9: kernel: kernel clashing cannot be used: ClashingOptions has an option named 'type', the key that chooses the component.\n  This is a fault of the plugin toy: tell its author.",
            Assert.Single(ExperimentFile.Parse("name: x\ndataset: digits\nkernel: clashing", "x.yaml", [], catalog).Problems).ToString());
        Assert.Equal(
            "x.yaml:3:9: kernel: kernel unfit cannot be used: The property UnfitOptions.When has the type System.DateTime, which no option can have.\n  This is a fault of the plugin toy: tell its author.",
            Assert.Single(ExperimentFile.Parse("name: x\ndataset: digits\nkernel: unfit", "x.yaml", [], catalog).Problems).ToString());
    }

    [Fact]
    public void Report_OfSeveralProblems_ListsThemInTheOrderOfTheFileAndCountsThem()
    {
        ExperimentFileResult result = ExperimentFileTests.Load("name: x\nseed: a\nkernel: b\ndataset: digits", "solver=c");

        Assert.False(result.Succeeded);
        Assert.Equal(["x.yaml:2:7", "x.yaml:3:9", "--set solver=c"], result.Problems.Select(p => p.Location));
        Assert.EndsWith("\n3 problems; nothing was run.", result.Report(), StringComparison.Ordinal);
        Assert.Equal("3 problems; nothing was run.", Assert.Throws<UserErrorException>(() => result.Experiment).Remedy);
        Assert.EndsWith("\n1 problem; nothing was run.", ExperimentFileTests.Load("a").Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ThatIsNoMapping_IsReported()
    {
        Assert.Equal("x.yaml: the file is empty.\n  An experiment needs at least name, dataset and kernel. See: nk describe experiment", Assert.Single(Problems("")));
        Assert.Equal("x.yaml: the file is empty.\n  An experiment needs at least name, dataset and kernel. See: nk describe experiment", Assert.Single(Problems("# only a comment\n---\n")));
        Assert.StartsWith("x.yaml:1:1: a list stands where a mapping is expected.", Assert.Single(Problems("- a")), StringComparison.Ordinal);
    }
}
