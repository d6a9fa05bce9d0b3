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
}
