using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options;

/// <summary>A value that was bound.</summary>
/// <param name="Value">The value for the property.</param>
/// <param name="Tree">The same as texts; null where there is no value.</param>
internal sealed record Bound(object? Value, BoundValue? Tree);

/// <summary>Whose options are being bound, for messages.</summary>
/// <param name="Text">Such as <c>layer Dense</c>.</param>
/// <param name="Describe">The command that shows the options.</param>
internal sealed record OptionOwner(string Text, string Describe);

/// <summary>
/// Fills options from a document tree and reports everything that is wrong with it. Where something is wrong, binding goes on
/// beside it and gives null above it.
/// </summary>
internal sealed partial class OptionBinder(ComponentCatalog catalog, ProblemCollector problems, IReadOnlyList<string> refusedPlugins)
{
    /// <summary>Binds the options of a record.</summary>
    /// <param name="table">The options.</param>
    /// <param name="owner">Whose options they are.</param>
    /// <param name="node">The mapping that states them.</param>
    /// <param name="path">The path of the mapping.</param>
    /// <param name="discriminator">A key of the mapping that is no option: it chose the component.</param>
    /// <returns>The record; null where a problem was reported.</returns>
    public Bound? BindRecord(OptionTable table, OptionOwner owner, MappingNode node, string path, string? discriminator = null)
    {
        object instance = table.CreateInstance();
        Dictionary<OptionInfo, Bound> bound = [];
        bool failed = false;
        foreach (DocumentEntry entry in node.Entries)
        {
            if (entry.Key == discriminator)
                continue;
            OptionInfo? option = table.Find(entry.Key);
            if (option is null)
            {
                ReportUnknownOption(table, owner, entry, OptionPath.Join(path, entry.Key));
                failed = true;
            }
            else if (BindOption(option, owner, entry, OptionPath.Join(path, entry.Key)) is { } value && TrySet(option, instance, value, entry, path))
            {
                bound.Add(option, value);
            }
            else
            {
                failed = true;
            }
        }

        List<KeyValuePair<string, BoundValue>> tree = [];
        foreach (OptionInfo option in table.Options)
        {
            if (!bound.TryGetValue(option, out Bound? value))
            {
                if (node.Find(option.Name) is not null)
                    continue;
                value = BindAbsent(option, owner, instance, node, path);
                failed |= value is null;
            }

            if (value?.Tree is { } leaf)
                tree.Add(new(option.Name, leaf));
        }

        return failed ? null : new Bound(instance, new BoundMapping(tree));
    }

    /// <summary>The value of an option that the file leaves out.</summary>
    private Bound? BindAbsent(OptionInfo option, OptionOwner owner, object instance, MappingNode node, string path)
    {
        string optionPath = OptionPath.Join(path, option.Name);
        if (option is { DefaultComponent: { } name, Type: ComponentOption type })
        {
            Bound? value = BindComponent(type, option, new ScalarNode(node.Position, name), optionPath, isDefault: true);
            if (value is not null)
                option.Property.SetValue(instance, value.Value);
            return value;
        }

        if (option.IsRequired)
        {
            problems.Add(node.Position, optionPath, $"missing: {owner.Text} needs this option.", $"Add {option.Name}: {Expected(option.Type, option)}. See: {owner.Describe}");
            return null;
        }

        object? initial = option.Property.GetValue(instance);
        return new Bound(initial, BoundDefaults.Of(option.Type, initial));
    }

    private Bound? BindOption(OptionInfo option, OptionOwner owner, DocumentEntry entry, string path)
    {
        if (entry.Value is ScalarNode { IsNull: true } empty)
        {
            bool isRequired = option.IsRequired;
            if (option.IsNullable && !isRequired)
                return new Bound(null, null);
            if (isRequired || option.Type is not (RecordOption or ListOption or DictionaryOption))
            {
                problems.Add(empty.Position, path, "has no value.", $"Write {Expected(option.Type, option)}{(isRequired ? "" : ", or leave the key out")}. See: {owner.Describe}");
                return null;
            }
        }

        return BindValue(option.Type, option, owner, entry.Value, path);
    }

    private Bound? BindValue(OptionType type, OptionInfo option, OptionOwner owner, DocumentNode node, string path) => type switch
    {
        ListOption list => BindList(list, option, owner, node, path),
        DictionaryOption dictionary => BindDictionary(dictionary, option, owner, node, path),
        RecordOption record => BindSection(record, option, owner, node, path),
        ComponentOption component => BindComponent(component, option, node, path, isDefault: false),
        _ => BindScalar(type, option, owner, node, path),
    };

