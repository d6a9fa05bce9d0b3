using System.Collections;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options;

/// <summary>Writes options as they stand in experiment files: reading the text gives equal options. What has its default is left out.</summary>
internal sealed class OptionWriter(ComponentCatalog catalog)
{
    /// <summary>A component with its options.</summary>
    public MappingNode Component(ComponentDescriptor descriptor, object options)
    {
        MappingNode node = Record(OptionTable.For(descriptor.OptionsType), options);
        node.Entries.Insert(0, Entry(descriptor.Kind.Discriminator, Text(descriptor.Name)));
        return node;
    }

    /// <summary>A component that is its own options record, as layers are.</summary>
    /// <exception cref="UserErrorException">It is not, or no plugin offers it.</exception>
    public MappingNode Component(string kind, object component)
    {
        ComponentDescriptor descriptor = catalog.OfKind(kind).FirstOrDefault(c => c.OptionsType == component.GetType())
            ?? throw new UserErrorException(
                $"The {kind} {component.GetType().Name} cannot be written: no plugin offers it with itself as its options.", "This is a fault of the plugin that uses it: tell its author.");
        return Component(descriptor, component);
    }

    private MappingNode Record(OptionTable table, object record)
    {
        MappingNode node = new(default);
        foreach (OptionInfo option in table.Options)
        {
            DocumentNode value = Value(option.Type, option.Property.GetValue(record));
            if (option.IsRequired || DocumentWriter.Write(value) != DocumentWriter.Write(Initial(option)))
                node.Entries.Add(Entry(option.Name, value));
        }

        return node;
    }

    /// <summary>What an option has where a file leaves it out.</summary>
    private DocumentNode Initial(OptionInfo option) => option is { DefaultComponent: { } name, Type: ComponentOption { Kind: { } kind } }
        ? new MappingNode(default) { Entries = { Entry(kind.Discriminator, Text(name)) } }
        : Value(option.Type, option.Default);

    private DocumentNode Value(OptionType type, object? value)
    {
        switch (type, value)
        {
            case (_, null):
                return new ScalarNode(default, "null");
            case (ListOption list, IEnumerable items):
                SequenceNode sequence = new(default);
                foreach (object? item in items)
                    sequence.Items.Add(Value(list.Item, item));
                return sequence;
            case (DictionaryOption dictionary, IDictionary entries):
                MappingNode mapping = new(default);
                foreach (DictionaryEntry entry in entries)
                    mapping.Entries.Add(Entry((string)entry.Key, Value(dictionary.Item, entry.Value)));
                return mapping;
            case (RecordOption section, _):
                return Record(section.Table, value);
            case (ComponentOption, Component chosen):
                return Component(chosen.Descriptor, chosen.Options);
            case (ComponentOption component, _):
                return Component(component.Kind.Name, value);
            case (StringOption, _):
                return new ScalarNode(default, ScalarText.Of(value), quoted: true);
            default:
                return Text(ScalarText.Of(value));
        }
    }

    private static ScalarNode Text(string text) => new(default, text);

    private static DocumentEntry Entry(string key, DocumentNode value) => new(key, default, value);
}
