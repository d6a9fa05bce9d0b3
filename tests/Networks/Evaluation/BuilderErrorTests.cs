using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>What users are told when layers do not fit each other, or the data does not fit the network.</summary>
public sealed class BuilderErrorTests
{
    [Fact]
    public void Nonlinearity_OnTheInput_AsksForADenseLayer() =>
        Fails([new Relu()], "network[0]: Relu needs Gaussian preactivations, and what comes before it is the input.", "Put a Dense layer before it.");

    [Fact]
    public void Nonlinearity_AfterANonlinearity_NamesThePlace() => Fails(
        [new Dense(), new Serial { Layers = [new Relu(), new Erf()] }],
        "network[1].layers[1]: Erf needs Gaussian preactivations, and what comes before it is not a random affine layer.", "Put a Dense layer before it.");

    [Fact]
    public void LayerNorm_AfterANonlinearity_IsRefused() =>
        Fails([new Dense(), new Relu(), new LayerNorm()], "network[2]: LayerNorm needs Gaussian preactivations", "Put a Dense layer before it.");

    [Fact]
    public void Residual_OfTwoNonGaussianBranches_AsksForDense() => Fails(
        [new Dense(), new Residual { Branches = [new Relu(), new Serial { Layers = [new Dense(), new Relu()] }] }],
        "network[1]: a sum of more than one branch whose outputs are not zero-mean Gaussian has no closed form.", "End all branches but one with a Dense layer.");

    [Fact]
    public void Residual_OfDependentBranches_IsRefused() => Fails(
        [new Dense(), new Residual { Branches = [new Identity(), new Identity()] }],
        "network[1]: more than one branch has no random weights of its own", "Put a Dense layer into all branches but one.");

    [Fact]
    public void Product_OfDependentBranches_IsRefused() => Fails(
        [new Dense(), new Product { Branches = [new Relu(), new Erf()] }],
        "network[1]: more than one branch has no random weights of its own", "Put a Dense layer into all branches but one.");

    [Fact]
    public void Residual_OfDifferentWidths_NamesThem() => Fails(
        [new Residual { Branches = [new Dense { Width = 64 }, new Dense { Width = 32 }] }],
        "network[0]: the branches have the widths 64 and 32.", "Give their last Dense layers the same width.");

    [Fact]
    public void Residual_WithoutBranches_IsRefused() =>
        Fails([new Residual()], "network[0]: there are no branches.", "Give at least one branch.");

    [Fact]
    public void Concat_OfTooManyChannels_IsRefused() => Fails(
        [new Concat { Branches = [new Dense { Width = int.MaxValue }, new Dense { Width = int.MaxValue }] }],
        "network[0]: the widths of the branches add up to 4294967294.", "only their ratios matter");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public void LayerNorm_OverAnotherAxis_IsRefused(int axis) =>
        Fails([new Dense(), new LayerNorm { Axis = [axis] }], $"network[1]: LayerNorm over the axes [{axis}] is not defined for an array of 2 axes (example, position.., channel).", "-1 must be among them");

    [Fact]
    public void Concat_AlongAnotherAxis_IsRefused() =>
        Fails([new Concat { Axis = 0, Branches = [new Dense()] }], "network[0]: there is no axis 0 to concatenate along.", "-1");

    [Fact]
    public void Prepare_OfAnOverflowingVariance_NamesTheExampleAndTheRemedy()
    {
        Network network = new([new Repeat { Times = 20, Layers = [new Dense { WStd = 1e3 }, new Relu()] }, new Dense()]);
        UserErrorException error = Assert.Throws<UserErrorException>(() => Prepare<float>(network, [[0, 0], [1, 1]]));
        Assert.StartsWith("The variance of example 1 is ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("beyond Single.", error.Message, StringComparison.Ordinal);
        Assert.Equal("Use precision: float64, smaller W_std, fewer layers or LayerNorm.", error.Remedy);
        Prepare<double>(network, [[0, 0], [1, 1]]);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Prepare_OfFeaturesThatAreNotFinite_NamesExampleAndFeature(double value, string printed)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => Prepare<double>(new Network([new Dense()]), [[1, 2], [3, 4], [5, value]]));
        Assert.Equal($"Feature 1 of example 2 is {printed}.", error.Message);
        Assert.Contains("Remove or impute", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_OfFeaturesBeyondFloat32_SuggestsScaling()
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => Prepare<float>(new Network([new Dense()]), [[1e200, 0]]));
        Assert.StartsWith("The squared norm of example 0 is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("standardize", error.Remedy, StringComparison.Ordinal);
    }

    private static void Fails(Layer[] layers, string message, string remedy)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => new VectorNetwork(new Network(layers), 4));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    private static void Prepare<T>(Network network, double[][] x)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using PreparedVectors<T> prepared = new VectorNetwork(network, 2).Prepare<T>(FeatureSource.FromArray([.. x.SelectMany(r => r)], 2), KernelOutputs.Ntk, default);
        Assert.Equal(x.Length, prepared.Count);
    }
}
