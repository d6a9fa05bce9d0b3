using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options;

/// <content>Chooses components, makes them, and words the problems.</content>
internal sealed partial class OptionBinder
{
    private Bound? BindComponent(ComponentOption type, OptionInfo option, DocumentNode node, string path, bool isDefault)
    {
        string key = type.Kind.Discriminator;
        if (node is ScalarNode { IsNull: false } shorthand)
        {
            node = new MappingNode(shorthand.Position) { Shorthand = shorthand };
        }
        else if (node is not MappingNode)
        {
            problems.Add(node.Position, path, $"{node.Noun} stands where a {type.Kind.Name} is expected.", $"Write {{ {key}: name, ... }} or a name alone. {Available(type)}");
            return null;
        }

        MappingNode mapping = (MappingNode)node;
        ScalarNode? name;
        DocumentEntry? chosen = mapping.Find(key);
        if (chosen is not null)
        {
            name = chosen.Value as ScalarNode;
            if (name is null or { IsNull: true })
            {
                problems.Add(chosen.Value.Position, OptionPath.Join(path, key), $"{chosen.Value.Noun} stands where the name of a {type.Kind.Name} is expected.", Available(type));
                return null;
            }
        }
        else if ((name = mapping.Shorthand ?? (option.DefaultComponent is { } initial ? new ScalarNode(mapping.Position, initial) : null)) is null)
        {
            string? meant = mapping.Entries.Find(e => catalog.Find(type.Kind.Name, e.Key) is not null)?.Key;
            problems.Add(mapping.Position, path, $"the key '{key}' is missing, which says what {type.Kind.Name} this is.",
                (meant is null ? "" : $"Did you mean {{ {key}: {meant}, ... }}? ") + Available(type));
            return null;
        }
        else
        {
            // The name becomes an ordinary key, so that the document can be written back in one form.
            mapping.Entries.Insert(0, new DocumentEntry(key, name.Position, name));
            mapping.Shorthand = null;
        }

        if (catalog.Find(type.Kind.Name, name.Text) is not { } descriptor)
        {
            problems.Add(name.Position, isDefault ? path : OptionPath.Join(path, key),
                isDefault ? $"left out, and the default {type.Kind.Name} '{name.Text}' is not available." : $"unknown {type.Kind.Name} '{name.Text}'.",
                Suggestions.DidYouMean(name.Text, catalog.OfKind(type.Kind.Name).Select(c => c.Name)) + Available(type));
            return null;
        }

        return BindOptions(type, descriptor, mapping, path);
    }

    private Bound? BindOptions(ComponentOption type, ComponentDescriptor descriptor, MappingNode mapping, string path)
    {
        string key = type.Kind.Discriminator;
        OptionOwner owner = new($"{type.Kind.Name} {descriptor.Name}", $"nk describe {type.Kind.Name} {descriptor.Name}");
        Bound? bound;
        try
        {
            OptionTable table = OptionTable.For(descriptor.OptionsType);
            if (table.Find(key) is not null)
                throw new OptionTypeException($"{descriptor.OptionsType.Name} has an option named '{key}', the key that chooses the component.");
            bound = BindRecord(table, owner, mapping, path, key);
        }
        catch (OptionTypeException e)
        {
            problems.Add(mapping.Position, path, $"{owner.Text} cannot be used: {e.Message}", $"This is a fault of the plugin {descriptor.Plugin}: tell its author.");
            return null;
        }

        if (bound is null || Create(type, descriptor, owner, bound.Value!, mapping, path) is not { } component)
            return null;
        BoundMapping tree = new([new(key, new BoundScalar(descriptor.Name)), .. ((BoundMapping)bound.Tree!).Entries]);
        return new Bound(type.Wrapped ? Activator.CreateInstance(type.ClrType, descriptor, bound.Value!, component) : component, tree);
    }

