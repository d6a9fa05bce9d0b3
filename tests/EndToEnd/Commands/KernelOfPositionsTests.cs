using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary><c>nk kernel</c> on sequences with lengths, images and volumes, and by named kernels.</summary>
public sealed class KernelOfPositionsTests : IDisposable
{
    private const string Network = "[ { layer: Conv, filter: [3], padding: SAME }, { layer: Relu }, { layer: GlobalAvgPool }, { layer: Dense } ]";

    private readonly Workspace _workspace = new();

    [Theory]
    [InlineData("masked-conv-gap")]
    [InlineData("masked-conv-strided-gap")]
    [InlineData("masked-attention")]
    [InlineData("masked-layernorm")]
    [InlineData("masked-residual")]
    public void Kernel_OfSequencesWithLengths_MatchesTheReference(string name)
    {
        JsonNode c = References.Case("sequence.json", name);
        int[] lengths1 = c["lengths1"].Deserialize<int[]>()!, lengths2 = c["lengths2"].Deserialize<int[]>()!;
        Write(c);

        // One side as texts in two parts, the other as a file.
        _workspace.WriteNpy("lengths2.npy", lengths2, lengths2.Length);
        _workspace.Nk(
            "kernel", "network.json", "--x1", "x1.npy", "--x2", "x2.npy", "--lengths1", string.Join(",", lengths1[..2]), "--lengths1", string.Join(", ", lengths1[2..]),
            "--lengths2", "lengths2.npy", "--out", "k.npz").Succeeded();

        References.AssertClose(c["nngp"]!, _workspace.ReadNpz("k.npz", "nngp"), 1e-9);
        References.AssertClose(c["ntk"]!, _workspace.ReadNpz("k.npz", "ntk"), 1e-9);
    }

    [Theory]
    [InlineData("sequence.json", "conv1d-SAME-2-GlobalAvgPool")]
    [InlineData("sequence.json", "attention-pos-sum")]
    [InlineData("conv.json", "residual-strided")]
    [InlineData("conv.json", "conv-3d")]
    public void Kernel_OfArraysWithPositions_MatchesTheReference(string file, string name)
    {
        JsonNode c = References.Case(file, name);
        Write(c);
        _workspace.Nk("kernel", "network.json", "--x1", "x1.npy", "--x2", "x2.npy", "--out", "k.npz").Succeeded();
        References.AssertClose(c["nngp"]!, _workspace.ReadNpz("k.npz", "nngp"), 1e-9);
        References.AssertClose(c["ntk"]!, _workspace.ReadNpz("k.npz", "ntk"), 1e-9);
    }

    [Fact]
    public void Kernel_WithLengthsOfOneSide_TakesTheOtherAsWhole()
    {
        _workspace.WriteNpy("a.npy", Numbers(3 * 5 * 2), 3, 5, 2).WriteNpy("b.npy", Numbers(2 * 5 * 2), 2, 5, 2);
        string[] command = ["kernel", Network, "--x1", "a.npy", "--x2", "b.npy", "--lengths1", "2,5,3", "--out"];
        _workspace.Nk([.. command, "one.npz"]).Succeeded();
        _workspace.Nk([.. command, "both.npz", "--lengths2", "5,5"]).Succeeded();
        Assert.Equal(_workspace.ReadNpz("both.npz", "ntk"), _workspace.ReadNpz("one.npz", "ntk"));
        _workspace.Nk("kernel", Network, "--x1", "a.npy", "--x2", "b.npy", "--out", "whole.npz").Succeeded();
        double[][] whole = _workspace.ReadNpz("whole.npz", "ntk"), one = _workspace.ReadNpz("one.npz", "ntk");
        Assert.NotEqual(whole[0][0], one[0][0], 1e-3 * whole[0][0]);
        Assert.Equal(whole[1][1], one[1][1], 1e-12 * whole[1][1]);
    }

    [Theory]
    [InlineData("1,2", "--lengths1: 2 lengths for the 3 sequences of a.npy.", "one length for each")]
    [InlineData("1,2,3,4", "--lengths1: 4 lengths for the 3 sequences of a.npy.", "one length for each")]
    [InlineData("1,0,3", "--lengths1: the length 0 of sequence 1 is no whole number from 1 to 5.", "5 positions")]
    [InlineData("1,2,6", "--lengths1: the length 6 of sequence 2 is no whole number from 1 to 5.", "5 positions")]
    [InlineData("1,2.5,3", "--lengths1: the length 2.5 of sequence 1 is no whole number", "5 positions")]
    [InlineData("1,nan,3", "--lengths1: the length NaN of sequence 1 is no whole number", "5 positions")]
    [InlineData("1,,3", "--lengths1: '' is no number.", "--lengths1 5,3,7")]
    [InlineData("one", "--lengths1: 'one' is no number.", ".npy")]
    [InlineData("none.npy", "none.npy: cannot be read", "Check the file")]
    [InlineData("a.npy", "--lengths1: a.npy has the shape (3, 5, 2).", "one whole number")]
    public void Kernel_WithWrongLengths_SaysWhatIsWrong(string lengths, params string[] parts)
    {
        _workspace.WriteNpy("a.npy", Numbers(30), 3, 5, 2);
        _workspace.Nk("kernel", Network, "--x1", "a.npy", "--lengths1", lengths, "--out", "k.npz").Failed(1, parts);
        Assert.False(File.Exists(_workspace.File("k.npz")));
    }

