using System.Text;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Tests.Host.Options.Documents;

public class DocumentReaderTests
{
    private static DocumentNode Read(string text)
    {
        ProblemCollector problems = new("x.yaml");
        DocumentNode? node = DocumentReader.Read(text, problems);
        Assert.Empty(problems.Sorted());
        return node!;
    }

    private static MappingNode Mapping(string text) => Assert.IsType<MappingNode>(Read(text));

    private static string Scalar(MappingNode mapping, string key) => Assert.IsType<ScalarNode>(mapping.Find(key)!.Value).Text;

    private static string Problem(string text) => Problem(Encoding.UTF8.GetBytes(text));

    private static string Problem(byte[] bytes)
    {
        ProblemCollector problems = new("x.yaml");
        DocumentReader.Read(bytes, isJson: false, problems);
        return Assert.Single(problems.Sorted()).ToString();
    }

    [Fact]
    public void Read_OfNestedText_KnowsEveryPosition()
    {
        MappingNode root = Mapping("a: 1\nb:\n  - c: x\n  - [ d, e ]\n");

        Assert.Equal(new SourcePosition(1, 1), root.Position);
        Assert.Equal(new SourcePosition(1, 4), root.Find("a")!.Value.Position);
        Assert.Equal(new SourcePosition(2, 1), root.Find("b")!.Position);
        SequenceNode list = Assert.IsType<SequenceNode>(root.Find("b")!.Value);
        Assert.Equal(new SourcePosition(3, 5), list.Items[0].Position);
        Assert.Equal(new SourcePosition(4, 10), ((SequenceNode)list.Items[1]).Items[1].Position);
    }

    [Theory]
    [InlineData("a:", true)]
    [InlineData("a: ~", true)]
    [InlineData("a: null", true)]
    [InlineData("a: 'null'", false)]
    [InlineData("a: ''", false)]
    [InlineData("a: !!str", false)]
    [InlineData("a: !!str null", false)]
    public void Read_OfNothing_TellsItFromText(string text, bool isNull) =>
        Assert.Equal(isNull, Assert.IsType<ScalarNode>(Mapping(text).Find("a")!.Value).IsNull);

    [Fact]
    public void Read_OfAliases_CopiesTheAnchor()
    {
        MappingNode root = Mapping("a: &x { k: 1 }\nb: *x");

        Assert.Equal("1", Scalar((MappingNode)root.Find("b")!.Value, "k"));
        Assert.NotSame(root.Find("a")!.Value, root.Find("b")!.Value);
    }

    [Fact]
    public void Read_OfMergeKeys_LetsExplicitAndEarlierKeysWin()
    {
        MappingNode root = Mapping("a: &a { k: 1, l: 1, m: 1 }\nb: &b { l: 2, n: 2 }\nc:\n  <<: [ *a, *b ]\n  m: 3");
        MappingNode merged = (MappingNode)root.Find("c")!.Value;

        Assert.Equal(["m", "k", "l", "n"], merged.Entries.Select(e => e.Key));
        Assert.Equal(["3", "1", "1", "2"], merged.Entries.Select(e => ((ScalarNode)e.Value).Text));
    }

    [Fact]
    public void Read_OfAQuotedMergeKey_TakesItAsAKey() => Assert.Equal("1", Scalar(Mapping("'<<': 1"), "<<"));

