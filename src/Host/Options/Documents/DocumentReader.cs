using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NeuralKernels.Host.Options.Documents;

/// <summary>Reads YAML 1.2 (and so JSON) into a tree that knows where everything stands. Never throws on any text.</summary>
internal sealed class DocumentReader
{
    /// <summary>Longest text in bytes: anything longer is a data file named by mistake.</summary>
    internal const int MaximumBytes = 4 << 20;

    /// <summary>Deepest nesting.</summary>
    internal const int MaximumDepth = 100;

    /// <summary>Most nodes, aliases written out.</summary>
    internal const int MaximumNodes = 100_000;

    private const string MergeKey = "<<";

    private readonly Parser _parser;
    private readonly ProblemCollector _problems;
    private readonly OverrideText? _override;
    private readonly Dictionary<string, DocumentNode> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<SourcePosition> _openBrackets = new();
    private int _nodes;

    private DocumentReader(string text, ProblemCollector problems, OverrideText? fromOverride)
    {
        _parser = new Parser(new StringReader(text));
        _problems = problems;
        _override = fromOverride;
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">UTF-8, or UTF-16 or UTF-32 with a byte order mark.</param>
    /// <param name="isJson">True for JSON, whose rules allow tabs where YAML does not.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>The tree; null where the text is no single document.</returns>
    public static DocumentNode? Read(byte[] bytes, bool isJson, ProblemCollector problems)
    {
        if (bytes.Length > MaximumBytes)
        {
            problems.AddForFile($"the file has {bytes.Length} bytes, more than an experiment file can have ({MaximumBytes}).", "Name an experiment file, not a data file.");
            return null;
        }

        string text;
        try
        {
            using StreamReader reader = new(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            text = reader.ReadToEnd();
        }
        catch (DecoderFallbackException e)
        {
            int line = 1 + bytes.AsSpan(0, FirstInvalid(bytes)).Count((byte)'\n');
            problems.Add(new SourcePosition(line, 1), "", $"the line holds the byte 0x{(e.BytesUnknown is [var first, ..] ? first : 0):X2}, which is not UTF-8.", "Save the file as UTF-8.");
            return null;
        }

        // JSON has tabs between tokens only, so that a blank in the place of each keeps all meaning and every position.
        return Read(isJson ? text.Replace('\t', ' ') : text, problems);
    }

    /// <summary>Reads a text: a file's, or the value of an override.</summary>
    /// <returns>The tree; null where the text is no single document.</returns>
    public static DocumentNode? Read(string text, ProblemCollector problems, OverrideText? fromOverride = null)
    {
        DocumentReader reader = new(text, problems, fromOverride);
        try
        {
            return reader.ReadDocument();
        }
        catch (DocumentException e)
        {
            problems.Add(e.Position, "", e.Message, e.Remedy);
        }
        catch (YamlException e)
        {
            reader.Report(e, text);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser's own checks do not catch all that is malformed: an open bracket at the end, above all.
            if (reader._openBrackets.TryPeek(out SourcePosition bracket))
                problems.Add(bracket, "", "not valid YAML: the bracket that opens here is not closed.", "Close it.");
            else
                problems.Add(reader.At(reader._parser.Current?.End ?? Mark.Empty), "", "not valid YAML from here on.", "Check the indentation, the quotes and the brackets here and just before.");
        }

        return null;
    }

    private DocumentNode ReadDocument()
    {
        _parser.MoveNext();
        Expect<StreamStart>();
        if (Peek() is StreamEnd end)
            return new ScalarNode(At(end.Start), "");
        Expect<DocumentStart>();
        DocumentNode root = ReadNode(0, "");
        Expect<DocumentEnd>();
        if (Peek() is DocumentStart second)
            throw new DocumentException(At(second.Start), "the file holds a second document.", "Keep one experiment in a file: remove the line '---' and what follows.");
        return root;
    }

    private DocumentNode ReadNode(int depth, string path)
    {
        ParsingEvent parsed = Peek();
        SourcePosition position = At(parsed.Start);
        if (depth > MaximumDepth)
            throw new DocumentException(position, $"nested deeper than {MaximumDepth} levels.", "Nest less deeply.");
        if (++_nodes > MaximumNodes)
            throw new DocumentException(position, $"more than {MaximumNodes} values, aliases counted each time.", "Use fewer aliases.");
        _parser.MoveNext();
        switch (parsed)
        {
            case AnchorAlias alias:
                return Resolve(alias, depth);
            case Scalar scalar:
                CheckTag(scalar, position, "str", "int", "float", "bool", "null");
                if (HasHalfPair(scalar.Value))
                    throw new DocumentException(position, "the text holds half of a surrogate pair, which is no character.", "Write the character itself, or both halves.");
                bool quoted = scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any) || (!scalar.Tag.IsEmpty && (scalar.Tag.IsNonSpecific || scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal)));
                return Anchored(scalar, new ScalarNode(position, scalar.Value, quoted));
            case SequenceStart start:
                CheckTag(start, position, "seq");
                Open(start.Style == SequenceStyle.Flow, position);
                SequenceNode sequence = new(position);
                while (Peek() is not SequenceEnd)
                    sequence.Items.Add(ReadNode(depth + 1, $"{path}[{sequence.Items.Count}]"));
                Close(start.Style == SequenceStyle.Flow);
                _parser.MoveNext();
                return Anchored(start, sequence);
            case MappingStart start:
                CheckTag(start, position, "map");

                // The parser gives no place for a pair without braces in a list, [a: 1]: it starts where its key does.
                bool hasBraces = start.Style == MappingStyle.Flow && (depth == 0 || start.Start.Index > 0);
                Open(hasBraces, position);
                MappingNode mapping = ReadMapping(depth > 0 && start.Start.Index == 0 ? At(Peek().Start) : position, depth, path);
                Close(hasBraces);
                _parser.MoveNext();
                return Anchored(start, mapping);
            default:
                throw new DocumentException(position, "this stands where a value is expected.", "Check the indentation.");
        }
    }

