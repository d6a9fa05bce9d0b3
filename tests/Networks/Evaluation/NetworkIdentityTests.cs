using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Networks that are the same function, and networks as values.</summary>
public sealed class NetworkIdentityTests
{
    private static readonly Dense Affine = new() { WStd = 1.4, BStd = 0.2, Width = 8 };

    public static TheoryData<string> Equivalent() => [.. Pairs.Keys];

    private static readonly Dictionary<string, (Layer[] One, Layer[] Other)> Pairs = new()
    {
        ["Repeat is unrolled"] = ([new Repeat { Times = 3, Layers = [Affine, new Relu()] }, Affine], [Affine, new Relu(), Affine, new Relu(), Affine, new Relu(), Affine]),
        ["Repeat of none is nothing"] = ([new Repeat { Times = 0, Layers = [Affine, new Relu()] }, Affine], [Affine]),
        ["Serial is its layers"] = ([new Serial { Layers = [Affine, new Serial { Layers = [new Erf()] }] }, Affine], [Affine, new Erf(), Affine]),
        ["Identity and Flatten are nothing"] = ([new Flatten(), Affine, new Identity(), new Gelu(), new Flatten(), Affine], [Affine, new Gelu(), Affine]),
        ["A sum of one branch is the branch"] = ([new Residual { Branches = [Affine] }, new Relu(), Affine], [Affine, new Relu(), Affine]),
        ["A product of one branch is the branch"] = ([new Product { Branches = [Affine] }, new Relu(), Affine], [Affine, new Relu(), Affine]),
        ["A concatenation of equals is one"] = (
            [new Concat { Branches = [new Serial { Layers = [Affine, new Relu()] }, new Serial { Layers = [Affine, new Relu()] }] }, Affine], [Affine, new Relu(), Affine]),
        ["Dropout that keeps all is nothing"] = ([Affine, new Relu(), new Dropout { Keep = 1 }, Affine], [Affine, new Relu(), Affine]),
        ["Rbf is a sine"] = (
            [Affine, new Rbf { Gamma = 0.3 }, Affine], [Affine, new Sin { A = Math.Sqrt(2), B = Math.Sqrt(0.6), C = Math.PI / 4 }, Affine]),
    };

    [Theory]
    [MemberData(nameof(Equivalent))]
    public void Networks_ThatAreTheSameFunction_HaveTheSameKernels(string key)
    {
        double[][] x = RandomNetworks.Examples(7, 3);
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<double>(new Network(Pairs[key].One), x, null);
        (double[,] otherNngp, double[,] otherNtk) = Kernels.Evaluate<double>(new Network(Pairs[key].Other), x, null);
        Assert.Equal(otherNngp.Cast<double>(), nngp.Cast<double>(), (a, b) => Math.Abs(a - b) <= 1e-13);
        Assert.Equal(otherNtk.Cast<double>(), ntk.Cast<double>(), (a, b) => Math.Abs(a - b) <= 1e-13);
    }

    [Fact]
    public void ZeroExamples_WithoutBiases_HaveZeroKernels()
    {
        double[][] x = RandomNetworks.Examples(6, 5);
        (double[,] nngp, double[,] ntk) = Kernels.Evaluate<float>(new Network([new Dense(), new Relu(), new Dense(), new Gelu(), new Dense()]), x, null);
        for (int j = 0; j < 4; j++)
            Assert.Equal((0, 0, 0, 0), (nngp[1, j], nngp[j, 1], ntk[1, j], ntk[j, 1]));
    }

    [Fact]
    public void Networks_OfEqualLayers_AreEqualValues()
    {
        static Network Make(double alpha) => new([
            new Dense { WStd = 1.5, BStd = 0.1 }, new LeakyRelu { Alpha = alpha },
            new Residual { Branches = [new Identity(), new Serial { Layers = [new Dense(), new Polynomial { Coef = [0, 1, alpha] }, new Dense()] }] }, new Dense()]);
        Assert.Equal(Make(0.1), Make(0.1));
        Assert.Equal(Make(0.1).GetHashCode(), Make(0.1).GetHashCode());
        Assert.Equal(Make(0.1).Hash, Make(0.1).Hash);
        Assert.Equal(Make(0.1).Layers, Make(0.1).Layers);
        Assert.NotEqual(Make(0.1), Make(0.1 + 1e-16));
        Assert.NotEqual(Make(0.1).Hash, Make(0.2).Hash);
        Assert.False(Make(0.1).Equals(null));
    }

    // Stores are keyed by this text: it must not change from version to version.
    [Fact]
    public void CanonicalText_OfANetwork_IsStable()
    {
        Network network = new([new Repeat { Times = 2, Layers = [new Dense { WStd = 1.5, BStd = 0.1 }, new Relu()] }, new Dense { Parameterization = Parameterization.Standard, Width = 3 }]);
        Assert.Equal(
            "Repeat(Layers=[Dense(b_std=0.1, Parameterization=Ntk, W_std=1.5, Width=512), Relu()], Times=2); Dense(b_std=null, Parameterization=Standard, W_std=1, Width=3)",
            network.CanonicalText);
        Assert.Equal("2 x [Dense, Relu], Dense", network.Description);
        Assert.Equal(64, network.Hash.Length);
    }

    [Fact]
    public void Residual_WithAnIdentity_TakesItsWidth()
    {
        Dense standard = new() { Parameterization = Parameterization.Standard };
        double[][] x = RandomNetworks.Examples(6, 2);
        Network Make(int width) => new([new Residual { Branches = [new Dense { Width = width }, new Identity()] }, standard]);
        Assert.Equal(Kernels.Evaluate<double>(Make(7), x, null).Ntk, Kernels.Evaluate<double>(Make(700), x, null).Ntk);
    }
}