    [Fact]
    public void Read_OfJson_TakesTabsAndEscapes()
    {
        ProblemCollector problems = new("x.json");
        byte[] json = Encoding.UTF8.GetBytes("{\n\t\"a\": [1,\t2],\n\t\"b\": { \"c\": \"\\u00e9\\/\\n\\ud83d\\ude00\" }\n}");

        MappingNode root = Assert.IsType<MappingNode>(DocumentReader.Read(json, isJson: true, problems));

        Assert.Empty(problems.Sorted());
        Assert.Equal("é/\n😀", Scalar((MappingNode)root.Find("b")!.Value, "c"));
        Assert.Equal(new SourcePosition(3, 2), root.Find("b")!.Position);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Read_OfAByteOrderMark_SkipsIt(string encoding)
    {
        ProblemCollector problems = new("x.yaml");
        Encoding encoder = Encoding.GetEncoding(encoding);

        MappingNode root = Assert.IsType<MappingNode>(DocumentReader.Read([.. encoder.GetPreamble(), .. encoder.GetBytes("é: ü")], isJson: false, problems));

        Assert.Equal("ü", Scalar(root, "é"));
    }

    [Theory]
    [InlineData("a: 1\na: 2", "x.yaml:2:1: a: the key is here a second time; first at line 1.\n  Remove one of the two.")]
    [InlineData("b:\n- a: 1\n  a: 2", "x.yaml:3:3: b[0].a: the key is here a second time; first at line 2.\n  Remove one of the two.")]
    [InlineData("a: 1\n---\nb: 2", "x.yaml:2:1: the file holds a second document.\n  Keep one experiment in a file: remove the line '---' and what follows.")]
    [InlineData("a: *x", "x.yaml:1:4: the alias *x names nothing that is complete before it.\n  Write &x before the value that is meant.")]
    [InlineData("a: &x [ *x ]", "x.yaml:1:9: the alias *x names nothing that is complete before it.\n  Write &x before the value that is meant.")]
    [InlineData("a: &y 1\nb: *x", "x.yaml:2:4: the alias *x names nothing that is complete before it.\n  Anchors before it: y")]
    [InlineData("<<: 1", "x.yaml:1:5: '1' cannot be merged by '<<'.\n  Merge an alias of a mapping: <<: *name")]
    [InlineData("[a]: 1", "x.yaml:1:1: a list stands where a key is expected.\n  Keys are names.")]
    [InlineData("a: !include b.yaml", "x.yaml:1:4: the tag !include means nothing here.\n  Remove the tag.")]
    public void Read_OfWhatIsNoExperiment_SaysWhere(string text, string problem) => Assert.Equal(problem, Problem(text));

    [Theory]
    [InlineData("a:\n\tb: 1", 2, "Indent with blanks.")]
    [InlineData("a: 1\nb:\n  - c: 1\n\t- d: 2", 4, "Indent with blanks.")]
    [InlineData("a: 1\nb: [1, [2]\nc: 3", 2, "Close it.")]
    [InlineData("a: {b: 1\nc: 3", 1, "Close it.")]
    [InlineData("a: \"b", 1, "Check the indentation, the quotes and the brackets here and just before.")]
    [InlineData("a: b: c", 1, "Put a value that holds ': ' in quotes, or check the indentation of this line.")]
    [InlineData("a: 1\n b: 2", 2, "Put a value that holds ': ' in quotes, or check the indentation of this line.")]
    public void Read_OfMalformedText_NamesTheLine(string text, int line, string remedy)
    {
        string problem = Problem(text);

        Assert.StartsWith($"x.yaml:{line}:", problem, StringComparison.Ordinal);
        Assert.Contains(": not valid YAML: ", problem, StringComparison.Ordinal);
        Assert.EndsWith("\n  " + remedy, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfHalfASurrogatePair_IsRefused()
    {
        ProblemCollector problems = new("x.yaml");
        DocumentReader.Read("a: x" + (char)0xD83D + "y", problems);
        Assert.Equal("x.yaml:1:4: the text holds half of a surrogate pair, which is no character.\n  Write the character itself, or both halves.", Assert.Single(problems.Sorted()).ToString());
    }

    [Fact]
    public void Read_OfInvalidUtf8_NamesTheLine() => Assert.Equal(
        "x.yaml:2:1: the line holds the byte 0xFF, which is not UTF-8.\n  Save the file as UTF-8.",
        Problem([(byte)'a', (byte)':', (byte)'\n', (byte)' ', 0xFF, (byte)'\n']));

    [Fact]
    public void Read_OfAHugeFile_SaysItIsNoExperimentFile() => Assert.Equal(
        "x.yaml: the file has 4194305 bytes, more than an experiment file can have (4194304).\n  Name an experiment file, not a data file.",
        Problem(new byte[DocumentReader.MaximumBytes + 1]));

    [Fact]
    public void Read_OfDeepNesting_IsBounded()
    {
        Assert.IsType<SequenceNode>(Read(new string('[', 100) + new string(']', 100)));
        Assert.Contains(": nested deeper than 100 levels.", Problem(new string('[', 50_000) + new string(']', 50_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAliasesOfAliases_IsBoundedInNodesAndDepth()
    {
        StringBuilder bomb = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Contains(": more than 100000 values, aliases counted each time.", Problem(bomb.ToString()), StringComparison.Ordinal);

        StringBuilder chain = new("a0: &a0 x\n");
        for (int i = 1; i < 200; i++)
            chain.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        Assert.Contains(": nested deeper than 100 levels.", Problem(chain.ToString()), StringComparison.Ordinal);
    }
}
