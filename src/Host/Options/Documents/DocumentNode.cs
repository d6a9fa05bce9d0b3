namespace NeuralKernels.Host.Options.Documents;

/// <summary>A node of a document tree, with its place of origin. The tree is free of aliases: they are copies.</summary>
internal abstract class DocumentNode(SourcePosition position)
{
    /// <summary>Where the node starts.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>What it is, for messages.</summary>
    public abstract string Noun { get; }

    /// <summary>A deep copy with the same positions.</summary>
    public abstract DocumentNode Copy();
}

/// <summary>A single value as text.</summary>
/// <param name="position">Where it starts.</param>
/// <param name="text">The text without quotes.</param>
/// <param name="quoted">True where quotes, a block style or a tag make it text, whatever it looks like.</param>
internal sealed class ScalarNode(SourcePosition position, string text, bool quoted = false) : DocumentNode(position)
{
    /// <summary>The text without quotes.</summary>
    public string Text { get; } = text;

    /// <summary>True where quotes, a block style or a tag make it text, whatever it looks like.</summary>
    public bool Quoted { get; } = quoted;

    /// <summary>True for the null of YAML 1.2: nothing, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Noun => IsNull ? "nothing" : Quoted ? $"the text \"{Text}\"" : $"'{Text}'";

    public override DocumentNode Copy() => new ScalarNode(Position, Text, Quoted);
}

/// <summary>A list.</summary>
internal sealed class SequenceNode(SourcePosition position) : DocumentNode(position)
{
    /// <summary>The items.</summary>
    public List<DocumentNode> Items { get; } = [];

    public override string Noun => "a list";

    public override DocumentNode Copy()
    {
        SequenceNode copy = new(Position);
        copy.Items.AddRange(Items.Select(item => item.Copy()));
        return copy;
    }
}

/// <summary>A mapping from keys to nodes. Keys are unique.</summary>
internal sealed class MappingNode(SourcePosition position) : DocumentNode(position)
{
    /// <summary>The entries in the order of the file.</summary>
    public List<DocumentEntry> Entries { get; } = [];

    /// <summary>The scalar that stood in the place of this mapping before an override added keys: the name of a component.</summary>
    public ScalarNode? Shorthand { get; set; }

    public override string Noun => "a mapping";

    /// <summary>The entry of a key; null where there is none.</summary>
    public DocumentEntry? Find(string key) => Entries.Find(entry => entry.Key == key);

    public override DocumentNode Copy()
    {
        MappingNode copy = new(Position) { Shorthand = Shorthand };
        copy.Entries.AddRange(Entries.Select(entry => entry with { Value = entry.Value.Copy() }));
        return copy;
    }
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Position">Where the key stands.</param>
/// <param name="Value">The value.</param>
internal sealed record DocumentEntry(string Key, SourcePosition Position, DocumentNode Value);
