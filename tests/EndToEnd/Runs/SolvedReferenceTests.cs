using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Regression on CIFAR-10 from the file of pixels to the metrics, against results of neural-tangents in float64.</summary>
public sealed class SolvedReferenceTests
{
    private const int Count = 1000;
    private static readonly double[] s_mean = [0.4914, 0.4822, 0.4465];
    private static readonly double[] s_deviation = [0.2470, 0.2435, 0.2616];

    [Fact]
    public void Run_OfEachSolvedCase_GivesItsAccuracyErrorAndPredictions()
    {
        JsonNode reference = JsonNode.Parse(File.ReadAllText(TestData.Require("reference", "cifar10.json")))!;
        using Workspace workspace = new();
        WritePart(workspace, "", TestData.Require("data", "cifar10", "lossless", "train_first4000.bin.gz"));
        WritePart(workspace, "_test", TestData.Require("data", "cifar10", "lossless", "test_first1000.bin.gz"));
        foreach (JsonNode? solved in reference["solved"]!.AsArray())
        {
            JsonNode network = reference["cases"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == solved!["network"]!.GetValue<string>())!["network"]!;
            string get = solved!["get"]!.GetValue<string>();
            double ridge = solved["relative_ridge"]!.GetValue<double>();
            workspace.Write("cifar.json", $$"""
                {
                  "name": "cifar", "precision": "float64",
                  "dataset": { "type": "npy", "x_test": "x_test.npy", "y_test": "y_test.npy" }, "split": "given",
                  "kernel": { "type": "network", "get": "{{get}}", "network": {{network.ToJsonString()}} },
                  "solver": { "type": "cholesky", "ridge": {{ridge:r}} }, "metrics": ["accuracy", "mse"]
                }
                """);
            NkResult result = workspace.Nk("run", "cifar.json", "--json", "--set", $"tracking.store={get}-{ridge:r}").Succeeded();
            Assert.Equal(solved["accuracy"]!.GetValue<double>(), result.Metrics["test/accuracy"], 1e-12);

            // On the diagonal of the NTK the reference takes the angle of an example with itself, rounded: up to 1e-8 in each of three
            // layers, which the solution passes on. The NNGP has no such term: rounding times a condition number of some thousands.
            double tolerance = get == "ntk" ? 1e-7 : 1e-10;
            Assert.Equal(solved["mse"]!.GetValue<double>(), result.Metrics["test/mse"], tolerance);
            string store = $"{get}-{ridge:r}";
            string run = Directory.GetDirectories(workspace.File(store, "mlartifacts"), "*", SearchOption.AllDirectories).Single(d => Path.GetFileName(d) == "artifacts");
            double[][] predictions = Arrays.Read(Path.Combine(run, "predictions.npy"));
            double[][] expected = solved["first_predictions"].Deserialize<double[][]>()!;
            for (int i = 0; i < expected.Length; i++)
            {
                for (int j = 0; j < expected[i].Length; j++)
                    Assert.Equal(expected[i][j], predictions[i][j] - 0.1, tolerance);
            }
        }
    }

    /// <summary>Writes the first records as arrays: channels last, normalised by channel.</summary>
    private static void WritePart(Workspace workspace, string suffix, string file)
    {
        using GZipStream stream = new(File.OpenRead(file), CompressionMode.Decompress);
        byte[] record = new byte[1 + 3072];
        double[] x = new double[Count * 3072];
        int[] y = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            stream.ReadExactly(record);
            y[i] = record[0];
            for (int pixel = 0; pixel < 1024; pixel++)
            {
                for (int channel = 0; channel < 3; channel++)
                    x[i * 3072 + pixel * 3 + channel] = (record[1 + channel * 1024 + pixel] / 255.0 - s_mean[channel]) / s_deviation[channel];
            }
        }

        workspace.WriteNpy($"data/x{suffix}.npy", x, Count, 32, 32, 3).WriteNpy($"data/y{suffix}.npy", y, Count);
    }
}
