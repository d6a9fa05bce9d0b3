using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Evaluation by planes against kernels computed by neural-tangents in float64.</summary>
public sealed class PlaneReferenceTests(ITestOutputHelper output)
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    [Theory]
    [InlineData("conv.json", 18)]
    [InlineData("sequence.json", 8)]
    public void Planes_OfAllCasesOfTheirDomain_MatchTheReference(string file, int fewest)
    {
        JsonArray cases = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", file)))!["cases"]!.AsArray();
        int checkedCases = 0;
        foreach (JsonNode? node in cases)
        {
            if (node!["x2"] is null)
                continue;
            Network network = ReferenceCase.ReadNetwork(node["network"]!);
            Examples x1 = Read(node["x1"]!, node["lengths1"]);
            PlaneNetwork? planes = PlaneNetwork.TryCreate(network, x1.Shape, out string reason, hasLengths: node["lengths1"] is not null);
            output.WriteLine($"{node["name"]}: {(planes is null ? reason : "planes")}");
            if (planes is null)
                continue;
            Compare<double>(planes, x1, Read(node["x2"]!, node["lengths2"]), node, 1e-9);
            checkedCases++;
        }

        Assert.True(checkedCases >= fewest, $"Only {checkedCases} of {cases.Count} cases of {file} are in the domain of planes.");
    }

    [Theory]
    [InlineData("flatten-cnn-7", 1, 1e-9)]
    [InlineData("myrtle-5", 1, 1e-9)]
    [InlineData("flatten-cnn-7", 0, 1e-5)]
    [InlineData("myrtle-5", 0, 1e-5)]
    public void Planes_OnImages_MatchTheReference(string name, int precision, double tolerance)
    {
        JsonNode node = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", "cifar10.json")))!["cases"]!.AsArray()
            .Single(c => c!["name"]!.GetValue<string>() == name)!;
        Examples x1 = ReadImages(node["rows"].Deserialize<int[]>()!);
        Examples x2 = ReadImages(node["columns"].Deserialize<int[]>()!);
        PlaneNetwork planes = PlaneNetwork.TryCreate(ReferenceCase.ReadNetwork(node["network"]!), x1.Shape, out _)!;
        if ((Precision)precision == Precision.Float32)
            Compare<float>(planes, x1, x2, node, tolerance);
        else
            Compare<double>(planes, x1, x2, node, tolerance);
    }

    private static void Compare<T>(PlaneNetwork planes, Examples x1, Examples x2, JsonNode node, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using PreparedPlanes<T> rows = planes.Prepare<T>(x1, Both, default);
        using PreparedPlanes<T> columns = planes.Prepare<T>(x2, Both, default);
        using NativeMatrix<T> nngp = new((nint)rows.Count, (nint)columns.Count);
        using NativeMatrix<T> ntk = new((nint)rows.Count, (nint)columns.Count);
        planes.Evaluate(rows, 0, columns, 0, nngp.View, ntk.View);
        Near(node["nngp"]!, nngp.View, "nngp");
        Near(node["ntk"]!, ntk.View, "ntk");

        void Near(JsonNode values, MatrixView<T> actual, string what)
        {
            double[][] expected = values.Deserialize<double[][]>()!;
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                {
                    double error = Math.Abs(double.CreateChecked(actual[i, j]) - expected[i][j]);
                    Assert.True(
                        error <= tolerance * Math.Abs(expected[i][j]) + 1e-15,
                        $"{node["name"]} {what} [{i}, {j}]: {actual[i, j]} instead of {expected[i][j]}, relative error {error / Math.Abs(expected[i][j]):g3}");
                }
            }
        }
    }

    private static Examples Read(JsonNode inputs, JsonNode? lengths)
    {
        double[][] rows = ReferenceCase.ReadInputs(inputs);
        int[] shape = inputs["shape"].Deserialize<int[]>()!;
        FeatureSource features = FeatureSource.FromArray([.. rows.SelectMany(row => row)], rows[0].Length);
        return shape.Length == 3 ? new SequenceExamples(features, shape[1], shape[2], lengths.Deserialize<int[]>()) : new ImageExamples(features, shape[1..^1], shape[^1]);
    }

    // Records of a label byte and 3072 bytes: planes of red, green and blue.
    private static ImageExamples ReadImages(int[] indices)
    {
        double[] mean = [.4914, .4822, .4465], deviation = [.2470, .2435, .2616];
        using GZipStream stream = new(File.OpenRead(TestData.Require("data", "cifar10", "lossless", "train_first4000.bin.gz")), CompressionMode.Decompress);
        byte[] records = new byte[(indices.Max() + 1) * 3073];
        stream.ReadExactly(records);
        double[] values = [.. indices.SelectMany(index => Enumerable.Range(0, 3072).Select(f =>
        {
            (int position, int channel) = Math.DivRem(f, 3);
            return (records[index * 3073 + 1 + channel * 1024 + position] / 255.0 - mean[channel]) / deviation[channel];
        }))];
        return new ImageExamples(FeatureSource.FromArray(values, 3072), 32, 32, 3);
    }
}
