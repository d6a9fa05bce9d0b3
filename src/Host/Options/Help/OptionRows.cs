namespace NeuralKernels.Host.Options.Help;

/// <summary>One line of a table of options.</summary>
/// <param name="Name">Name of the option; of one in a section, <c>section.name</c>.</param>
/// <param name="Type">Such as <c>list of real</c>.</param>
/// <param name="Default">The default as files have it; <c>required</c>; or <c>none</c>.</param>
/// <param name="Allowed">Allowed values in words; empty where the type says all.</param>
/// <param name="Description">Help text; empty where there is none.</param>
internal sealed record OptionRow(string Name, string Type, string Default, string Allowed, string Description);

/// <summary>Words options for help texts.</summary>
internal static class OptionRows
{
    /// <summary>The options of a table, those of its sections included. A section within itself is not opened again.</summary>
    public static IReadOnlyList<OptionRow> Of(OptionTable table) => [.. Rows(table, "", [table])];

    /// <summary>The default as files have it; null where the option is required or has none.</summary>
    public static string? DefaultText(OptionInfo option) => option switch
    {
        { DefaultComponent: { } name } => name,
        { IsRequired: true } or { Type: RecordOption } => null,
        _ => BoundDefaults.Of(option.Type, option.Default) switch
        {
            BoundScalar { Text: "" } => "\"\"",
            BoundScalar scalar => scalar.Text,
            BoundList list when list.Items.All(i => i is BoundScalar) => $"[{string.Join(", ", list.Items.Cast<BoundScalar>().Select(s => s.Text))}]",
            BoundMapping { Entries.Count: 0 } => "{}",
            _ => null,
        },
    };

    /// <summary>Allowed values in words; empty where the type says all.</summary>
    public static string AllowedText(OptionInfo option)
    {
        OptionConstraints constraints = option.Constraints;
        string[] parts =
        [
            constraints.Allowed is { } names ? string.Join(", ", names) : "",
            constraints.RangeText,
            constraints.LengthText,
        ];
        return string.Join("; ", parts.Where(p => p.Length > 0));
    }

    /// <summary>Help text of an option and of the names that it can have; null where there is none.</summary>
    public static string? DescriptionText(OptionInfo option)
    {
        string choices = string.Join("; ", Choices(option).Where(c => c.Description is not null).Select(c => $"{c.Name}: {c.Description!.TrimEnd('.')}"));
        return choices.Length == 0 ? option.Description : $"{option.Description} {choices}.".TrimStart();
    }

    /// <summary>The names that an option can have, with their help texts; none for other types.</summary>
    public static IEnumerable<(string Name, string? Description)> Choices(OptionInfo option) => Item("", option.Type).Type is EnumOption names
        ? names.Members.Where(m => option.Constraints.Allowed!.Contains(m.Name)).Select(m => (m.Name, XmlDocumentation.OfMember(names.ClrType, m.Member)))
        : [];

    private static IEnumerable<OptionRow> Rows(OptionTable table, string prefix, IReadOnlyList<OptionTable> open)
    {
        foreach (OptionInfo option in table.Options)
        {
            string name = prefix + option.Name;
            string initial = DefaultText(option) ?? (option.IsRequired ? "required" : option.Type is RecordOption && option.Default is not null ? "" : "none");
            yield return new OptionRow(name, option.Type.Word, initial, AllowedText(option), DescriptionText(option) ?? "");
            (string inner, OptionType item) = Item(name, option.Type);
            if (item is RecordOption section && !open.Contains(section.Table))
            {
                foreach (OptionRow row in Rows(section.Table, inner + ".", [.. open, section.Table]))
                    yield return row;
            }
        }
    }

    /// <summary>What lists and mappings hold, with the path to it.</summary>
    private static (string Path, OptionType Type) Item(string path, OptionType type) => type switch
    {
        ListOption list => Item(path + "[]", list.Item),
        DictionaryOption dictionary => Item(path + ".*", dictionary.Item),
        _ => (path, type),
    };
}