    [Fact]
    public void Kernel_WithLengthsOfNoSequences_SaysSo()
    {
        _workspace.WriteNpy("v.npy", Numbers(6), 3, 2).WriteNpy("a.npy", Numbers(30), 3, 5, 2);
        _workspace.Nk("kernel", "{ type: fc }", "--x1", "v.npy", "--lengths1", "1,1,1", "--out", "k.npz").Failed(1, "--lengths1: v.npy has 2 axes and holds no sequences.", "N x L x C");
        _workspace.Nk("kernel", Network, "--x1", "a.npy", "--lengths2", "1,1,1", "--out", "k.npz").Failed(1, "--lengths2: there is no --x2.", "--lengths1");
    }

    [Fact]
    public void Kernel_ByName_IsThatOfTheLayersThatDescribeShows()
    {
        _workspace.WriteNpy("images.npy", Numbers(3 * 8 * 8 * 2), 3, 8, 8, 2);
        string[] options = ["--set", "layers=7", "--set", "nonlinearity=Gelu", "--set", "b_std=0.2"];
        string layers = JsonNode.Parse(_workspace.Nk(["describe", "kernel", "myrtle", "--json", .. options]).Succeeded().Output)!["stands_for"]!.ToJsonString();
        _workspace.Nk("kernel", layers, "--x1", "images.npy", "--out", "layers.npz").Succeeded();
        _workspace.Nk("kernel", "{ type: myrtle, layers: 7, nonlinearity: Gelu, b_std: 0.2 }", "--x1", "images.npy", "--out", "name.npz").Succeeded();
        Assert.Equal(_workspace.ReadNpz("layers.npz", "ntk"), _workspace.ReadNpz("name.npz", "ntk"));

        string text = _workspace.Nk(["describe", "myrtle", .. options]).Succeeded().Output;
        string yaml = text[(text.IndexOf("Stands for\n", StringComparison.Ordinal) + "Stands for\n".Length)..];
        _workspace.Write("layers.yaml", yaml).Nk("kernel", "layers.yaml", "--x1", "images.npy", "--out", "text.npz").Succeeded();
        Assert.Equal(_workspace.ReadNpz("layers.npz", "ntk"), _workspace.ReadNpz("text.npz", "ntk"));
    }

    [Fact]
    public void Kernel_OfKernels_CombinesTheirEntries()
    {
        _workspace.WriteNpy("images.npy", Numbers(3 * 4 * 4), 3, 4, 4, 1);
        double[][] Kernel(string kernel, string key = "ntk")
        {
            _workspace.Nk("kernel", kernel, "--x1", "images.npy", "--out", "k.npz").Succeeded();
            return _workspace.ReadNpz("k.npz", key);
        }

        const string Cv = "{ type: cv, depth: 2 }";
        double[][] cv = Kernel(Cv), gaussian = Kernel("{ type: gaussian }", "nngp");
        double[][] sum = Kernel($"{{ type: sum, kernels: [ {Cv}, {{ type: gaussian }} ], weights: [ 2, 3 ] }}");
        double[][] cosine = Kernel($"{{ type: cosine, kernel: {Cv} }}"), flip = Kernel($"{{ type: flip, kernel: {Cv}, combine: mean }}");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, cosine[i][i]);
            for (int j = 0; j < 3; j++)
            {
                Assert.Equal(2 * cv[i][j] + 3 * gaussian[i][j], sum[i][j], 1e-13 * sum[i][i]);
                Assert.Equal(cv[i][j] / Math.Sqrt(cv[i][i] * cv[j][j]), cosine[i][j], 1e-14);
                Assert.True(flip[i][j] <= Math.Sqrt(flip[i][i] * flip[j][j]) * (1 + 1e-12));
            }
        }

        _workspace.Nk("kernel", "{ type: sum, kernels: [ fc, gausian ] }", "--x1", "images.npy", "--out", "k.npz").Failed(2, "kernel.kernels[1]", "Did you mean gaussian?");
        _workspace.Nk("kernel", "{ type: flip, kernel: { type: wide_resnet, block_size: 1, pool: 1 } }", "--x1", "images.npy", "--out", "k.npz").Failed(1, "tells left from right", "horizontal_flip");
    }

    public void Dispose() => _workspace.Dispose();

    private static double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(t => Math.Sin(0.7 * t + 0.3) + 0.1)];

    private void Write(JsonNode reference)
    {
        _workspace.Write("network.json", reference["network"]!.ToJsonString());
        References.WriteInputs(_workspace, "x1.npy", reference["x1"]!);
        References.WriteInputs(_workspace, "x2.npy", reference["x2"]!);
    }
}