    private Bound? BindList(ListOption type, OptionInfo option, OptionOwner owner, DocumentNode node, string path)
    {
        if (node is ScalarNode { IsNull: true })
            node = new SequenceNode(node.Position);
        List<(DocumentNode Node, string Path)> items = node is SequenceNode sequence
            ? [.. sequence.Items.Select((item, i) => (item, $"{path}[{i}]"))]
            : [(node, path)];
        List<Bound?> bound = [.. items.Select(item => BindValue(type.Item, option, owner, item.Node, item.Path))];
        if (ReportConstraint(option.Constraints.CheckWhole(bound), option, type, node, path) || bound.Contains(null))
            return null;
        return new Bound(type.Create([.. bound.Select(b => b!.Value)]), new BoundList([.. bound.Select(b => b!.Tree!)]));
    }

    private Bound? BindDictionary(DictionaryOption type, OptionInfo option, OptionOwner owner, DocumentNode node, string path)
    {
        if (node is ScalarNode { IsNull: true })
            node = new MappingNode(node.Position);
        if (node is not MappingNode { Shorthand: null } mapping)
        {
            ReportType(type, option, owner, node, path);
            return null;
        }

        List<KeyValuePair<string, Bound?>> entries =
            [.. mapping.Entries.Select(e => new KeyValuePair<string, Bound?>(e.Key, BindValue(type.Item, option, owner, e.Value, OptionPath.Join(path, e.Key))))];
        if (ReportConstraint(option.Constraints.CheckWhole(entries), option, type, node, path) || entries.Any(e => e.Value is null))
            return null;
        return new Bound(
            type.Create(entries.Select(e => new KeyValuePair<string, object?>(e.Key, e.Value!.Value))),
            new BoundMapping([.. entries.Select(e => new KeyValuePair<string, BoundValue>(e.Key, e.Value!.Tree!))]));
    }

    private Bound? BindSection(RecordOption type, OptionInfo option, OptionOwner owner, DocumentNode node, string path)
    {
        if (node is ScalarNode { IsNull: true })
            node = new MappingNode(node.Position);
        if (node is MappingNode { Shorthand: null } mapping)
            return BindRecord(type.Table, owner with { Text = option.Name }, mapping, path);
        problems.Add(node.Position, path, $"{node.Noun} stands where a section of options is expected.",
            $"Options of {option.Name}: {Names(type.Table)}. See: {owner.Describe}");
        return null;
    }

    private Bound? BindScalar(OptionType type, OptionInfo option, OptionOwner owner, DocumentNode node, string path)
    {
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            ReportType(type, option, owner, node, path);
            return null;
        }

        string text = scalar.Text;
        if (scalar.Quoted && type is BooleanOption or IntegerOption or RealOption)
        {
            problems.Add(node.Position, path, $"the text \"{text}\" stands where {type.Noun} is expected.", "Remove the quotes.");
            return null;
        }

        object? value = type switch
        {
            BooleanOption => ScalarReader.Boolean(text),
            IntegerOption => ScalarReader.Integer(text),
            RealOption => ScalarReader.Real(text),
            EnumOption names => names.Members.FirstOrDefault(m => m.Name == text).Value,
            _ => text,
        };
        if (value is null)
        {
            ReportType(type, option, owner, node, path);
            return null;
        }

        if (value is Int128 whole)
        {
            (Int128 least, Int128 greatest) = IntegerOption.Ranges[type.ClrType];
            if (whole < least || whole > greatest)
            {
                problems.Add(node.Position, path,
                    whole < least ? $"{text} is below {least}, the least value that the option can hold." : $"{text} is above {greatest}, the greatest value that the option can hold.",
                    $"Write {Expected(type, option)}.");
                return null;
            }

            value = Convert.ChangeType(Narrow(whole), type.ClrType, System.Globalization.CultureInfo.InvariantCulture);
        }
        else if (value is double real)
        {
            if (type.ClrType == typeof(float))
                value = (float)real;
            if (ScalarReader.IsTooLarge(text, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)))
            {
                problems.Add(node.Position, path, $"{text} is too large for a floating-point number.", $"Write {Expected(type, option)}.");
                return null;
            }
        }

        if (option.Constraints.CheckItem(value, text) is { } wrong)
        {
            problems.Add(node.Position, path, wrong.Message, wrong.Remedy);
            return null;
        }

        return new Bound(value, new BoundScalar(ScalarText.Of(value)));

        static object Narrow(Int128 whole) => whole > long.MaxValue ? (ulong)whole : (long)whole;
    }

    /// <summary>Sets a property; a property may refuse a value by throwing.</summary>
    private bool TrySet(OptionInfo option, object instance, Bound value, DocumentEntry entry, string path)
    {
        try
        {
            option.Property.SetValue(instance, value.Value);
            return true;
        }
        catch (System.Reflection.TargetInvocationException e) when (e.InnerException is { } cause)
        {
            problems.Add(entry.Value.Position, OptionPath.Join(path, entry.Key), cause.Message, "Write another value.");
            return false;
        }
    }
}
