using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class CsvConformance : DatasetConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CsvConformance() => _folder.Write("x.csv", "a,b,label,part\n1,2,cat,train\n3,4,dog,test\n5,6,cat,train\n");

    protected override IDataFiles Files => new FolderFiles(_folder.Path);

    protected override IDataset Create() => Make.Dataset("csv", new CsvOptions { Path = "x.csv", Target = ["label"], SplitColumn = "part" });

    public void Dispose() => _folder.Dispose();
}

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CsvOptions _options = new() { Path = "x.csv" };

    public void Dispose() => _folder.Dispose();

    private LoadedDataset Load(string text, CsvOptions? options = null)
    {
        _folder.Write("x.csv", text);
        return _folder.Load("csv", options ?? _options);
    }

    private UserErrorException Fails(string text, CsvOptions? options = null)
    {
        _folder.Write("x.csv", text);
        return _folder.Fails("csv", options ?? _options, "x.csv");
    }

    [Theory]
    [InlineData("1,2,3\n4,5,6\n")]
    [InlineData("1;2;3\n4;5;6")]
    [InlineData("1\t2\t3\r\n4\t5\t6\r\n")]
    [InlineData("1|2|3\n\n\n4|5|6\n\n")]
    [InlineData("  1  2   3\n 4 5\t6  \n")]
    [InlineData("\uFEFF1, 2 ,3\n4,\"5\",6\n")]
    [InlineData("a,b,\"c, d\"\n1,2,3\n4,5,6\n")]
    public void Load_WithAnyDelimiter_FindsTheCells(string text)
    {
        using LoadedDataset data = Load(text, _options with { Task = TargetTask.Regression });
        Assert.Equal([[1, 2], [4, 5]], Samples.Rows(data.Examples));
        Assert.Equal([3, 6], ((RealTargets)data.Targets).Values.ToArray());
    }

    [Fact]
    public void Load_WithWords_SortsTheClassNames()
    {
        using LoadedDataset data = Load("x,kind\n1,pear\n2,apple\n3,\"the \"\"fig\"\"\"\n4,apple\n");
        var targets = (ClassTargets)data.Targets;
        Assert.Equal(["apple", "pear", "the \"fig\""], targets.Names);
        Assert.Equal([1, 0, 2, 0], targets.Labels.ToArray());
        Assert.Equal("x.csv", data.Name);
    }

    [Fact]
    public void Load_WithFewWholeNumbers_SortsTheClassesByValue()
    {
        using LoadedDataset data = Load("1,10\n1,2\n1,-1\n1,2.0\n");
        Assert.Equal(["-1", "2", "10"], data.Targets.Names);
        Assert.Equal([2, 1, 0, 1], ((ClassTargets)data.Targets).Labels.ToArray());
    }

    [Fact]
    public void Load_WithManyWholeNumbers_IsARegressionUnlessToldOtherwise()
    {
        string text = string.Join('\n', Enumerable.Range(0, 21).Select(i => $"{i},{i}"));
        using LoadedDataset real = Load(text), classes = Load(text, _options with { Task = TargetTask.Classification });
        Assert.Equal(TargetKinds.Real, real.Targets.Kind);
        Assert.Equal(21, classes.Targets.Outputs);
    }

    [Fact]
    public void Load_WithColumnOptions_TakesNamesAndPositions()
    {
        const string Text = "id,a,b,c,y1,y2\nu,1,2,3,0.5,\nv,4,5,6,NaN,7\n";
        using LoadedDataset data = Load(Text, _options with { Target = ["y2", "-2"], Features = ["c", "1"] });
        Assert.Equal([[3, 1], [6, 4]], Samples.Rows(data.Examples));
        var targets = (RealTargets)data.Targets;
        Assert.Equal(["y2", "y1"], targets.Names);
        Assert.Equal([double.NaN, 0.5, 7, double.NaN], targets.Values.ToArray());

        using LoadedDataset others = Load(Text, _options with { Target = ["y2"], Ignore = ["id", "y1"] });
        Assert.Equal([[1, 2, 3], [4, 5, 6]], Samples.Rows(others.Examples));
    }

    [Fact]
    public void Load_WithASplitColumn_GivesTheSplit()
    {
        using LoadedDataset data = Load("x,part,y\n1,train,0.5\n2,TEST,0.5\n3,valid,0.5\n", _options with { SplitColumn = "part" });
        Assert.Equal([SplitPart.Train, SplitPart.Test, SplitPart.Validation], data.GivenSplit);
        Assert.Contains("x.csv:2:2 (column part): 'later'", Fails("x,part,y\n1,later,2.5\n", _options with { SplitColumn = "part" }).Message);
    }

    [Fact]
    public void Load_WithTake_StopsThere()
    {
        using LoadedDataset data = Load("1,0\n2,1\nbroken\n", _options with { Take = 2 });
        Assert.Equal(2, data.Examples.Count);
    }

    [Fact]
    public void Load_WithHeaderOption_BelievesIt()
    {
        using LoadedDataset named = Load("1,2\n3,0.5\n", _options with { Header = true });
        Assert.Equal(["2"], named.Targets.Names);
        using LoadedDataset plain = Load("1,a\n3,b\n", _options with { Header = false });
        Assert.Equal(2, plain.Examples.Count);
    }

    [Theory]
    [InlineData("a,b,y\n1,2,3\n4,,6\n", ":3:2 (column b): the feature is missing")]
    [InlineData("a,b,y\n1,nan,3\n", ":2:2 (column b): the feature is missing")]
    [InlineData("a,b,y\n1,2,3\n\n4,-Infinity,6\n", ":4:2 (column b): '-Infinity' is not finite")]
    [InlineData("a,b,y\n1,1e999,3\n", ":2:2 (column b): '1e999' is not finite")]
    [InlineData("a,b,y\n1,red,3\n", ":2:2 (column b): 'red' is no number")]
    [InlineData("a,b,y\n\"1\n\",2,3.5\nx,2,3\n", ":4:1 (column a): 'x' is no number")]
    [InlineData("a,b,y\n1,2,3\n4,5\n", ":3: the line has 2 cells, and the first has 3")]
    [InlineData("a,b,y\n1,2,3\n4,5,6,7\n", ":3: the line has 4 cells")]
    [InlineData("a,b,y\n", "no examples behind the header")]
    [InlineData("\n \n\r\n", "no lines with text")]
    [InlineData("a,b,y\n1,\"2,3\n4,5,6\n", ":2:2: the quote that begins here is not closed")]
    [InlineData("a,b,y\n1,\"2\"3,4\n", ":2:2: there is text behind the closing quote")]
    [InlineData("1,2,x,y\n", ":1: 2 cells of the first line are numbers and 2 are not")]
    [InlineData("y\n1\n2\n", "of 1 column none is left for features")]
    [InlineData("a,y\n1,cat\n2,cat\n", "all examples are of the class cat")]
    [InlineData("a,y\n1,cat\n2,\n", ":3:2 (column y): the class is missing")]
    public void Load_OfAFaultyTable_NamesThePlace(string text, string reason) => Assert.Contains(reason, Fails(text).Message);

    [Theory]
    [InlineData("1,2\n3,x\n", ":2:2 (column 1): the target 'x' is no finite number")]
    [InlineData("1,2\n3,inf\n", ":2:2 (column 1): the target 'inf' is no finite number")]
    public void Load_OfARegressionWithOtherTargets_NamesThePlace(string text, string reason) =>
        Assert.Contains(reason, Fails(text, _options with { Task = TargetTask.Regression, Header = false }).Message);

    [Fact]
    public void Load_OfUnknownColumns_ListsTheColumns()
    {
        UserErrorException error = Fails("a,b,y\n1,2,3\n", _options with { Target = ["z"] });
        Assert.Contains("target: there is no column z", error.Message);
        Assert.Contains("a, b, y", error.Remedy);
        Assert.Contains("features: there is no column 3", Fails("a,b,y\n1,2,3\n", _options with { Features = ["3"] }).Message);
        Assert.Contains("2 columns have the name a", Fails("a,a,y\n1,2,3\n", _options with { Ignore = ["a"] }).Message);
        Assert.Contains("the column y is named by target and again by features", Fails("a,b,y\n1,2,3\n", _options with { Features = ["y"] }).Message);
    }

    [Fact]
    public void Load_OfAMissingFile_NamesThePlaces() =>
        Assert.Contains(_folder.Path, Assert.Throws<UserErrorException>(() => _folder.Load("csv", _options)).Message);

    [Fact]
    public void Options_ThatContradictEachOther_AreRefused()
    {
        Assert.Throws<UserErrorException>(() => Make.Dataset("csv", _options with { Delimiter = "::" }));
        Assert.Throws<UserErrorException>(() => Make.Dataset("csv", _options with { Task = TargetTask.Classification, Target = ["a", "b"] }));
    }
}
