using System.Buffers.Binary;
using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

/// <summary>Six training and two test images of 2 x 3 pixels.</summary>
internal static class SmallIdx
{
    public static byte[] File(byte[] numbers, params int[] sizes)
    {
        byte[] content = [0, 0, 8, (byte)sizes.Length, .. sizes.SelectMany(size =>
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, size);
            return bytes;
        }), .. numbers];
        return content;
    }

    public static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];

    public static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mnist"]);
        folder.WriteGzip("mnist/train-images-idx3-ubyte.gz", File(Bytes(36), 6, 2, 3));
        folder.Write("mnist/train-labels-idx1-ubyte", File([0, 1, 2, 2, 1, 0], 6));
        folder.Write("mnist/t10k-images-idx3-ubyte", File([255, 0, 51, 0, 0, 0, 0, 0, 0, 0, 0, 102], 2, 2, 3));
        folder.WriteGzip("mnist/t10k-labels-idx1-ubyte.gz", File([1, 3], 2));
        return folder;
    }
}

public sealed class IdxConformance : DatasetConformance, IDisposable
{
    private readonly TemporaryFolder _folder = SmallIdx.Folder();

    protected override IDataFiles Files => new FolderFiles(_folder.Path);

    protected override IDataset Create() => Make.Dataset("idx", new IdxOptions());

    public void Dispose() => _folder.Dispose();
}

public sealed class IdxTests : IDisposable
{
    private const string TrainImages = "mnist/train-images-idx3-ubyte", TrainLabels = "mnist/train-labels-idx1-ubyte";
    private readonly TemporaryFolder _folder = SmallIdx.Folder();

    public void Dispose() => _folder.Dispose();

    private string Fails(string file, IdxOptions? options = null) => _folder.Fails("idx", options ?? new IdxOptions(), file).Message;