    /// <summary>Makes the component. This runs the plugin's code: whatever it throws is a problem at this place.</summary>
    private object? Create(ComponentOption type, ComponentDescriptor descriptor, OptionOwner owner, object options, MappingNode mapping, string path)
    {
        try
        {
            object component = descriptor.Create(options);
            if (type.ComponentType.IsInstanceOfType(component))
                return component;
            problems.Add(mapping.Position, path, $"{owner.Text} is a {component?.GetType().Name ?? "null"}, which is no {type.ComponentType.Name}.",
                $"This is a fault of the plugin {descriptor.Plugin}: tell its author.");
        }
        catch (UserErrorException e)
        {
            problems.Add(mapping.Position, path, e.Message, e.Remedy);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            problems.Add(mapping.Position, path, $"{owner.Text} cannot be made: {e.Message}",
                $"The plugin {descriptor.Plugin} raised {e.GetType().Name}. See what its options allow: {owner.Describe}");
        }

        return null;
    }

    private void ReportUnknownOption(OptionTable table, OptionOwner owner, DocumentEntry entry, string path) =>
        problems.Add(entry.Position, path, $"unknown option of {owner.Text}.",
            table.Options.Count == 0
                ? $"{char.ToUpperInvariant(owner.Text[0])}{owner.Text[1..]} has no options. See: {owner.Describe}"
                : $"{Suggestions.DidYouMean(entry.Key, table.Options.Select(o => o.Name))}Options: {Names(table)}. See: {owner.Describe}");

    private void ReportType(OptionType type, OptionInfo option, OptionOwner owner, DocumentNode node, string path)
    {
        if (type is EnumOption && node is ScalarNode { IsNull: false } scalar && option.Constraints.AllowedOf(type) is { } names)
        {
            problems.Add(node.Position, path, $"'{scalar.Text}' is not one of {string.Join(", ", names)}.",
                $"{Suggestions.DidYouMean(scalar.Text, names)}Write one of {string.Join(", ", names)}.");
            return;
        }

        string remedy = type is BooleanOption && node is ScalarNode { Text: var word } ? word.ToLowerInvariant() switch
        {
            "yes" or "on" or "y" or "1" => "Write true.",
            "no" or "off" or "n" or "0" => "Write false.",
            _ => "Write true or false.",
        }
        : $"Write {Expected(type, option)}. See: {owner.Describe}";
        problems.Add(node.Position, path, $"{node.Noun} stands where {type.Noun} is expected.", remedy);
    }

    private bool ReportConstraint((string Message, string Remedy)? wrong, OptionInfo option, OptionType type, DocumentNode node, string path)
    {
        // Constraints are those of the option as a whole: a list in a list has none of its own.
        if (wrong is null || option.Type != type)
            return false;
        problems.Add(node.Position, path, wrong.Value.Message, wrong.Value.Remedy);
        return true;
    }

    private string Available(ComponentOption type)
    {
        string names = string.Join(", ", catalog.OfKind(type.Kind.Name).Select(c => c.Name));
        string text = names.Length == 0
            ? $"No loaded plugin offers a {type.Kind.Name}: add a folder with plugins by --plugin-dir."
            : $"Available: {names}. See: nk list {type.Kind.Name}";
        return refusedPlugins.Count == 0 ? text : $"{text}{(names.Length == 0 ? "" : ".")} Plugins that could not be loaded: {string.Join("; ", refusedPlugins)}";
    }

    private static string Names(OptionTable table) => string.Join(", ", table.Options.Select(o => o.Name));

    /// <summary>What may be written, such as <c>a real number, at least 0</c>.</summary>
    private static string Expected(OptionType type, OptionInfo option)
    {
        OptionType item = type switch { ListOption list => list.Item, DictionaryOption dictionary => dictionary.Item, _ => type };
        string noun = item is EnumOption or StringOption && option.Constraints.AllowedOf(item) is { } names
            ? (item == type ? "one of " : type.Noun + " from ") + string.Join(", ", names)
            : type.Noun;
        string[] limits = [option.Constraints.RangeText, type is ListOption or StringOption ? option.Constraints.LengthText : ""];
        return string.Join(", ", limits.Where(l => l.Length > 0).Prepend(noun));
    }
}