    private MappingNode ReadMapping(SourcePosition position, int depth, string path)
    {
        MappingNode mapping = new(position);
        List<DocumentNode> merged = [];
        while (Peek() is not MappingEnd)
        {
            DocumentNode key = ReadNode(depth + 1, path);
            if (key is not ScalarNode { Text: var name } scalar)
                throw new DocumentException(key.Position, $"{key.Noun} stands where a key is expected.", "Keys are names.");
            DocumentNode value = ReadNode(depth + 1, OptionPath.Join(path, name));
            if (name == MergeKey && !scalar.Quoted)
                merged.AddRange(Merged(value));
            else if (mapping.Find(name) is { } first)
                _problems.Add(key.Position, OptionPath.Join(path, name), $"the key is here a second time; first at {first.Position.RenderShort()}.", "Remove one of the two.");
            else
                mapping.Entries.Add(new DocumentEntry(name, key.Position, value));
        }

        foreach (MappingNode other in merged.Cast<MappingNode>())
        {
            foreach (DocumentEntry entry in other.Entries)
            {
                if (mapping.Find(entry.Key) is null)
                    mapping.Entries.Add(entry);
            }
        }

        return mapping;
    }

    private static List<DocumentNode> Merged(DocumentNode value)
    {
        List<DocumentNode> sources = value is SequenceNode list ? list.Items : [value];
        if (sources.Find(s => s is not MappingNode) is { } wrong)
            throw new DocumentException(wrong.Position, $"{wrong.Noun} cannot be merged by '{MergeKey}'.", "Merge an alias of a mapping: <<: *name");
        return sources;
    }

