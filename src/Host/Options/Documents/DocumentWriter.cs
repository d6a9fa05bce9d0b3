using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NeuralKernels.Host.Options.Documents;

/// <summary>Writes a document tree as YAML in one form: equal trees give equal texts, and reading gives an equal tree.</summary>
internal static class DocumentWriter
{
    /// <summary>The text, with a line end at its end.</summary>
    public static string Write(DocumentNode root)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Emitter emitter = new(writer, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, skipAnchorName: true));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Write(Emitter emitter, DocumentNode node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                emitter.Emit(Scalar(scalar.IsNull ? "null" : scalar.Text, scalar.Quoted));
                break;
            case SequenceNode sequence:
                // Lists of single values stay on one line.
                bool isShort = sequence.Items.TrueForAll(item => item is ScalarNode);
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isShort ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (DocumentNode item in sequence.Items)
                    Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case MappingNode mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, mapping.Entries.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (DocumentEntry entry in mapping.Entries)
                {
                    emitter.Emit(Scalar(entry.Key, quoted: entry.Key == "<<"));
                    Write(emitter, entry.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
        }
    }

    /// <summary>Quotes where the text was quoted and a plain form could be read as something else, and for line ends and the like.</summary>
    private static Scalar Scalar(string text, bool quoted)
    {
        bool isWord = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ' ' or '/') && text[^1] != ' ';
        bool looksSpecial = text.ToLowerInvariant() is "true" or "false" or "null" or "nan" or "inf" or "infinity" or "yes" or "no" or "on" or "off" or "y" or "n";
        bool isOneLine = !text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\ufeff');
        return (quoted && !(isWord && !looksSpecial)) || !isOneLine
            ? new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true)
            : new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Any, isPlainImplicit: true, isQuotedImplicit: true);
    }
}
