using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class NpyConformance : DatasetConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NpyConformance()
    {
        NpyFile.Write(_folder["x.npy"], Samples.Numbers(60), 5, 4, 3);
        NpyFile.Write(_folder["y.npy"], new long[] { 4, 2, 4, 2, 2 });
        NpyFile.Write(_folder["lengths.npy"], new[] { 1, 2, 3, 4, 1 });
    }

    protected override IDataFiles Files => new FolderFiles(_folder.Path);

    protected override IDataset Create() => Make.Dataset("npy", new NpyOptions { Lengths = "lengths.npy" });

    public void Dispose() => _folder.Dispose();
}

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Save<T>(string name, T[] values, params long[] shape)
        where T : unmanaged => NpyFile.Write(_folder[name], values, shape);

    [Fact]
    public void Load_OfTwoAxes_GivesVectors_AndIntegersGiveClasses()
    {
        Save("x.npy", new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2);
        Save("y.npy", new long[] { 7, -1, 7 });
        using LoadedDataset data = _folder.Load("npy", new NpyOptions { Scale = 2 });
        Assert.IsType<VectorExamples>(data.Examples);
        Assert.Equal([[0.5, 1], [1.5, 2], [2.5, 3]], Samples.Rows(data.Examples));
        Assert.Equal(["-1", "7"], data.Targets.Names);
        Assert.Equal([1, 0, 1], ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.Null(data.GivenSplit);
    }

    [Theory]
    [InlineData(NpyExamples.Auto, ExampleKinds.Sequences, "2x3")]
    [InlineData(NpyExamples.Sequences, ExampleKinds.Sequences, "2x3")]
    [InlineData(NpyExamples.Images, ExampleKinds.Images, "2x3x1")]
    [InlineData(NpyExamples.Vectors, ExampleKinds.Vectors, "6")]
    public void Load_OfThreeAxes_GivesWhatIsAskedFor(NpyExamples kind, ExampleKinds expected, string shape)
    {
        Save("x.npy", SmallIdx.Bytes(12), 2, 2, 3);
        Save("y.npy", new[] { 0.5, 1.5 });
        using LoadedDataset data = _folder.Load("npy", new NpyOptions { As = kind });
        Assert.Equal(expected, data.Examples.Shape.Kind);
        Assert.Equal(shape, data.Examples.Shape.ToString());
        Assert.Equal([42, 49, 56, 63, 70, 77], Samples.Rows(data.Examples)[1]);
        Assert.Equal(TargetKinds.Real, data.Targets.Kind);
    }

    [Fact]
    public void Load_OfAnArchiveWithATestPart_GivesImagesAndTheSplit()
    {
        using (var writer = new NpzWriter(_folder["d.npz"]))
        {
            writer.Add<byte>("x", SmallIdx.Bytes(36), 3, 2, 2, 3);
            writer.Add<byte>("y", [0, 1, 2]);
            writer.Add<byte>("xt", SmallIdx.Bytes(24), 2, 2, 2, 3);
            writer.Add<byte>("yt", [3, 0]);
            writer.Complete();
        }

        using LoadedDataset data = _folder.Load("npy", new NpyOptions { Path = "d.npz", XTest = "xt", YTest = "yt", Scale = 255, Take = 2 });
        Assert.Equal("2x2x3", data.Examples.Shape.ToString());
        Assert.Equal([0, 1, 3, 0], ((ClassTargets)data.Targets).Labels.ToArray());
        Assert.Equal([SplitPart.Train, SplitPart.Train, SplitPart.Test, SplitPart.Test], data.GivenSplit);
        Assert.Equal("d.npz", data.Name);
    }

    [Fact]
    public void Load_OfSeveralTargets_KeepsMissingOnes()
    {
        Save("x.npy", new double[] { 1, 2 }, 2, 1);
        Save("y.npy", new[] { 1, double.NaN, 3, 4 }, 2, 2);
        using LoadedDataset data = _folder.Load("npy", new NpyOptions());
        Assert.Equal(["y0", "y1"], data.Targets.Names);
        Assert.Equal([1, double.NaN, 3, 4], ((RealTargets)data.Targets).Values.ToArray());
    }

    [Fact]
    public void Load_OfLengths_GivesRaggedSequences()
    {
        Save("x.npy", new double[12], 2, 3, 2);
        Save("y.npy", new[] { 0, 1 });
        Save("l.npy", new byte[] { 3, 1 });
        using LoadedDataset data = _folder.Load("npy", new NpyOptions { Lengths = "l.npy" });
        Assert.Equal([3, 1], ((SequenceExamples)data.Examples).Lengths!);
        Save("l.npy", new byte[] { 3, 4 });
        Assert.Contains("the length 4 of row 1", _folder.Fails("npy", new NpyOptions { Lengths = "l.npy" }, "l.npy").Message);
        Save("l.npy", new byte[] { 3, 1, 1 });
        Assert.Contains("lengths of shape (3)", _folder.Fails("npy", new NpyOptions { Lengths = "l.npy" }, "l.npy").Message);
    }

    [Theory]
    [InlineData(double.NaN, "is NaN")]
    [InlineData(double.NegativeInfinity, "is infinite")]
    public void Read_OfARowThatIsNotFinite_NamesIt(double value, string reason)
    {
        Save("x.npy", new[] { 1, 2, 3, value }, 2, 2);
        Save("y.npy", new[] { 0, 1 });
        using LoadedDataset data = _folder.Load("npy", new NpyOptions());
        var error = Assert.Throws<UserErrorException>(() => Samples.Rows(data.Examples));
        Assert.StartsWith($"{_folder["x.npy"]}: number 1 of row 1 {reason}", error.Message);
    }

    [Fact]
    public void Load_OfFaultyTargets_NamesTheRow()
    {
        Save("x.npy", new double[4], 4, 1);
        Save("y.npy", new[] { 0, 1, 2, 1 });
        Assert.Contains("the label 2 of row 2 is outside 0 to 1", _folder.Fails("npy", new NpyOptions { Classes = 2 }, "y.npy").Message);
        Save("y.npy", new[] { 0, 1, 1.5, 0 });
        Assert.Contains("the label 1.5 of row 2 is no whole number", _folder.Fails("npy", new NpyOptions { Task = TargetTask.Classification }, "y.npy").Message);
        Save("y.npy", new[] { 0, 1, double.PositiveInfinity, 0 });
        Assert.Contains("the target of row 2 is infinite", _folder.Fails("npy", new NpyOptions(), "y.npy").Message);
        Save("y.npy", new[] { 3, 3, 3, 3 });
        Assert.Contains("all examples are of the class 3", _folder.Fails("npy", new NpyOptions(), "y.npy").Message);
        Save("y.npy", new[] { 3, 3, 3 });
        Assert.Contains("has 4 examples and", _folder.Fails("npy", new NpyOptions(), "x.npy").Message);
        Save("y.npy", new double[8], 4, 1, 2);
        Assert.Contains("targets of shape (4, 1, 2)", _folder.Fails("npy", new NpyOptions(), "y.npy").Message);
    }

    [Fact]
    public void Load_OfFeaturesOfAnotherShape_SaysSo()
    {
        Save("y.npy", new[] { 0, 1 });
        Save("x.npy", new double[2]);
        Assert.Contains("features of shape (2)", _folder.Fails("npy", new NpyOptions(), "x.npy").Message);
        Save("x.npy", new double[4], 2, 2);
        Assert.Contains("an array of 2 axes does not hold images", _folder.Fails("npy", new NpyOptions { As = NpyExamples.Images }, "x.npy").Message);
        Save("t.npy", new double[6], 2, 3);
        Assert.Contains("test examples of shape 3", _folder.Fails("npy", new NpyOptions { XTest = "t.npy", YTest = "y.npy" }, "t.npy").Message);
        Assert.Contains("lengths belong to sequences", _folder.Fails("npy", new NpyOptions { Lengths = "y.npy" }, "y.npy").Message);
    }

    [Fact]
    public void Load_OfAnEmptyFile_SaysSo()
    {
        _folder.Write("x.npy");
        Assert.Contains("truncated", _folder.Fails("npy", new NpyOptions(), "x.npy").Message);
    }

    [Fact]
    public void Options_ThatContradictEachOther_AreRefused()
    {
        Assert.Throws<UserErrorException>(() => Make.Dataset("npy", new NpyOptions { XTest = "t.npy" }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("npy", new NpyOptions { Lengths = "l.npy", XTest = "t.npy", YTest = "y.npy" }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("npy", new NpyOptions { LengthsTest = "l.npy" }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("npy", new NpyOptions { Task = TargetTask.Regression, Classes = 3 }));
    }
}