    private DocumentNode Resolve(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out DocumentNode? node))
        {
            throw new DocumentException(At(alias.Start), $"the alias *{alias.Value.Value} names nothing that is complete before it.",
                _anchors.Count == 0 ? $"Write &{alias.Value.Value} before the value that is meant." : $"Anchors before it: {string.Join(", ", _anchors.Keys)}");
        }

        CheckCopy(node, depth, At(alias.Start));
        return node.Copy();
    }

    /// <summary>Counts the nodes of a copy before it is made.</summary>
    private void CheckCopy(DocumentNode node, int depth, SourcePosition alias)
    {
        if (depth > MaximumDepth)
            throw new DocumentException(alias, $"nested deeper than {MaximumDepth} levels.", "Nest less deeply.");
        if (++_nodes > MaximumNodes)
            throw new DocumentException(alias, $"more than {MaximumNodes} values, aliases counted each time.", "Use fewer aliases.");
        IEnumerable<DocumentNode> children = node switch
        {
            SequenceNode sequence => sequence.Items,
            MappingNode mapping => mapping.Entries.Select(e => e.Value),
            _ => [],
        };
        foreach (DocumentNode child in children)
            CheckCopy(child, depth + 1, alias);
    }

    private DocumentNode Anchored(NodeEvent parsed, DocumentNode node)
    {
        if (!parsed.Anchor.IsEmpty)
            _anchors[parsed.Anchor.Value] = node;
        return node;
    }

    private static void CheckTag(NodeEvent parsed, SourcePosition position, params ReadOnlySpan<string> known)
    {
        if (parsed.Tag.IsEmpty || parsed.Tag.IsNonSpecific)
            return;
        foreach (string tag in known)
        {
            if (parsed.Tag.Value == "tag:yaml.org,2002:" + tag)
                return;
        }

        throw new DocumentException(position, $"the tag {parsed.Tag.Value} means nothing here.", "Remove the tag.");
    }

    /// <summary>The event that is to be read next.</summary>
    private ParsingEvent Peek() => _parser.Current ?? throw new DocumentException(default, "the text ends too early.", "Complete it.");

    private void Expect<T>()
        where T : ParsingEvent
    {
        if (Peek() is not T)
            throw new DocumentException(At(Peek().Start), "this does not belong to the document.", "Check the indentation, and that every bracket has its partner.");
        _parser.MoveNext();
    }

    private SourcePosition At(Mark mark) => new(Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column), _override);

    private void Open(bool isBracket, SourcePosition position)
    {
        if (isBracket)
            _openBrackets.Push(position);
    }

    private void Close(bool isBracket)
    {
        if (isBracket)
            _openBrackets.Pop();
    }

    private void Report(YamlException e, string text)
    {
        string message = e.Message.TrimEnd('.');
        if (message.Contains(" tab ", StringComparison.Ordinal))
        {
            string[] lines = text.Split('\n');
            int line = Array.FindIndex(lines, l => l.AsSpan().TrimStart(' ').StartsWith("\t"));
            if (line >= 0)
            {
                _problems.Add(new SourcePosition(line + 1, lines[line].IndexOf('\t', StringComparison.Ordinal) + 1, _override), "", "not valid YAML: a tab indents this line.", "Indent with blanks.");
                return;
            }
        }

        string remedy = message.Contains("invalid mapping", StringComparison.Ordinal)
            ? "Put a value that holds ': ' in quotes, or check the indentation of this line."
            : "Check the indentation, the quotes and the brackets here and just before.";
        _problems.Add(At(e.Start), "", $"not valid YAML: {char.ToLowerInvariant(message[0])}{message[1..]}.", remedy);
    }

    private static bool HasHalfPair(string text)
    {
        for (int i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }

    private static int FirstInvalid(byte[] bytes)
    {
        Utf8.ToUtf16(bytes, new char[bytes.Length], out int read, out _, replaceInvalidSequences: false);
        return read;
    }

    /// <summary>A text that is YAML and yet no document of this program.</summary>
    private sealed class DocumentException(SourcePosition position, string message, string remedy) : Exception(message)
    {
        public SourcePosition Position { get; } = position;

        public string Remedy { get; } = remedy;
    }
}
