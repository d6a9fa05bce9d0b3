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
    [InlineData("conv.json", 27)]
    [InlineData("sequence.json", 14)]
    public void Planes_OfAllCasesOfTheirDomain_MatchTheReference(string file, int fewest)
    {
        JsonArray cases = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", file)))!["cases"]!.AsArray();
        int checkedCases = 0;
        foreach (JsonNode? node in cases)
        {
            Network network = ReferenceCase.ReadNetwork(node!["network"]!);
            Examples x1 = Read(node["x1"]!, node["lengths1"]);
            PlaneNetwork? planes = PlaneNetwork.TryCreate(network, x1.Shape, out string reason, hasLengths: node["lengths1"] is not null);
            output.WriteLine($"{node["name"]}: {(planes is null ? reason : "planes")}");
            if (planes is null)
                continue;
            using PreparedPlanes<double> rows = planes.Prepare<double>(x1, Both, default);
            if (node["x2"] is { } other)
            {
                using PreparedPlanes<double> columns = planes.Prepare<double>(Read(other, node["lengths2"]), Both, default);
                Compare<double, PreparedPlanes<double>>((x, y, k, t) => planes.Evaluate(x, 0, y, 0, k, t), rows, columns, node, "", 1e-9);
            }

            if (node["nngp_x1_x1"] is not null)
            {
                Compare<double, PreparedPlanes<double>>((x, y, k, t) => planes.Evaluate(x, 0, y, 0, k, t), rows, rows, node, "_x1_x1", 1e-9);
                CompareDiagonal(rows, node, network.Layers.Count);
            }

            checkedCases++;
        }

        Assert.True(checkedCases >= fewest, $"Only {checkedCases} of {cases.Count} cases of {file} are in the domain of planes.");
    }

    [Theory]
    [MemberData(nameof(ImageCases))]
    public void Kernels_OfImages_MatchTheReference(string name, Precision precision)
    {
        JsonNode node = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", "cifar10.json")))!["cases"]!.AsArray()
            .Single(c => c!["name"]!.GetValue<string>() == name)!;
        Examples x1 = ReadImages(node["rows"].Deserialize<int[]>()!);
        Examples x2 = ReadImages(node["columns"].Deserialize<int[]>()!);
        NetworkKernel kernel = new(ReferenceCase.ReadNetwork(node["network"]!), KernelOutputs.Ntk);
        if (precision == Precision.Float32)
            Check<float>(1e-5);
        else
            Check<double>(1e-9);

        void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using IPreparedExamples rows = kernel.Prepare<T>(x1, Both, default);
            using IPreparedExamples columns = kernel.Prepare<T>(x2, Both, default);
            Compare<T, IPreparedExamples>((x, y, k, t) => kernel.Evaluate(x, 0, y, 0, k, t), rows, columns, node, "", tolerance);
        }
    }

    public static TheoryData<string, Precision> ImageCases()
    {
        TheoryData<string, Precision> cases = [];
        IReadOnlyList<string> names = ReferenceCase.Names("cifar10.json");
        foreach (string name in names.Count == 0 ? [""] : names)
        {
            cases.Add(name, Precision.Float64);
            cases.Add(name, Precision.Float32);
        }

        return cases;
    }

    private static void Compare<T, TPrepared>(
        Action<TPrepared, TPrepared, MatrixView<T>, MatrixView<T>> evaluate, TPrepared rows, TPrepared columns, JsonNode node, string suffix, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPrepared : IPreparedExamples
    {
        using NativeMatrix<T> nngp = new((nint)rows.Count, (nint)columns.Count);
        using NativeMatrix<T> ntk = new((nint)rows.Count, (nint)columns.Count);
        evaluate(rows, columns, nngp.View, ntk.View);
        Near(node["nngp" + suffix]!, nngp.View, "nngp" + suffix, KernelOutputs.Nngp);
        Near(node["ntk" + suffix]!, ntk.View, "ntk" + suffix, KernelOutputs.Ntk);

        void Near(JsonNode values, MatrixView<T> actual, string what, KernelOutputs output)
        {
            double[] rowDiagonal = new double[rows.Count], columnDiagonal = new double[columns.Count];
            rows.Diagonal(output, rowDiagonal);
            columns.Diagonal(output, columnDiagonal);
            double[][] expected = values.Deserialize<double[][]>()!;
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                {
                    // The diagonal of examples with themselves comes from the variances: see CompareDiagonal.
                    if (suffix.Length > 0 && i == j)
                        continue;
                    // Rounding in float32 is relative to the kernels of the examples with themselves: docs/math.md.
                    double error = Math.Abs(double.CreateChecked(actual[i, j]) - expected[i][j]);
                    double scale = typeof(T) == typeof(float) ? Math.Sqrt(rowDiagonal[i] * columnDiagonal[j]) : Math.Abs(expected[i][j]);
                    Assert.True(
                        error <= tolerance * scale + 1e-15,
                        $"{node["name"]} {what} [{i}, {j}]: {actual[i, j]} instead of {expected[i][j]}, relative error {error / Math.Abs(expected[i][j]):g3}");
                }
            }
        }
    }

    private static void CompareDiagonal(PreparedPlanes<double> prepared, JsonNode node, int depth)
    {
        foreach ((KernelOutputs output, string name) in new[] { (KernelOutputs.Nngp, "nngp_x1_x1"), (KernelOutputs.Ntk, "ntk_x1_x1") })
        {
            double[] diagonal = new double[prepared.Count];
            prepared.Diagonal(output, diagonal);
            for (int i = 0; i < diagonal.Length; i++)
            {
                // The reference takes the angle of a vector with itself, rounded: sqrt(2 eps) instead of 0 in each layer of the NTK.
                double expected = node[name]![i]![i]!.GetValue<double>();
                double tolerance = output == KernelOutputs.Ntk ? 1e-9 + 1e-8 * depth : 1e-9;
                Assert.True(Math.Abs(diagonal[i] - expected) <= tolerance * Math.Abs(expected) + 1e-15, $"{node["name"]} {name} [{i}]: {diagonal[i]:r} instead of {expected:r}");
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