    [Fact]
    public void Load_OfPlainAndCompressedFiles_GivesImagesLabelsAndTheSplit()
    {
        using LoadedDataset data = _folder.Load("idx", new IdxOptions());
        Assert.Equal("2x3x1", data.Examples.Shape.ToString());
        Assert.Equal([0, 1, 2, 2, 1, 0, 1, 3], ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.Equal(["0", "1", "2", "3"], data.Targets.Names);
        Assert.Equal([1, 0, 0.2, 0, 0, 0], Samples.Rows(data.Examples)[6]);
        Assert.Equal([0, 7 / 255.0], Samples.Rows(data.Examples)[0][..2]);
        Assert.Equal([.. Enumerable.Repeat(SplitPart.Train, 6), SplitPart.Test, SplitPart.Test], data.GivenSplit);
    }

    [Fact]
    public void Load_WithTake_KeepsTheFirstOfEachPart()
    {
        using LoadedDataset data = _folder.Load("idx", new IdxOptions { Take = 2, TakeTest = 1, ClassNames = ["a", "b", "c", "d", "e"] });
        Assert.Equal([0, 1, 1], ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.Equal(5, data.Targets.Outputs);
        Assert.Equal([SplitPart.Train, SplitPart.Train, SplitPart.Test], data.GivenSplit);
    }

    [Fact]
    public void Load_WithoutTestFiles_HasNoSplit()
    {
        using LoadedDataset data = _folder.Load("idx", new IdxOptions { TestImages = null, TestLabels = null });
        Assert.Null(data.GivenSplit);
        Assert.Equal(6, data.Examples.Count);
        Assert.Equal(3, data.Targets.Outputs);
    }

    [Fact]
    public void Load_OfLabelsAsImages_NamesTheMagicNumber()
    {
        File.Delete(_folder[TrainImages + ".gz"]);
        File.Copy(_folder[TrainLabels], _folder[TrainImages]);
        Assert.Contains("the magic number at byte 0 is 00000801", Fails(TrainImages));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(13)]
    public void Load_OfTruncatedLabels_SaysSo(int length)
    {
        _folder.Write(TrainLabels, SmallIdx.File([0, 1, 2, 2, 1, 0], 6)[..length]);
        string message = Fails(TrainLabels);
        Assert.Contains(length < 4 ? "magic number" : "truncated", message);
    }

    [Fact]
    public void Load_OfALongerFile_SaysSo()
    {
        _folder.Write(TrainLabels, [.. SmallIdx.File([0, 1, 2, 2, 1, 0], 6), 9]);
        Assert.Contains("too long: 6 bytes end at byte 14, and the content at 15", Fails(TrainLabels));
    }

    [Fact]
    public void Load_OfAnImpossibleSize_NamesTheByte()
    {
        _folder.Write(TrainLabels, SmallIdx.File([], -1));
        Assert.Contains("axis 0 at byte 4", Fails(TrainLabels));
        _folder.Write(TrainLabels, SmallIdx.File([], 0));
        Assert.Contains("axis 0 at byte 4", Fails(TrainLabels));
    }

    [Fact]
    public void Load_OfOtherCounts_NamesBothFiles()
    {
        _folder.Write(TrainLabels, SmallIdx.File([0, 1], 2));
        Assert.Contains("has 6 images and", Fails(TrainImages + ".gz"));
    }

    [Fact]
    public void Load_OfALabelWithoutName_NamesTheByte() =>
        Assert.Contains("the label 3 of example 1 at byte 9 is outside 0 to 2", Fails("mnist/t10k-labels-idx1-ubyte.gz", new IdxOptions { ClassNames = ["a", "b", "c"] }));

    [Fact]
    public void Load_OfTestImagesOfAnotherSize_SaysSo()
    {
        _folder.Write("mnist/t10k-images-idx3-ubyte", SmallIdx.File(SmallIdx.Bytes(8), 2, 2, 2));
        Assert.Contains("images of 2 x 2 pixels", Fails("mnist/t10k-images-idx3-ubyte"));
    }

    [Fact]
    public void Options_ThatContradictEachOther_AreRefused()
    {
        Assert.Throws<UserErrorException>(() => Make.Dataset("idx", new IdxOptions { TestLabels = null }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("idx", new IdxOptions { ClassNames = ["a"] }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("idx", new IdxOptions { ClassNames = ["a", "a"] }));
    }

    [Fact]
    public void Load_OfFashionMnist_GivesTheKnownData()
    {
        string folder = TestData.Require("data", "fashion-mnist");
        using LoadedDataset data = Make.Load("idx", new IdxOptions { Folder = "fashion-mnist" }, Path.GetDirectoryName(folder)!);
        Assert.Equal("28x28x1", data.Examples.Shape.ToString());
        Assert.Equal(70_000, data.Examples.Count);
        int[] labels = ((ClassTargets)data.Targets).Labels.ToArray();
        Assert.Equal([9, 0, 0, 3, 0], labels[..5]);
        Assert.Equal([9, 2, 1, 1, 6], labels[60_000..60_005]);
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(7_000, labels.Count(other => other == label)));
        Assert.Equal(10_000, data.GivenSplit!.Count(part => part == SplitPart.Test));

        // The mean pixel of the training images is 0.2860 (torchvision's usual normalisation of this set), its deviation 0.3530.
        Examples train = data.Examples.Select([.. Enumerable.Range(0, 60_000).Select(i => (long)i)]);
        double[] row = new double[784];
        double sum = 0, squares = 0;
        for (int i = 0; i < 60_000; i++)
        {
            ((FeatureExamples)train).Features.Read(i, row);
            foreach (double pixel in row)
                (sum, squares) = (sum + pixel, squares + pixel * pixel);
        }

        double mean = sum / (60_000 * 784.0);
        Assert.Equal(0.2860, mean, 5e-5);
        Assert.Equal(0.3530, Math.Sqrt(squares / (60_000 * 784.0) - mean * mean), 5e-5);
    }
}
