using System.Text;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options.Help;

/// <summary>Describes components and their options. Pure functions of the catalog; the same catalog gives the same text.</summary>
public static class ComponentDescriber
{
    /// <summary>The name that stands for the options of an experiment file as a whole.</summary>
    public const string Experiment = "experiment";

    private const int LineWidth = 100;

    /// <summary>What a component is, its options, an example, and the layers of a named architecture.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="kind">The component's kind; null where the name is enough.</param>
    /// <param name="name">The component's name; or, without a kind, <see cref="Experiment"/>, or a kind to list its components.</param>
    /// <param name="set">Options <c>name=value</c> of a named architecture, whose layers are shown for them.</param>
    /// <exception cref="UserErrorException">There is no such component, or there are several, or it takes no such options.</exception>
    public static string Describe(ComponentCatalog catalog, string? kind, string name, IReadOnlyList<string>? set = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(name);
        if (kind is null && name == Experiment)
        {
            RequireNone(set, name);
            return Text("experiment file", OptionTable.For(typeof(ExperimentOptions)), null, null, null);
        }

        if (kind is null && catalog.Kinds.Any(k => (k == name || k + "s" == name) && !catalog.Kinds.Any(other => catalog.Find(other, name) is not null)))
        {
            RequireNone(set, name);
            return ComponentLister.List(catalog, name);
        }

        ComponentDescriptor component = ComponentNames.Component(catalog, kind, name);
        return ComponentNames.Reading(component, () => Text(
            $"{component.Kind.Name} {component.Name}", OptionTable.For(component.OptionsType), component.Plugin,
            ExampleWriter.Write(catalog, component), Layers(catalog, component, set)));
    }

    /// <summary>The same for programs: an object with the options as an array.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="kind">The component's kind; null where the name is enough.</param>
    /// <param name="name">The component's name; or, without a kind, <see cref="Experiment"/>.</param>
    /// <param name="set">Options <c>name=value</c> of a named architecture, whose layers are shown for them.</param>
    /// <exception cref="UserErrorException">There is no such component, or there are several, or it takes no such options.</exception>
    public static string DescribeJson(ComponentCatalog catalog, string? kind, string name, IReadOnlyList<string>? set = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(name);
        if (kind is null && name == Experiment)
        {
            RequireNone(set, name);
            OptionTable root = OptionTable.For(typeof(ExperimentOptions));
            return JsonText.Write(new JsonObject { ["name"] = Experiment, ["description"] = root.Description, ["options"] = Options(root, [root]) });
        }

        ComponentDescriptor component = ComponentNames.Component(catalog, kind, name);
        return ComponentNames.Reading(component, () =>
        {
            OptionTable table = OptionTable.For(component.OptionsType);
            JsonObject described = new()
            {
                ["kind"] = component.Kind.Name,
                ["name"] = component.Name,
                ["plugin"] = component.Plugin,
                ["discriminator"] = component.Kind.Discriminator,
                ["description"] = table.Description,
                ["options"] = Options(table, [table]),
                ["example"] = ExampleWriter.Write(catalog, component),
            };
            if (Layers(catalog, component, set) is { } layers)
                described["stands_for"] = JsonText.Of(layers);
            return JsonText.Write(described);
        });
    }

    /// <summary>The kernel that a named architecture stands for, its layers written out; null for other components, and where options are missing.</summary>
    private static MappingNode? Layers(ComponentCatalog catalog, ComponentDescriptor component, IReadOnlyList<string>? set)
    {
        if (Architecture.Is(component))
        {
            bool isKnown = set is { Count: > 0 } || !OptionTable.For(component.OptionsType).Options.Any(option => option.IsRequired);
            return isKnown ? Architecture.Expand(catalog, component, set ?? []) : null;
        }

        RequireNone(set, component.Name);
        return null;
    }

    private static void RequireNone(IReadOnlyList<string>? set, string name)
    {
        if (set is { Count: > 0 })
            throw new UserErrorException($"--set: '{name}' is no architecture whose layers could be shown.", "Leave --set out.");
    }

