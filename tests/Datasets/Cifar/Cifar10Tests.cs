using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

/// <summary>Files of a few records; the byte of record n, channel c and pixel p is 10 n + 100 c + p mod 7.</summary>
internal static class SmallCifar
{
    public const int Record = 3073;

    public static byte[] Records(params byte[] labels) => [.. labels.SelectMany((label, n) =>
        (byte[])[label, .. Enumerable.Range(0, 3072).Select(i => (byte)(10 * n + 100 * (i / 1024) + i % 1024 % 7))])];

    public static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("a.bin", Records(3, 9));
        folder.WriteGzip("b.bin.gz", Records(0));
        folder.Write("test.bin", Records(5, 5));
        return folder;
    }

    public static Cifar10Options Options { get; } = new() { Folder = "", Train = ["a.bin", "b.bin"], Test = ["test.bin"] };
}

public sealed class Cifar10Conformance : DatasetConformance, IDisposable
{
    private readonly TemporaryFolder _folder = SmallCifar.Folder();

    protected override IDataFiles Files => new FolderFiles(_folder.Path);

    protected override IDataset Create() => Make.Dataset("cifar10", SmallCifar.Options);

    public void Dispose() => _folder.Dispose();
}

public sealed class Cifar100Conformance : DatasetConformance, IDisposable
{
    private readonly TemporaryFolder _folder = Cifar100Tests.Folder();

    protected override IDataFiles Files => new FolderFiles(_folder.Path);

    protected override IDataset Create() => Make.Dataset("cifar100", new Cifar100Options());

    public void Dispose() => _folder.Dispose();
}

public sealed class Cifar100Tests
{
    private const int Pixels = 3072;

    /// <summary>Two training images and one test image whose pixels are all 51.</summary>
    internal static TemporaryFolder Folder()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)51, Pixels)];
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["cifar-100-binary"]);
        folder.Write("cifar-100-binary/train.bin", [11, 99, .. pixels, 19, 0, .. pixels]);
        folder.WriteGzip("cifar-100-binary/test.bin.gz", [3, 42, .. pixels]);
        return folder;
    }

    [Theory]
    [InlineData(Cifar100Label.Fine, 100, new[] { 99, 0, 42 })]
    [InlineData(Cifar100Label.Coarse, 20, new[] { 11, 19, 3 })]
    public void Load_OfEitherLabel_GivesItsClasses(Cifar100Label label, int classes, int[] labels)
    {
        using TemporaryFolder folder = Folder();
        using LoadedDataset data = folder.Load("cifar100", new Cifar100Options { Label = label });
        Assert.Equal(classes, data.Targets.Outputs);
        Assert.Equal(labels, ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.All(Samples.Rows(data.Examples), row => Assert.All(row, pixel => Assert.Equal(0.2, pixel)));
        Assert.Equal([SplitPart.Train, SplitPart.Train, SplitPart.Test], data.GivenSplit);
    }

    [Fact]
    public void Load_OfCifar10Files_SaysThatTheRecordsDoNotFit()
    {
        using TemporaryFolder folder = Folder();
        folder.Write("cifar-100-binary/train.bin", SmallCifar.Records(1, 2));
        Assert.Contains("records of 3,074 bytes", folder.Fails("cifar100", new Cifar100Options(), "cifar-100-binary/train.bin").Message);
    }
}

public sealed class Cifar10Tests : IDisposable
{
    private readonly TemporaryFolder _folder = SmallCifar.Folder();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfSeveralFiles_PutsChannelsLast()
    {
        using LoadedDataset data = _folder.Load("cifar10", SmallCifar.Options);
        Assert.Equal("32x32x3", data.Examples.Shape.ToString());
        Assert.Equal([3, 9, 0, 5, 5], ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.Equal("truck", data.Targets.Names[9]);
        double[][] rows = Samples.Rows(data.Examples);
        Assert.Equal([10 / 255.0, 110 / 255.0, 210 / 255.0, 11 / 255.0, 111 / 255.0, 211 / 255.0], rows[1][..6]);
        Assert.Equal([SplitPart.Train, SplitPart.Train, SplitPart.Train, SplitPart.Test, SplitPart.Test], data.GivenSplit);
    }

    [Fact]
    public void Load_WithTake_StopsInTheMiddleOfAFile()
    {
        using LoadedDataset data = _folder.Load("cifar10", SmallCifar.Options with { Take = 1, TakeTest = 1 });
        Assert.Equal([3, 5], ((ClassTargets)data.Targets).Labels.ToArray());
    }

    [Fact]
    public void Load_WithoutTestFiles_HasNoSplit()
    {
        using LoadedDataset data = _folder.Load("cifar10", SmallCifar.Options with { Test = [] });
        Assert.Null(data.GivenSplit);
    }

    [Fact]
    public void Load_OfATruncatedFile_NamesTheLastRecord()
    {
        _folder.Write("a.bin", SmallCifar.Records(1, 2)[..^5]);
        Assert.Contains("the last record begins at byte 3,073", _folder.Fails("cifar10", SmallCifar.Options, "a.bin").Message);
    }

    [Fact]
    public void Load_OfALabelOutOfRange_NamesTheRecord()
    {
        _folder.Write("test.bin", SmallCifar.Records(1, 10));
        Assert.Contains("the label 10 of record 1 at byte 3,073 is outside 0 to 9", _folder.Fails("cifar10", SmallCifar.Options, "test.bin").Message);
    }

    [Fact]
    public void Load_OfAnEmptyFile_SaysSo()
    {
        _folder.Write("a.bin");
        Assert.Contains("the file is empty", _folder.Fails("cifar10", SmallCifar.Options, "a.bin").Message);
        _folder.Write("a.bin", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Contains("0 bytes", _folder.Fails("cifar10", SmallCifar.Options, "a.bin").Message);
    }

    [Fact]
    public void Load_OfAMissingFile_NamesIt() => Assert.Contains("data_batch_1.bin",
        Assert.Throws<UserErrorException>(() => _folder.Load("cifar10", new Cifar10Options())).Message);

    [Fact]
    public void Load_OfTheFirstOriginalImages_GivesTheKnownLabels()
    {
        string folder = TestData.Require("data", "cifar10", "lossless");
        using LoadedDataset data = Make.Load("cifar10", new Cifar10Options { Folder = folder, Train = ["train_first4000.bin"], Test = ["test_first1000.bin"] });
        Assert.Equal(5000, data.Examples.Count);
        int[] labels = ((ClassTargets)data.Targets).Labels.ToArray();
        // Frog, truck, truck, deer, automobile; cat, ship, ship, airplane, frog: how the two official parts begin.
        Assert.Equal([6, 9, 9, 4, 1], labels[..5]);
        Assert.Equal([3, 8, 8, 0, 6], labels[4000..4005]);
        // The first pixel of the first training image is (59, 62, 63).
        Assert.Equal([59 / 255.0, 62 / 255.0, 63 / 255.0], Samples.Rows(data.Examples.Select([0]))[0][..3]);
    }
}
