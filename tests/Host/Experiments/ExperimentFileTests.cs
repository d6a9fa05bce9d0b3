using NeuralKernels.Abstractions;
using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Tests.Host.Experiments;

public class ExperimentFileTests
{
    internal const string Digits = """
        name: digits-ntk
        seed: 7
        dataset: { type: digits, take: 1000 }
        split: { type: random, test: 0.25, stratified: true }
        transforms: [ standardize, { type: clip, maximum: 3 } ]
        kernel:
          type: network
          get: ntk
          network:
            - { layer: Repeat, times: 3, layers: [ { layer: Dense, W_std: 1.414, b_std: 0.1 }, Relu ] }
            - layer: Dense
        solver: { type: cholesky, ridge: [1e-6, 1e-4, 1e-2], select: validation }
        metrics: accuracy
        tracking: { experiment: digits, tags: { purpose: trial } }
        """;

    internal static ExperimentFileResult Load(string text, params string[] overrides) =>
        ExperimentFile.Parse(text, "x.yaml", overrides, ToyPlugin.Catalog());

    internal static ExperimentOptions Experiment(string text, params string[] overrides)
    {
        ExperimentFileResult result = Load(text, overrides);
        Assert.True(result.Succeeded, result.Report());
        return result.Experiment;
    }

    [Fact]
    public void Parse_OfACompleteFile_BindsEverything()
    {
        ExperimentOptions experiment = Experiment(Digits);

        Assert.Equal("digits-ntk", experiment.Name);
        Assert.Equal(7UL, experiment.Seed);
        Assert.Equal(Precision.Float32, experiment.Precision);
        Assert.Equal("digits", experiment.Dataset.Name);
        Assert.Equal(1000, Assert.IsType<DigitsOptions>(experiment.Dataset.Options).Take);
        Assert.Equal(new RandomSplitOptions { Test = 0.25, Stratified = true }, experiment.Split.Options);
        Assert.Equal(["standardize", "clip"], experiment.Transforms.Select(t => t.Name));
        Assert.Equal(new ClipOptions { Maximum = 3 }, experiment.Transforms[1].Options);
        Assert.Equal([1e-6, 1e-4, 1e-2], Assert.IsType<CholeskyOptions>(experiment.Solver.Options).Ridge);
        Assert.Equal(["accuracy"], experiment.Metrics.Select(m => m.Name));
        Assert.Equal("digits", experiment.Tracking.Experiment);
        Assert.Equal("trial", experiment.Tracking.Tags["purpose"]);
        Assert.True(experiment.Targets.Standardize);

        NetworkOptions network = Assert.IsType<NetworkOptions>(experiment.Kernel.Options);
        Assert.Equal(["Repeat", "Dense"], network.Network.Select(l => l.Name));
        Assert.Equal(["Dense", "Relu"], network.Network[0].Layers!.Select(l => l.Name));
        Assert.Equal(new DenseOptions { WeightStd = 1.414, BiasStd = 0.1 }, network.Network[0].Layers![0].Options);
    }

    [Fact]
    public void Parse_OfTheLeastFile_FillsInDefaults()
    {
        ExperimentOptions experiment = Experiment("name: x\ndataset: digits\nkernel: rbf");

        Assert.Equal("random", experiment.Split.Name);
        Assert.Equal("cholesky", experiment.Solver.Name);
        Assert.Equal([1e-6], ((CholeskyOptions)experiment.Solver.Options).Ridge);
        Assert.Empty(experiment.Metrics);
        Assert.True(experiment.Tracking.Enabled);
        Assert.Null(experiment.Tracking.Store);
    }

    [Fact]
    public void Component_IsMadeOnLoadingAndOnRequest()
    {
        ExperimentOptions experiment = Experiment(Digits);

        Assert.Same(experiment.Kernel.Options, Assert.IsType<ToyKernel>(experiment.Kernel.Instance).Options);
        Assert.NotSame(experiment.Kernel.Instance, experiment.Kernel.Create());
        Assert.Equal("toy", experiment.Kernel.Descriptor.Plugin);
    }

    [Fact]
    public void Parse_OfEveryOptionType_BindsIt()
    {
        ExperimentOptions experiment = Experiment("""
            name: 12
            dataset: { type: table, path: p.csv, columns: [a, 2], separator: ";", scales: { a: 1, b: 2.5 } }
            kernel: { type: rbf, length_scale: 2e-3, order: 1, shape: { power: 3, inner: {} } }
            solver: { type: cg, max_iterations: 1e2, budget: 0x10, tolerance: .5 }
            transforms: { type: clip, scale: 0.1 }
            """);

        Assert.Equal("12", experiment.Name);
        TableOptions table = Assert.IsType<TableOptions>(experiment.Dataset.Options);
        Assert.Equal(["a", "2"], table.Columns);
        Assert.Equal(2.5, table.Scales["b"]);
        Assert.Equal(new RbfOptions { LengthScale = 2e-3, Order = 1, Shape = new RbfShape { Power = 3, Inner = new RbfShape() } }, experiment.Kernel.Options);
        Assert.Equal(new CgOptions { MaxIterations = 100, Budget = 16, Tolerance = 0.5 }, experiment.Solver.Options);
        Assert.Equal(new ClipOptions { Scale = 0.1f }, experiment.Transforms[0].Options);
    }

    [Fact]
    public void Parse_OfAnInfinity_TakesItWhereItIsTheDefault() =>
        Assert.Equal(new ClipOptions(), Experiment("name: x\ndataset: digits\nkernel: rbf\ntransforms: { type: clip, maximum: .inf }").Transforms[0].Options);

