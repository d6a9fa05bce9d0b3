using NeuralKernels.Abstractions;
using NeuralKernels.Host.Experiments;

namespace NeuralKernels.Tests.Host.Experiments;

public class ExperimentOverrideTests
{
    private static ExperimentOptions With(params string[] overrides) => ExperimentFileTests.Experiment(ExperimentFileTests.Digits, overrides);

    private static string Problem(params string[] overrides) =>
        Assert.Single(ExperimentFileTests.Load(ExperimentFileTests.Digits, overrides).Problems).ToString();

    [Fact]
    public void Override_OfAnOption_ReplacesItsValue()
    {
        Assert.Equal([1e-3], ((CholeskyOptions)With("solver.ridge=1e-3").Solver.Options).Ridge);
        Assert.Equal(Precision.Float64, With("precision=float64").Precision);
        Assert.Equal(["accuracy", "mse"], With("metrics=[accuracy,mse]").Metrics.Select(m => m.Name));
        Assert.Equal("cg", With("solver={ type: cg, tolerance: 0.5 }").Solver.Name);
    }

    [Fact]
    public void Override_OfAnItemDeepInLists_ReplacesThatItem()
    {
        NetworkOptions network = (NetworkOptions)With("kernel.network[0].layers[0].W_std=2", "kernel.network[1]=Relu").Kernel.Options;

        Assert.Equal(new DenseOptions { WeightStd = 2, BiasStd = 0.1 }, network.Network[0].Layers![0].Options);
        Assert.Equal("Relu", network.Network[1].Name);
    }

    [Fact]
    public void Override_OfAnOptionOfAComponentWrittenAsAName_KeepsTheComponent()
    {
        Assert.Equal(new CgOptions { Tolerance = 0.5 }, With("solver=cg", "solver.tolerance=0.5").Solver.Options);
        Assert.Equal(["mse"], With("metrics[0]=mse").Metrics.Select(m => m.Name));
    }

    [Fact]
    public void Override_OfAnOptionOfADefaultComponent_ChoosesTheDefault()
    {
        ExperimentOptions experiment = ExperimentFileTests.Experiment("name: x\ndataset: digits\nkernel: rbf", "solver.ridge=[1, 2]", "split.test=0.5");

        Assert.Equal("cholesky", experiment.Solver.Name);
        Assert.Equal([1, 2], ((CholeskyOptions)experiment.Solver.Options).Ridge);
        Assert.Equal(new RandomSplitOptions { Test = 0.5 }, experiment.Split.Options);
    }

    [Fact]
    public void Override_OfASectionThatIsAbsent_CreatesIt() =>
        Assert.Equal("v", ExperimentFileTests.Experiment("name: x\ndataset: digits\nkernel: rbf", "tracking.tags[\"a.b=c\"]=v").Tracking.Tags["a.b=c"]);

    [Fact]
    public void Overrides_OfTheSameOption_ApplyInOrder() => Assert.Equal(2UL, With("seed=1", "seed=2").Seed);

    [Fact]
    public void Override_OfAnAlias_LeavesTheAnchorAlone()
    {
        const string text = "name: x\ndataset: digits\nkernel: { type: network, network: [ &d { layer: Dense, W_std: 3 }, *d ] }";

        NetworkOptions network = (NetworkOptions)ExperimentFileTests.Experiment(text, "kernel.network[1].W_std=2").Kernel.Options;

        Assert.Equal([3, 2], network.Network.Select(l => ((DenseOptions)l.Options).WeightStd));
    }

    [Theory]
    [InlineData("solver.ridge=-1", "--set solver.ridge=-1: solver.ridge: -1 is below the allowed minimum 0.\n  Allowed: at least 0.")]
    [InlineData("solver.rigde=1", "--set solver.rigde=1: solver.rigde: unknown option of solver cholesky.\n  Did you mean ridge? Options: ridge, select. See: nk describe solver cholesky")]
    [InlineData("solver.ridge", "--set solver.ridge: there is no '='.\n  Write --set path=value, such as --set solver.ridge=1e-3")]
    [InlineData("=1", "--set =1: there is no path before '='.\n  Write keys with '.' between them and places in lists as [0], such as kernel.network[0].W_std")]
    [InlineData("a..b=1", "--set a..b=1: 'a..b' is no path of an option.\n  Write keys with '.' between them and places in lists as [0], such as kernel.network[0].W_std")]
    [InlineData("a[x]=1", "--set a[x]=1: 'a[x]' is no path of an option.\n  Write keys with '.' between them and places in lists as [0], such as kernel.network[0].W_std")]
    [InlineData("kernel.network[2]=Relu", "--set kernel.network[2]=Relu: kernel.network[2]: the list has 2 items, [0] to [1].\n  To add items, set the whole list: --set \"kernel.network=[...]\"")]
    [InlineData("augmentation[0]=flip", "--set augmentation[0]=flip: augmentation[0]: the list is empty.\n  To add items, set the whole list: --set \"augmentation=[...]\"")]
    [InlineData("metrics[1]=mse", "--set metrics[1]=mse: metrics[1]: the list has one item, [0].\n  To add items, set the whole list: --set \"metrics=[...]\"")]
    [InlineData("kernel.network.W_std=1", "--set kernel.network.W_std=1: kernel.network: a list stands here, which has no key 'W_std'.\n  Say which item is meant by a place in the list, such as [0].")]
    [InlineData("seed.a=1", "x.yaml:2:7: seed: a mapping stands where a whole number is expected.\n  Write a whole number. See: nk describe experiment")]
    [InlineData("name=", "--set name=: name: has no value.\n  Write text. See: nk describe experiment")]
    public void Override_ThatIsWrong_IsReportedWithItsText(string text, string problem) => Assert.Equal(problem, Problem(text));

    [Fact]
    public void Override_WhoseValueIsNoYaml_IsReportedWithItsText() =>
        Assert.StartsWith("--set metrics=[accuracy: not valid YAML: ", Problem("metrics=[accuracy"), StringComparison.Ordinal);
}
