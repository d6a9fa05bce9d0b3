using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Kernels.Image;

/// <summary>The wide residual network: its layers, and its kernels against those that neural-tangents computed.</summary>
public sealed class WideResnetTests
{
    [Fact]
    public void ToNetwork_ByDefault_IsTheExampleOfNeuralTangents()
    {
        Layer identity = new Repeat { Times = 3, Layers = [Block(null, new Identity())] };
        Assert.Equal(
            new Network(
            [
                Conv(null),
                Block(null, Conv(null)), identity,
                Block([2, 2], Conv([2, 2])), identity,
                Block([2, 2], Conv([2, 2])), identity,
                new AvgPool { Window = [8, 8], Strides = [8, 8] }, new Flatten(), new Dense { WStd = 1, BStd = 0 },
            ]),
            new WideResnetOptions().ToNetwork());

        static Conv Conv(int[]? strides) => new() { Filter = [3, 3], Strides = strides, Padding = Padding.Same, WStd = 1, BStd = 0 };
        static Residual Block(int[]? strides, Layer shortcut) => new()
        {
            Branches = [new Serial { Layers = [new Relu(), Conv(strides), new Relu(), Conv(null)] }, shortcut],
        };
    }

    [Fact]
    public void ToNetwork_ByDefault_IsEvaluatedByPlanes() =>
        Assert.NotNull(PlaneNetwork.TryCreate(new WideResnetOptions().ToNetwork(), new ExampleShape(ExampleKinds.Images, [32, 32], 3), out _));

    [Fact]
    public void ToNetwork_WithoutPool_EndsInTheMean()
    {
        IReadOnlyList<Layer> layers = new WideResnetOptions { Pool = null }.ToNetwork().Layers;
        Assert.Equal([new GlobalAvgPool(), new Dense { WStd = 1, BStd = 0 }], layers.Skip(layers.Count - 2));
    }

    [Fact]
    public void Kernel_OfTwoBlocksAGroup_IsTheReference()
    {
        JsonNode reference = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", "conv.json")))!["cases"]!.AsArray()
            .Single(c => c!["name"]!.GetValue<string>() == "wide-resnet-block-1")!;
        NetworkKernel kernel = new WideResnetOptions { BlockSize = 2, Pool = 2, WStd = 1.5, BStd = 0.1 }.ToKernel();
        KernelOutputs both = KernelOutputs.Nngp | KernelOutputs.Ntk;
        using IPreparedExamples x1 = kernel.Prepare<double>(Images(reference["x1"]!), both, default), x2 = kernel.Prepare<double>(Images(reference["x2"]!), both, default);
        using NativeMatrix<double> nngp = new((nint)x1.Count, (nint)x2.Count), ntk = new((nint)x1.Count, (nint)x2.Count);
        kernel.Evaluate<double>(x1, 0, x2, 0, nngp.View, ntk.View);
        foreach ((string name, NativeMatrix<double> actual) in new[] { ("nngp", nngp), ("ntk", ntk) })
        {
            double[][] expected = reference[name].Deserialize<double[][]>()!;
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                    Assert.Equal(expected[i][j], actual[i, j], 1e-9 * Math.Abs(expected[i][j]));
            }
        }
    }

    // The formula of the reference data: scale * kind(a t + b), t the flat row-major index.
    private static ImageExamples Images(JsonNode node)
    {
        int[] shape = node["shape"].Deserialize<int[]>()!;
        (double a, double b, double scale) = (node["a"]!.GetValue<double>(), node["b"]!.GetValue<double>(), node["scale"]!.GetValue<double>());
        Func<double, double> kind = node["kind"]!.GetValue<string>() == "sin" ? Math.Sin : Math.Cos;
        int width = shape[1] * shape[2] * shape[3];
        return new ImageExamples(FeatureSource.FromArray([.. Enumerable.Range(0, shape[0] * width).Select(t => scale * kind(a * t + b))], width), shape[1], shape[2], shape[3]);
    }
}
