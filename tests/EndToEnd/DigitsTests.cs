using System.IO.Compression;
using System.Xml.Linq;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>The main path: an experiment from the examples, what it prints, leaves and gives again.</summary>
public sealed class DigitsTests(DigitsRun digits)
{
    private const int TrainCount = 1348, TestCount = 449, Classes = 10;

    [Fact]
    public void Run_ReachesTheAccuracyOfTheKernel()
    {
        Assert.InRange(digits.Result.Metrics["test/accuracy"], 0.985, 1);
        Assert.Equal(digits.Result.Metrics["test/accuracy"], digits.Recorded.Summary.Metrics["test/accuracy"].Value);
        Assert.Equal(RunStatus.Finished, digits.Recorded.Summary.Info.Status);
    }

    [Fact]
    public void Run_WritesNothingButTheStore()
    {
        Assert.Equal("", digits.Result.Error);
        Assert.All(Directory.GetFileSystemEntries(digits.Workspace.Path).Select(Path.GetFileName), name => Assert.Matches(@"^(mlflow\.db(-wal|-shm)?|mlartifacts)$", name!));
    }

    [Fact]
    public void Run_TellsStagesAndTheRecordedRun()
    {
        Assert.Equal(["gram", "solve", "test"], digits.Result.JsonLines.Where(l => l.GetProperty("event").GetString() == "stage").Select(l => l.GetProperty("stage").GetString()));
        Assert.Equal(digits.Recorded.Summary.Info.Id, digits.Result.JsonLines[^1].GetProperty("run_id").GetString());
        Assert.Equal(digits.Recorded.Summary.Info.Name, digits.Result.JsonLines[^1].GetProperty("run_name").GetString());
        Assert.Equal(digits.Workspace.File("mlflow.db"), digits.Result.JsonLines[^1].GetProperty("store").GetString());
    }

    [Fact]
    public void Outcome_HoldsTheRecordedMetrics()
    {
        IReadOnlyDictionary<string, double> printed = digits.Result.Metrics;
        Assert.Equal(printed.Where(m => !m.Key.EndsWith("seconds", StringComparison.Ordinal)).OrderBy(m => m.Key, StringComparer.Ordinal), DigitsRun.Reproducible(DigitsRun.Metrics(digits.Recorded)));
    }

    [Fact]
    public void Store_HoldsWhatIdentifiesTheRun()
    {
        IReadOnlyDictionary<string, string> tags = digits.Recorded.Summary.Tags, parameters = digits.Recorded.Summary.Params;
        foreach (string key in new[] { "kernel.hash", "data.hash", "nk.version" })
            Assert.Equal(parameters[key], tags[key]);
        Assert.Matches("^[0-9a-f]{64}$", tags["kernel.hash"]);
        Assert.Matches("^[0-9a-f]{64}$", tags["data.hash"]);
        Assert.Equal(("digits", "ntk", "0", "float32"), (parameters["dataset.type"], parameters["kernel.get"], parameters["seed"], parameters["precision"]));
        Assert.Equal(($"{TrainCount}", $"{TestCount}"), (parameters["data.train"], parameters["data.test"]));
        Assert.Contains("Handwritten digits", tags["mlflow.note.content"], StringComparison.Ordinal);
        Assert.Equal(["test", "train"], digits.Recorded.Datasets.Select(d => d.Context).Order(StringComparer.Ordinal));
    }

    // Another folder, the recorded file instead of the example, one thread instead of all: the same bits.
    [Fact]
    public void RecordedExperiment_RunAgainOnOneThread_GivesTheSameMetricsAndPredictions()
    {
        using Workspace other = new();
        NkResult again = other.Nk("run", Artifact("experiment.yaml"), "--threads", "1", "--json").Succeeded();
        AssertSame(again, other);
    }

    [Fact]
    public void Example_RunAgainOnTwoThreads_GivesTheSameMetricsAndPredictions()
    {
        using Workspace other = new();
        NkResult again = other.Nk("run", DigitsRun.ExampleFile, "--threads", "2", "--json").Succeeded();
        AssertSame(again, other);
    }

    [Fact]
    public void Predictions_AsTextAndAsAnArray_AgreeWithTheAccuracy()
    {
        string[] lines = File.ReadAllLines(Artifact("predictions.csv"));
        double[][] scores = Arrays.Read(Artifact("predictions.npy"));
        Assert.Equal((TestCount + 1, TestCount), (lines.Length, scores.Length));
        Assert.StartsWith("index,target,prediction,score_0,", lines[0], StringComparison.Ordinal);
        int right = 0;
        for (int i = 0; i < TestCount; i++)
        {
            string[] cells = lines[i + 1].Split(',');
            Assert.Equal(3 + 2 * Classes, cells.Length);
            Assert.Equal(scores[i], cells[3..(3 + Classes)].Select(double.Parse));
            Assert.Equal(1, cells[(3 + Classes)..].Sum(double.Parse), 1e-9);
            Assert.Equal(cells[2], $"{Array.IndexOf(scores[i], scores[i].Max())}");
            right += cells[1] == cells[2] ? 1 : 0;
        }

        Assert.Equal(digits.Result.Metrics["test/accuracy"], (double)right / TestCount, 1e-15);
    }