    [Fact]
    public void Parse_OfEmptySections_TakesTheirDefaults()
    {
        ExperimentOptions experiment = Experiment("name: x\ndataset: { type: digits, take: }\nkernel: rbf\ntracking:\nmetrics:\ntargets:\ndescription:");

        Assert.True(experiment.Tracking.Enabled);
        Assert.Empty(experiment.Metrics);
        Assert.Null(experiment.Description);
        Assert.Null(((DigitsOptions)experiment.Dataset.Options).Take);
    }

    [Fact]
    public void Parse_OfLayersInBranches_BindsToAnyDepth()
    {
        ExperimentOptions experiment = Experiment("""
            name: x
            dataset: digits
            kernel:
              type: network
              network:
                layer: Residual
                branches:
                  - [ Relu, { layer: Repeat, layers: { layer: Residual, branches: [ [Relu], [{ layer: Dense, W_std: 3 }] ] } } ]
                  - []
            """);

        ToyLayer outer = Assert.Single(((NetworkOptions)experiment.Kernel.Options).Network);
        Assert.Equal("Relu", ((ResidualOptions)outer.Options).Last.Name);
        ToyLayer inner = Assert.Single(outer.Layers![1].Layers!);
        Assert.Equal(new DenseOptions { WeightStd = 3 }, inner.Layers![1].Options);
    }

    [Fact]
    public void Parameters_HoldAllOptionsThatBearOnResults_WithDefaults() => Assert.Equal(
        """
        seed = 7
        precision = float32
        dataset.type = digits
        dataset.take = 1000
        dataset.classes = []
        split.type = random
        split.test = 0.25
        split.validation = 0.1
        split.stratified = true
        transforms.0.type = standardize
        transforms.1.type = clip
        transforms.1.maximum = 3
        transforms.1.scale = 1
        augmentation = []
        kernel.type = network
        kernel.get = ntk
        kernel.network.0.layer = Repeat
        kernel.network.0.times = 3
        kernel.network.0.layers.0.layer = Dense
        kernel.network.0.layers.0.W_std = 1.414
        kernel.network.0.layers.0.b_std = 0.1
        kernel.network.0.layers.1.layer = Relu
        kernel.network.1.layer = Dense
        kernel.network.1.W_std = 1
        kernel.network.1.b_std = 0
        solver.type = cholesky
        solver.ridge = [1e-6, 0.0001, 0.01]
        solver.select = validation
        metrics.0.type = accuracy
        targets.standardize = true
        """.ReplaceLineEndings("\n"),
        string.Join('\n', Load(Digits).Parameters.Select(p => $"{p.Key} = {p.Value}")));

    [Fact]
    public void Parameters_WithKeysThatTrackersRefuse_AreRenamedAndStayApart()
    {
        IReadOnlyList<KeyValuePair<string, string>> parameters = Load("name: x\nkernel: rbf\ndataset: { type: table, path: p, scales: { 'a@': 1, 'a#': 2, 'é': 3 } }").Parameters;

        Assert.Equal(["1", "2", "3"], new[] { "dataset.scales.a_", "dataset.scales.a__2", "dataset.scales._" }.Select(k => parameters.Single(p => p.Key == k).Value));
        Assert.All(parameters, p => Assert.Matches(@"^[/\w.\- :]+$", p.Key));
    }

    [Fact]
    public void Yaml_HoldsTheFileWithItsOverrides() => Assert.Equal(
        """
        name: digits-ntk
        dataset:
          type: digits
          take: 10
        kernel:
          type: network
          network:
          - layer: Dense
          - layer: Dense
            W_std: 2
        solver:
          type: cholesky
          ridge: [1, 2]

        """.ReplaceLineEndings("\n"),
        Load("{ $schema: nk.schema.json, name: digits-ntk, dataset: digits, kernel: { type: network, network: [ &d { layer: Dense }, *d ] } }",
            "dataset.take=10", "kernel.network[1].W_std=2", "solver.ridge=[1, 2]").Yaml);

    [Fact]
    public void Load_OfAFile_NamesItAsTheUserDid()
    {
        string folder = Directory.CreateTempSubdirectory("nk-options-").FullName;
        try
        {
            string path = Path.Combine(folder, "digits.yaml");
            File.WriteAllText(path, Digits + "\nsed: 1");
            File.WriteAllText(Path.Combine(folder, "digits.json"), "{\n\t\"name\": \"x\",\n\t\"dataset\": \"digits\",\n\t\"kernel\": \"rbf\"\n}");
            File.WriteAllBytes(Path.Combine(folder, "bom.yaml"), [0xEF, 0xBB, 0xBF, .. "name: x\nkernel: rbf\ndataset: digits"u8]);

            Assert.StartsWith($"{path}:15:1: sed: unknown option of an experiment.\n  Did you mean seed?", ExperimentFile.Load(path, [], ToyPlugin.Catalog()).Report(), StringComparison.Ordinal);
            Assert.Equal("x", ExperimentFile.Load(Path.Combine(folder, "digits.json"), [], ToyPlugin.Catalog()).Experiment.Name);
            Assert.Equal("x", ExperimentFile.Load(Path.Combine(folder, "bom.yaml"), [], ToyPlugin.Catalog()).Experiment.Name);
            Assert.StartsWith($"{folder}/digit.yaml: no such file.\n  Did you mean digits.yaml? Paths are relative to ", ExperimentFile.Load($"{folder}/digit.yaml", [], ToyPlugin.Catalog()).Report(), StringComparison.Ordinal);
            Assert.Contains(": cannot be read: ", ExperimentFile.Load(folder, [], ToyPlugin.Catalog()).Report(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
