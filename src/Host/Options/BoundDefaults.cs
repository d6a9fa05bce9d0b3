using System.Collections;

namespace NeuralKernels.Host.Options;

/// <summary>Writes default values as trees of texts.</summary>
internal static class BoundDefaults
{
    /// <summary>The tree of a value.</summary>
    /// <returns>Null for no value, and for a component instance, whose options are not known.</returns>
    public static BoundValue? Of(OptionType type, object? value) => (type, value) switch
    {
        (_, null) => null,
        (ListOption list, IEnumerable items) => new BoundList([.. Items(items).Select(item => Of(list.Item, item)).OfType<BoundValue>()]),
        (DictionaryOption dictionary, IEnumerable entries) => new BoundMapping([.. Entries(dictionary, entries)]),
        (RecordOption record, _) => OfRecord(record.Table, value),
        (ComponentOption { Wrapped: true } component, Component chosen) => new BoundMapping(
        [
            new(component.Kind.Discriminator, new BoundScalar(chosen.Name)),
            .. OfRecord(OptionTable.For(chosen.Descriptor.OptionsType), chosen.Options).Entries,
        ]),
        (ComponentOption, _) => null,
        _ => new BoundScalar(ScalarText.Of(value)),
    };

    private static BoundMapping OfRecord(OptionTable table, object record)
    {
        List<KeyValuePair<string, BoundValue>> entries = [];
        foreach (OptionInfo option in table.Options)
        {
            if (Of(option.Type, option.Property.GetValue(record)) is { } value)
                entries.Add(new(option.Name, value));
        }

        return new BoundMapping(entries);
    }

    private static IEnumerable<object?> Items(IEnumerable items)
    {
        // A default ImmutableArray has no items and throws when asked for them.
        if (items is IStructuralEquatable && items.GetType().GetProperty("IsDefault")?.GetValue(items) is true)
            yield break;
        foreach (object? item in items)
            yield return item;
    }

    private static IEnumerable<KeyValuePair<string, BoundValue>> Entries(DictionaryOption dictionary, IEnumerable entries)
    {
        foreach (object entry in entries)
        {
            Type type = entry.GetType();
            string key = (string)type.GetProperty("Key")!.GetValue(entry)!;
            if (Of(dictionary.Item, type.GetProperty("Value")!.GetValue(entry)) is { } value)
                yield return new(key, value);
        }
    }
}