    [Fact]
    public void Model_WithTheKernelOfTheKernelCommand_GivesThePredictions()
    {
        double[][] pixels = Pixels();
        string model = Artifact("model.npz");
        long[] train = [.. Arrays.Read(model, "train_indices").Select(row => (long)row[0])];
        long[] test = [.. File.ReadLines(Artifact("predictions.csv")).Skip(1).Select(line => long.Parse(line[..line.IndexOf(',', StringComparison.Ordinal)]))];
        Assert.Empty(train.Intersect(test));
        using Workspace workspace = new();
        workspace.WriteNpy("train.npy", [.. train.SelectMany(i => pixels[i])], train.Length, 64).WriteNpy("test.npy", [.. test.SelectMany(i => pixels[i])], test.Length, 64);
        workspace.Nk("kernel", Artifact("experiment.yaml"), "--x1", "test.npy", "--x2", "train.npy", "--get", "ntk", "--precision", "float32", "--out", "k.npz").Succeeded();

        double[][] kernel = workspace.ReadNpz("k.npz", "ntk"), coefficients = Arrays.Read(model, "coefficients");
        double[] offset = [.. Arrays.Read(model, "offset").Select(row => row[0])], scale = [.. Arrays.Read(model, "scale").Select(row => row[0])];
        double[][] expected = Arrays.Read(Artifact("predictions.npy"));
        Assert.Equal((TestCount, TrainCount, Classes), (kernel.Length, kernel[0].Length, coefficients[0].Length));
        for (int i = 0; i < TestCount; i++)
        {
            for (int c = 0; c < Classes; c++)
            {
                double sum = 0, size = 0;
                for (int j = 0; j < TrainCount; j++)
                {
                    sum += kernel[i][j] * coefficients[j][c];
                    size += Math.Abs(kernel[i][j] * coefficients[j][c]);
                }

                // The kernel entries are the same bits; sums of n terms in another order differ by n u of the sum of sizes.
                Assert.Equal(expected[i][c], scale[c] * sum + offset[c], TrainCount * 1.2e-16 * (size + 1));
            }
        }
    }

    [Fact]
    public void ConfusionMatrix_IsAPictureOfAllTestExamples()
    {
        XDocument picture = XDocument.Load(Artifact("confusion_matrix.svg"));
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        int[] counts = [.. picture.Descendants().Where(e => e.Name.LocalName == "title").Select(e => int.Parse(e.Value[(e.Value.LastIndexOf(':') + 1)..]))];
        Assert.Equal((Classes * Classes, TestCount), (counts.Length, counts.Sum()));
    }

    [Fact]
    public void RidgePath_HoldsEveryRidgeOnce()
    {
        string[] lines = File.ReadAllLines(Artifact("ridge_path.csv"));
        Assert.Equal([1e-6, 1e-5, 1e-4, 1e-3, 1e-2], lines.Skip(1).Select(line => double.Parse(line.Split(',')[0])).Order());
        Assert.All(lines.Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[1]), 0, 1));
    }

    [Fact]
    public void Show_OfTheRun_TellsWhatWasRecorded()
    {
        string name = digits.Recorded.Summary.Info.Name;
        string shown = EndToEnd.Nk.Run(["show", name, "--store", digits.Workspace.Path], Path.GetTempPath()).Succeeded().Output;
        foreach (string part in new[] { name, "finished", "test/accuracy", "kernel.get", "data.hash", "digits-train", "model.npz", digits.Recorded.Summary.Info.Id })
            Assert.Contains(part, shown, StringComparison.Ordinal);
        Assert.Contains(name, EndToEnd.Nk.Run(["show"], digits.Workspace.Path).Succeeded().Output, StringComparison.Ordinal);
    }

    private void AssertSame(NkResult again, Workspace other)
    {
        RunDetails recorded = other.OnlyRun();
        Assert.Equal(DigitsRun.Reproducible(digits.Result.Metrics), DigitsRun.Reproducible(again.Metrics));
        foreach (string tag in new[] { "kernel.hash", "data.hash" })
            Assert.Equal(digits.Recorded.Summary.Tags[tag], recorded.Summary.Tags[tag]);
        foreach (string artifact in new[] { "predictions.csv", "predictions.npy", "experiment.yaml", "ridge_path.csv", "confusion_matrix.svg" })
            Assert.Equal(File.ReadAllBytes(Artifact(artifact)), File.ReadAllBytes(other.Artifact(recorded, artifact)));
        Assert.Equal(Arrays.Read(Artifact("model.npz"), "coefficients"), Arrays.Read(other.Artifact(recorded, "model.npz"), "coefficients"));
    }

    private string Artifact(string path) => digits.Workspace.Artifact(digits.Recorded, path);

    // As the dataset and the transform unit_norm of the example make them, from the file that the dataset embeds.
    private static double[][] Pixels()
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(TestData.Repository, "plugins/Datasets/Digits/digits.csv.gz")), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            double[] row = [.. line.Split(',')[..64].Select(cell => double.Parse(cell) / 16)];
            double norm = Math.Sqrt(row.Sum(v => v * v));
            return Array.ConvertAll(row, v => v / norm);
        })];
    }
}
