using System.IO.Compression;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Data and experiment files with a mistake: one message that says what is wrong, where, and what to do.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Idx = "name: idx\ndataset: { type: idx, folder: m, test_images: null, test_labels: null, class_names: [a, b] }\n" + Experiments.Kernel;
    private readonly Workspace _workspace = new();

    [Fact]
    public void MissingDataFile_NamesTheFoldersThatWereSearched() => Fails(
        Idx, 1, "'m/train-images-idx3-ubyte'", _workspace.File("data"), "--data-dir", "NK_DATA");

    [Fact]
    public void WrongMagicNumber_NamesFileByteAndRemedy()
    {
        _workspace.Write("data/m/train-images-idx3-ubyte", "garbage and more").Write("data/m/train-labels-idx1-ubyte", Labels(20, i => i % 2));
        Fails(Idx, 1, "train-images-idx3-ubyte", "magic number at byte 0", "00000803", "Check");
    }

    [Fact]
    public void TruncatedGzip_NamesFileAndByte()
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(Images(20));
        _workspace.Write("data/m/train-images-idx3-ubyte.gz", compressed.ToArray()[..^30]).Write("data/m/train-labels-idx1-ubyte", Labels(20, i => i % 2));
        Fails(Idx, 1, "train-images-idx3-ubyte.gz", "truncated", "at byte", "Fetch the file again");
    }

    [Fact]
    public void LabelOutOfRange_NamesFileExampleAndByte()
    {
        _workspace.Write("data/m/train-images-idx3-ubyte", Images(20)).Write("data/m/train-labels-idx1-ubyte", Labels(20, i => i == 7 ? 5 : i % 2));
        Fails(Idx, 1, "train-labels-idx1-ubyte: the label 5 of example 7 at byte 15 is outside 0 to 1", "class_names");
    }

    [Theory]
    [InlineData("nan", "table.csv:4:2 (column b)", "missing", "ignore")]
    [InlineData("1e999", "table.csv:4:2 (column b)", "not finite", "ignore")]
    [InlineData("red", "table.csv:4:2 (column b)", "'red' is no number", "Encode words")]
    public void WrongFeature_NamesFileLineAndColumn(string cell, params string[] parts)
    {
        string[] lines = Experiments.TableLines(_ => true).Split('\n');
        string[] cells = lines[3].Split(',');
        lines[3] = string.Join(',', [cells[0], cell, .. cells[2..]]);
        _workspace.Write("data/table.csv", string.Join('\n', lines));
        Fails(Experiments.Table, 1, parts);
    }

    [Fact]
    public void NonlinearityFirst_NamesTheLayer()
    {
        _workspace.WithTable();
        Fails(
            Experiments.Table.Replace(Experiments.Kernel, "kernel: { type: network, network: [ { layer: Relu }, { layer: Dense } ] }\n", StringComparison.Ordinal), 1,
            "kernel.network[0]", "Relu", "Dense");
    }

    [Fact]
    public void Sequences_ForAKernelOfVectors_SaysWhatItTakes()
    {
        _workspace.WriteNpy("data/x.npy", new double[20 * 4 * 3], 20, 4, 3).WriteNpy("data/y.npy", [.. Enumerable.Range(0, 20).Select(i => i % 2)], 20);
        Fails("name: a\ndataset: npy\nkernel: gaussian\n", 1, "kernel: The kernel 'gaussian' takes vectors or images", "sequences of shape 4x3", "nk list kernel");
        Fails("name: a\ndataset: npy\n" + Experiments.Kernel, 1, "kernel.network: ends with 4 positions", "Flatten");
    }

    [Fact]
    public void WrongKeysAndValues_AreToldAllAtOnceWithTheirPlaces()
    {
        const string File = """
            name: a
            dataset: { type: csv, path: t.csv, pth: x }
            name: b
            kernel: { type: network, network: [ { layer: Dense, W_sdt: 1 }, { layer: Relo } ] }
            solver: { type: cholesky, ridge: [1e-3, -1e-6] }
            """;
        NkResult result = Fails(
            File, 2,
            "x.yaml:2:36: dataset.pth: unknown option of dataset csv", "Did you mean path?",
            "x.yaml:3:1: name: the key is here a second time; first at line 1",
            "x.yaml:4:53: kernel.network[0].W_sdt: unknown option of layer Dense", "Did you mean W_std?",
            "kernel.network[1].layer: unknown layer 'Relo'", "Did you mean Relu?",
            "x.yaml:5:41: solver.ridge[1]: -1e-6 is below the allowed minimum 0",
            "5 problems; nothing was run.");
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("name: [a", "x.yaml:", "nothing was run")]
    [InlineData("- 1", "x.yaml:1:1", "mapping")]
    [InlineData("name: a", "dataset", "kernel", "2 problems")]
    public void FilesThatAreNoExperiment_AreToldSo(string content, params string[] parts) => Fails(content, 2, parts);

    [Fact]
    public void RepeatedExamplesWithoutARidge_NameThePivotAndARidge()
    {
        string[] lines = Experiments.TableLines(_ => true).TrimEnd('\n').Split('\n');
        _workspace.Write("data/table.csv", string.Join('\n', lines.Concat(lines[1..])));
        NkResult result = Fails(
            Experiments.Table + "solver: { type: cholesky, ridge: 0 }\nprecision: float64\n", 1, "not positive definite", "training example", "Raise the ridge", "jitter: auto");
        // The run that failed is in the store, with the reason.
        RunDetails run = _workspace.OnlyRun();
        Assert.Equal(RunStatus.Failed, run.Summary.Info.Status);
        Assert.Contains("not positive definite", run.Summary.Tags["error"], StringComparison.Ordinal);
        Assert.Contains("gram ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectionByValidation_WithoutAValidationPart_SaysHowToGetOne()
    {
        _workspace.WithTable();
        Fails(
            Experiments.Table.Replace(", validation: 6", "", StringComparison.Ordinal) + "solver: { type: cholesky, ridge: [1e-3, 1e-2], select: validation }\n", 1,
            "solver.select: validation needs validation examples", "split.validation", "leave_one_out");
    }

    [Fact]
    public void MetricOfAnotherKindOfTargets_NamesThoseThatAreDefined()
    {
        _workspace.WithTable();
        Fails(Experiments.Table.Replace("[ mse, r2 ]", "[ accuracy ]", StringComparison.Ordinal), 1, "metrics: accuracy is not defined for real-valued targets", "r2");
    }

    [Fact]
    public void TargetWithoutAnyValue_IsNamed()
    {
        _workspace.Write("data/table.csv", string.Join('\n', Experiments.TableLines(_ => true).Split('\n').Select(
            (line, i) => i == 0 || line.Length == 0 ? line : line[..line.LastIndexOf(',')] + ",")));
        Fails(Experiments.Table, 1, "target 'z' has no value among the", "training examples", "dataset.target");
    }

    [Fact]
    public void RefusedPlugin_IsNamedWhereItsComponentIsMissed()
    {
        _workspace.WithTable();
        string plugin = Path.GetFullPath(_workspace.File("plugins", "newer"));
        Directory.CreateDirectory(plugin);
        foreach (string file in Directory.GetFiles(Nk.TestPlugin("NewerApi"), "NeuralKernels.Tests.Plugins.NewerApi.*"))
            File.Copy(file, Path.Combine(plugin, Path.GetFileName(file)));
        _workspace.Nk("run", "table.yaml", "--set", "solver=newer_solver", "--plugin-dir", "plugins")
            .Failed(2, "unknown solver 'newer_solver'", plugin, "2.7");
        // The other plugins work on.
        _workspace.Nk("run", "table.yaml", "--plugin-dir", "plugins").Succeeded();
        NkResult listed = _workspace.Nk("plugins", "--plugin-dir", "plugins");
        Assert.Equal(1, listed.ExitCode);
        Assert.Contains(plugin, listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingThatCannotBe_NamesTheSetting()
    {
        _workspace.WithTable();
        _workspace.Nk("run", "table.yaml", "--set", "solver.ridge=-1").Failed(2, "--set solver.ridge=-1", "below the allowed minimum 0");
        _workspace.Nk("run", "table.yaml", "--set", "solver.rigde=1").Failed(2, "solver.rigde", "Did you mean ridge?");
        _workspace.Nk("run", "table.yaml", "--set", "solver").Failed(2, "--set", "solver");
        Assert.False(File.Exists(_workspace.File("mlflow.db")));
    }

    public void Dispose() => _workspace.Dispose();

    private NkResult Fails(string experiment, int exitCode, params string[] parts) => _workspace.Write("x.yaml", experiment).Nk("run", "x.yaml").Failed(exitCode, parts);

    private static byte[] Images(byte count) => [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 3, 0, 0, 0, 3, .. Enumerable.Range(0, count * 9).Select(i => (byte)(i * 31))];

    private static byte[] Labels(byte count, Func<int, int> label) => [0, 0, 8, 1, 0, 0, 0, count, .. Enumerable.Range(0, count).Select(i => (byte)label(i))];
}
