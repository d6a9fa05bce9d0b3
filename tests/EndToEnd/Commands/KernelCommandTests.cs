using System.Text.Json.Nodes;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary><c>nk kernel</c> against kernels that neural-tangents computed, and on arrays that it cannot take.</summary>
public sealed class KernelCommandTests
{
    private const string Network = "[ { layer: Dense, W_std: 1.2, b_std: 0.3 }, { layer: Relu }, { layer: Dense } ]";

    [Theory]
    [InlineData("fc3-Relu-W1.2", "float64", 1e-9)]
    [InlineData("residual-fc", "float32", 2e-5)]
    [InlineData("layernorm-fc", "float64", 1e-9)]
    [InlineData("standard-parameterization", "float32", 2e-5)]
    public void Kernel_OfTwoArrays_MatchesTheReference(string name, string precision, double tolerance)
    {
        JsonNode c = References.Case("dense.json", name);
        using Workspace workspace = new();
        workspace.Write("network.json", c["network"]!.ToJsonString());
        References.WriteInputs(workspace, "x1.npy", c["x1"]!);
        References.WriteInputs(workspace, "x2.npy", c["x2"]!);
        workspace.Nk("kernel", "network.json", "--x1", "x1.npy", "--x2", "x2.npy", "--get", "nngp,ntk", "--precision", precision, "--out", "k.npz").Succeeded();
        References.AssertClose(c["nngp"]!, workspace.ReadNpz("k.npz", "nngp"), tolerance);
        References.AssertClose(c["ntk"]!, workspace.ReadNpz("k.npz", "ntk"), tolerance);
    }

    [Theory]
    [InlineData("fc1-Erf-W1.2", "float64", 1e-9)]
    [InlineData("fc1-Gelu-W1.2", "float32", 2e-5)]
    public void Kernel_OfOneArray_MatchesTheReference(string name, string precision, double tolerance)
    {
        JsonNode c = References.Case("dense.json", name);
        using Workspace workspace = new();
        References.WriteInputs(workspace, "x1.npy", c["x1"]!);
        // The network as a text, all kernels by default.
        workspace.Nk("kernel", c["network"]!.ToJsonString(), "--x1", "x1.npy", "--precision", precision, "--out", "k.npz", "--threads", "1").Succeeded();
        double[][] ntk = workspace.ReadNpz("k.npz", "ntk");
        References.AssertClose(c["nngp_x1_x1"]!, workspace.ReadNpz("k.npz", "nngp"), tolerance);
        References.AssertClose(c["ntk_x1_x1"]!, ntk, tolerance);
        for (int i = 0; i < ntk.Length; i++)
            Assert.Equal(ntk[i], ntk.Select(row => row[i]));
    }

    [Fact]
    public void Kernel_OfImages_IsThatOfTheirPixelsInARow()
    {
        using Workspace workspace = new();
        float[] pixels = [.. Enumerable.Range(0, 5 * 4 * 3 * 2).Select(i => MathF.Sin(i))];
        workspace.WriteNpy("images.npy", pixels, 5, 4, 3, 2).WriteNpy("vectors.npy", pixels, 5, 24);
        workspace.Nk("kernel", Network, "--x1", "images.npy", "--get", "ntk", "--out", "images.npz").Succeeded();
        workspace.Nk("kernel", Network, "--x1", "vectors.npy", "--get", "ntk", "--out", "vectors.npz").Succeeded();
        Assert.Equal(workspace.ReadNpz("vectors.npz", "ntk"), workspace.ReadNpz("images.npz", "ntk"));
    }

    [Theory]
    [InlineData("six.npy", "six.npy has the shape (1, 2, 2, 2, 2, 2).", "Give N x C vectors, N x L x C sequences")]
    [InlineData("line.npy", "line.npy has the shape (4).", "Give N x C vectors, N x L x C sequences")]
    [InlineData("empty.npy", "empty.npy has the shape (4, 0).", "Give N x C vectors, N x L x C sequences")]
    [InlineData("none.npy", "none.npy: cannot be read", "Check the file")]
    [InlineData("text.npy", "text.npy: no npy array", "numpy.save")]
    [InlineData("short.npy", "short.npy", "truncated")]
    public void Kernel_OfAnArrayThatIsNone_SaysWhatIsWrong(string file, params string[] parts)
    {
        using Workspace workspace = new();
        double[] numbers = new double[24];
        workspace.WriteNpy("six.npy", new double[32], 1, 2, 2, 2, 2, 2).WriteNpy("line.npy", new double[4], 4).WriteNpy("empty.npy", Array.Empty<double>(), 4, 0).Write("text.npy", "1,2\n3,4\n").WriteNpy("short.npy", numbers, 4, 6);
        workspace.Write("short.npy", File.ReadAllBytes(workspace.File("short.npy"))[..^9]);
        workspace.Nk("kernel", Network, "--x1", file, "--out", "k.npz").Failed(1, parts);
        Assert.False(File.Exists(workspace.File("k.npz")));
    }

    [Fact]
    public void Kernel_OfArraysWithDifferentWidths_NamesBoth()
    {
        using Workspace workspace = new();
        workspace.WriteNpy("a.npy", new double[8], 4, 2).WriteNpy("b.npy", new double[12], 4, 3);
        workspace.Nk("kernel", Network, "--x1", "a.npy", "--x2", "b.npy", "--out", "k.npz").Failed(1, "a.npy has examples of shape 2 and b.npy of shape 3", "one shape");
    }

    [Theory]
    [InlineData("[ { layer: Dens } ]", 2, "kernel.network[0].layer: unknown layer 'Dens'", "Did you mean Dense?")]
    [InlineData("[ { layer: Relu } ]", 1, "network[0]", "Relu", "Dense")]
    [InlineData("{ type: netwrok }", 2, "unknown kernel 'netwrok'", "Did you mean network?")]
    [InlineData("none.yaml", 2, "none.yaml")]
    public void Kernel_OfAWrongNetwork_SaysWhere(string network, int exitCode, params string[] parts)
    {
        using Workspace workspace = new();
        workspace.WriteNpy("a.npy", new double[] { 1, 2, 3, 4 }, 2, 2);
        workspace.Nk("kernel", network, "--x1", "a.npy", "--out", "k.npz").Failed(exitCode, parts);
    }

    [Fact]
    public void Kernel_WithOptionsThatCannotBe_SaysSoBeforeTheWork()
    {
        using Workspace workspace = new();
        workspace.WriteNpy("a.npy", new double[] { 1, 2, 3, 4 }, 2, 2);
        workspace.Nk("kernel", Network, "--x1", "a.npy", "--out", "k.npz", "--get", "ntk,foo").Failed(1, "--get: 'foo' is no kernel", "nngp");
        workspace.Nk("kernel", Network, "--x1", "a.npy", "--out", "none/k.npz").Failed(1, "--out", "none", "folder that exists");
        workspace.Nk("kernel", Network, "--x1", "a.npy").Failed(2, "--out", "nk kernel --help");
        Assert.Equal(["a.npy"], Directory.GetFileSystemEntries(workspace.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Kernel_OfNotANumber_NamesExampleAndFeature()
    {
        using Workspace workspace = new();
        workspace.WriteNpy("a.npy", new double[] { 1, 2, 3, double.NaN }, 2, 2);
        workspace.Nk("kernel", Network, "--x1", "a.npy", "--out", "k.npz").Failed(1, "a.npy: number 1 of row 1 is NaN", "Replace");
    }
}
