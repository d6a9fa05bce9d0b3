using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Tests.Host.Options.Documents;

public class DocumentWriterTests
{
    private static readonly Gen<string> s_texts = Gen.OneOf(
        Gen.Elements("", " ", "true", "~", "null", "1e-6", "a: b", "- x", "#", "'", "\"", "a\nb\n", "\n", "\t", "é😀", "<<", "*a", "&a", "!a", "{", "[x]", "a,b", "x ", "%", "@", "| y", "\u0085", "\u2028", "\0"),
        ArbMap.Default.GeneratorFor<string>().Select(s => string.Concat((s ?? "").EnumerateRunes().Select(r => r.ToString()))));

    private static Gen<DocumentNode> Node(int size)
    {
        Gen<DocumentNode> scalar = s_texts.Select(t => (DocumentNode)new ScalarNode(default, t, quoted: true));
        Gen<DocumentNode> plain = Gen.Elements("1", "-2.5e-3", "word", "two words", "true", "", "~", ".inf").Select(t => (DocumentNode)new ScalarNode(default, t));
        if (size <= 1)
            return Gen.OneOf(scalar, plain);
        Gen<DocumentNode> child = Node(size / 3);
        return Gen.OneOf(scalar, plain, child.ArrayOf(3).Select(items => (DocumentNode)Sequence(items)), s_texts.Two().SelectMany(k => child.Two().Select(v => (DocumentNode)Mapping(k, v))));
    }

    private static SequenceNode Sequence(DocumentNode[] items)
    {
        SequenceNode node = new(default);
        node.Items.AddRange(items);
        return node;
    }

    private static MappingNode Mapping((string, string) keys, (DocumentNode, DocumentNode) values)
    {
        MappingNode node = new(default);
        node.Entries.Add(new DocumentEntry(keys.Item1, default, values.Item1));
        if (keys.Item2 != keys.Item1)
            node.Entries.Add(new DocumentEntry(keys.Item2, default, values.Item2));
        return node;
    }

    /// <summary>Texts compare by content and by whether they can be taken for something other than text.</summary>
    internal static bool Same(DocumentNode a, DocumentNode b) => (a, b) switch
    {
        (ScalarNode x, ScalarNode y) => (x.IsNull && y.IsNull) || (x.Text == y.Text && x.IsNull == y.IsNull && (x.Quoted == y.Quoted || !LooksSpecial(x.Text))),
        (SequenceNode x, SequenceNode y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Same(p.First, p.Second)),
        (MappingNode x, MappingNode y) => x.Entries.Select(e => e.Key).SequenceEqual(y.Entries.Select(e => e.Key)) && x.Entries.Zip(y.Entries).All(p => Same(p.First.Value, p.Second.Value)),
        _ => false,
    };

    private static bool LooksSpecial(string text) =>
        new ScalarNode(default, text).IsNull || ScalarReader.Boolean(text) is not null || ScalarReader.Integer(text) is not null || ScalarReader.Real(text) is not null;

    [Fact]
    public void Write_OfAnyTree_ReadsBackAsThatTree() => Prop.ForAll(
        Node(30).ToArbitrary(),
        node =>
        {
            string text = DocumentWriter.Write(node);
            ProblemCollector problems = new("x.yaml");
            DocumentNode? read = DocumentReader.Read(text, problems);
            return (read is not null && problems.IsEmpty && Same(node, read)).Label($"{text}\n{string.Join('\n', problems.Sorted())}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Write_OfATree_IsReadable()
    {
        DocumentNode node = DocumentReader.Read("{ a: [1, 2], b: { c: 'word', d: '1' }, e: [{ f: ~ }], g: {}, h: [] }", new ProblemCollector("x"))!;

        Assert.Equal("a: [1, 2]\nb:\n  c: word\n  d: \"1\"\ne:\n- f: null\ng: {}\nh: []\n", DocumentWriter.Write(node));
    }
}
