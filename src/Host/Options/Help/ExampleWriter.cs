using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options.Help;

/// <summary>Writes a piece of an experiment file that chooses a component, with its defaults and samples of what is required.</summary>
internal static class ExampleWriter
{
    private const int MaximumDepth = 6;

    /// <summary>The piece, as it stands in an experiment file.</summary>
    public static string Write(ComponentCatalog catalog, ComponentDescriptor component)
    {
        MappingNode node = Component(catalog, component, 0);
        OptionInfo? slot = OptionTable.For(typeof(ExperimentOptions)).Options
            .FirstOrDefault(o => (o.Type is ListOption list ? list.Item : o.Type) is ComponentOption type && type.Kind.Name == component.Kind.Name);
        DocumentNode place = node;
        if (slot is null or { Type: ListOption })
        {
            SequenceNode list = new(default);
            list.Items.Add(node);
            place = list;
        }

        if (slot is null)
            return DocumentWriter.Write(place);
        MappingNode root = new(default);
        root.Entries.Add(new DocumentEntry(slot.Name, default, place));
        return DocumentWriter.Write(root);
    }

    private static MappingNode Component(ComponentCatalog catalog, ComponentDescriptor component, int depth)
    {
        OptionTable table = OptionTable.For(component.OptionsType);
        MappingNode node = Record(catalog, table, depth);
        node.Entries.Insert(0, new DocumentEntry(component.Kind.Discriminator, default, new ScalarNode(default, component.Name)));
        return node;
    }

    private static MappingNode Record(ComponentCatalog catalog, OptionTable table, int depth)
    {
        MappingNode node = new(default);
        foreach (OptionInfo option in table.Options)
        {
            DocumentNode? value = option.IsRequired
                ? Sample(catalog, option, option.Type, depth)
                : option.DefaultComponent is not null || option.Type is RecordOption ? null : Initial(BoundDefaults.Of(option.Type, option.Default));
            if (value is not null)
                node.Entries.Add(new DocumentEntry(option.Name, default, value));
        }

        return node;
    }

    /// <summary>A default value; null where it is empty or not to be written.</summary>
    private static DocumentNode? Initial(BoundValue? value)
    {
        switch (value)
        {
            case BoundScalar { Text.Length: > 0 } scalar:
                return new ScalarNode(default, scalar.Text);
            case BoundList { Items.Count: > 0 } list when list.Items.All(item => item is BoundScalar { Text.Length: > 0 }):
                SequenceNode sequence = new(default);
                sequence.Items.AddRange(list.Items.Select(item => Initial(item)!));
                return sequence;
            default:
                return null;
        }
    }

    private static DocumentNode Sample(ComponentCatalog catalog, OptionInfo option, OptionType type, int depth)
    {
        switch (type)
        {
            case ListOption list:
                SequenceNode sequence = new(default);
                for (int i = 0; i < Math.Max(1, option.Constraints.MinimumLength ?? 1); i++)
                    sequence.Items.Add(Sample(catalog, option, list.Item, depth + 1));
                return sequence;
            case DictionaryOption dictionary:
                MappingNode mapping = new(default);
                mapping.Entries.Add(new DocumentEntry("key", default, Sample(catalog, option, dictionary.Item, depth + 1)));
                return mapping;
            case RecordOption record when depth < MaximumDepth:
                return Record(catalog, record.Table, depth + 1);
            case ComponentOption slot:
                // The component that needs least makes the shortest example.
                ComponentDescriptor? simplest = catalog.OfKind(slot.Kind.Name).MinBy(c => OptionTable.For(c.OptionsType).Options.Count(o => o.IsRequired));
                return simplest is null || depth >= MaximumDepth ? new ScalarNode(default, simplest?.Name ?? slot.Kind.Name) : Component(catalog, simplest, depth + 1);
            case BooleanOption:
                return new ScalarNode(default, "true");
            case IntegerOption or RealOption when option.Constraints.AllowedOf(type) is null:
                double least = option.Constraints.Minimum ?? 1;
                double sample = least < 1 && !(option.Constraints.Maximum < 1) ? 1 : option.Constraints.MinimumIsExclusive ? ((option.Constraints.Maximum ?? (least + 2)) + least) / 2 : least;
                return new ScalarNode(default, ScalarText.OfReal(sample));
            default:
                return new ScalarNode(default, option.Constraints.AllowedOf(type) is [var first, ..] ? first : option.Name);
        }
    }
}