    private static string Text(string title, OptionTable table, string? plugin, string? example, MappingNode? layers)
    {
        StringBuilder text = new();
        text.Append(title).Append(plugin is null ? "" : $"   (plugin {plugin})").Append('\n');
        if (table.Description is { } help)
            Wrap(text, help, "  ");
        IReadOnlyList<OptionRow> rows = OptionRows.Of(table);
        text.Append(rows.Count == 0 ? "\nNo options.\n" : "\nOptions\n");
        (int name, int type, int initial) = (Width(rows, r => r.Name), Width(rows, r => r.Type), Width(rows, r => r.Default));
        foreach (OptionRow row in rows)
        {
            text.Append($"  {row.Name.PadRight(name)}  {row.Type.PadRight(type)}  {row.Default.PadRight(initial)}  {row.Allowed}".TrimEnd()).Append('\n');
            if (row.Description.Length > 0)
                Wrap(text, row.Description, "      ");
        }

        if (example is not null)
            Indent(text, "Example", example);
        if (layers is not null)
            Indent(text, "Stands for", DocumentWriter.Write(new MappingNode(default) { Entries = { new DocumentEntry("kernel", default, layers) } }));
        return text.ToString();
    }

    private static void Indent(StringBuilder text, string title, string yaml)
    {
        text.Append('\n').Append(title).Append('\n');
        foreach (string line in yaml.TrimEnd().Split('\n'))
            text.Append("  ").Append(line).Append('\n');
    }

    private static int Width(IReadOnlyList<OptionRow> rows, Func<OptionRow, string> column) => rows.Count == 0 ? 0 : rows.Max(r => column(r).Length);

    private static void Wrap(StringBuilder text, string words, string indent)
    {
        int length = 0;
        foreach (string word in words.Split(' '))
        {
            if (length > 0 && length + 1 + word.Length > LineWidth)
            {
                text.Append('\n');
                length = 0;
            }

            text.Append(length == 0 ? indent : " ").Append(word);
            length += (length == 0 ? indent.Length : 1) + word.Length;
        }

        text.Append('\n');
    }

    private static JsonArray Options(OptionTable table, IReadOnlyList<OptionTable> open)
    {
        JsonArray options = [];
        foreach (OptionInfo option in table.Options)
        {
            OptionConstraints constraints = option.Constraints;
            JsonObject described = new()
            {
                ["name"] = option.Name,
                ["type"] = option.Type.Word,
                ["required"] = option.IsRequired,
                ["nullable"] = option.IsNullable,
                ["default"] = JsonText.Default(option),
                ["description"] = option.Description,
            };
            if (constraints.Allowed is { } allowed)
                described["allowed"] = new JsonArray([.. allowed.Select(a => JsonText.OfScalar(Item(option.Type), a))]);
            if (OptionRows.Choices(option).ToArray() is { Length: > 0 } choices)
                described["choices"] = new JsonArray([.. choices.Select(c => new JsonObject { ["name"] = c.Name, ["description"] = c.Description })]);
            if (constraints.Minimum is { } least)
                described[constraints.MinimumIsExclusive ? "exclusive_minimum" : "minimum"] = least;
            if (constraints.Maximum is { } greatest)
                described[constraints.MaximumIsExclusive ? "exclusive_maximum" : "maximum"] = greatest;
            if (constraints.MinimumLength is { } shortest)
                described["minimum_length"] = shortest;
            if (constraints.MaximumLength is { } longest)
                described["maximum_length"] = longest;
            if (Item(option.Type) is RecordOption section && !open.Contains(section.Table))
                described["options"] = Options(section.Table, [.. open, section.Table]);
            options.Add(described);
        }

        return options;
    }

    private static OptionType Item(OptionType type) => type switch { ListOption list => Item(list.Item), DictionaryOption dictionary => Item(dictionary.Item), _ => type };
}
