using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Options;

/// <summary>The type of an option as experiment files see it.</summary>
/// <param name="ClrType">The type of the property or element, without <see cref="Nullable{T}"/>.</param>
internal abstract record OptionType(Type ClrType)
{
    /// <summary>What is expected, for messages: <c>a real number</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The same in the plural.</summary>
    public abstract string PluralNoun { get; }

    /// <summary>One word for tables: <c>real</c>, <c>list of layer</c>.</summary>
    public abstract string Word { get; }

    /// <summary>The option type of a CLR type; null where no option can have it.</summary>
    public static OptionType? Of(Type declared)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(bool))
            return new BooleanOption(type);
        if (IntegerOption.Ranges.ContainsKey(type))
            return new IntegerOption(type);
        if (type == typeof(double) || type == typeof(float))
            return new RealOption(type);
        if (type == typeof(string))
            return new StringOption(type);
        if (type.IsEnum)
            return new EnumOption(type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Component<>))
            return ComponentOf(type, type.GetGenericArguments()[0], wrapped: true);
        if (ComponentOf(type, type, wrapped: false) is { } component)
            return component;
        if (ListOption.ElementOf(type) is { } element)
            return Of(element) is { } item ? new ListOption(type, element, item) : null;
        if (DictionaryOption.ValueOf(type) is { } value)
            return Of(value) is { } item ? new DictionaryOption(type, value, item) : null;
        bool isRecord = type is { IsClass: true, IsAbstract: false } && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
            && type.GetConstructor(Type.EmptyTypes) is not null;
        return isRecord ? new RecordOption(type) : null;
    }

    private static ComponentOption? ComponentOf(Type type, Type componentType, bool wrapped) =>
        componentType.GetCustomAttribute<ComponentKindAttribute>(inherit: false) is { } kind
            ? new ComponentOption(type, componentType, kind, wrapped)
            : null;
}

/// <summary>true or false.</summary>
internal sealed record BooleanOption(Type ClrType) : OptionType(ClrType)
{
    public override string Noun => "true or false";

    public override string PluralNoun => "true or false values";

    public override string Word => "boolean";
}

/// <summary>A whole number.</summary>
internal sealed record IntegerOption(Type ClrType) : OptionType(ClrType)
{
    /// <summary>The integer types and the values that they hold.</summary>
    public static readonly IReadOnlyDictionary<Type, (Int128 Least, Int128 Greatest)> Ranges = new Dictionary<Type, (Int128, Int128)>
    {
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
    };

    public override string Noun => "a whole number";

    public override string PluralNoun => "whole numbers";

    public override string Word => "integer";
}

/// <summary>A real number.</summary>
internal sealed record RealOption(Type ClrType) : OptionType(ClrType)
{
    public override string Noun => "a real number";

    public override string PluralNoun => "real numbers";

    public override string Word => "real";
}

/// <summary>Text.</summary>
internal sealed record StringOption(Type ClrType) : OptionType(ClrType)
{
    public override string Noun => "text";

    public override string PluralNoun => "texts";

    public override string Word => "text";
}

/// <summary>One of some names.</summary>
internal sealed record EnumOption(Type ClrType) : OptionType(ClrType)
{
    private readonly Lazy<IReadOnlyList<(string Name, object Value, string Member)>> _members = new(() => ScalarText.EnumNames(ClrType));

    /// <summary>Names in experiment files, values, and names in C#.</summary>
    public IReadOnlyList<(string Name, object Value, string Member)> Members => _members.Value;

    public override string Noun => "one of some names";

    public override string PluralNoun => "names";

    public override string Word => "choice";
}

/// <summary>A list; a single item may stand for a list of one.</summary>
internal sealed record ListOption(Type ClrType, Type ElementType, OptionType Item) : OptionType(ClrType)
{
    private static readonly HashSet<Type> s_listTypes =
    [
        typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(IList<>), typeof(List<>), typeof(ImmutableArray<>),
    ];

    public override string Noun => "a list of " + Item.PluralNoun;

    public override string PluralNoun => "lists of " + Item.PluralNoun;

    public override string Word => "list of " + Item.Word;

    /// <summary>The element type of a list type; null for any other.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type.IsSZArray)
            return type.GetElementType();
        return type.IsGenericType && s_listTypes.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[0] : null;
    }

    /// <summary>Makes a list of the declared type.</summary>
    public object Create(IReadOnlyList<object?> items)
    {
        Array array = Array.CreateInstance(ElementType, items.Count);
        for (int i = 0; i < items.Count; i++)
            array.SetValue(items[i], i);
        if (ClrType.IsGenericType && ClrType.GetGenericTypeDefinition() == typeof(List<>))
            return Activator.CreateInstance(ClrType, array)!;
        if (ClrType.IsGenericType && ClrType.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return typeof(ImmutableCollectionsMarshal).GetMethod(nameof(ImmutableCollectionsMarshal.AsImmutableArray))!
                .MakeGenericMethod(ElementType).Invoke(null, [array])!;
        }

        return array;
    }
}

/// <summary>A mapping whose keys the user chooses.</summary>
internal sealed record DictionaryOption(Type ClrType, Type ValueType, OptionType Item) : OptionType(ClrType)
{
    private static readonly HashSet<Type> s_dictionaryTypes = [typeof(IReadOnlyDictionary<,>), typeof(IDictionary<,>), typeof(Dictionary<,>)];

    public override string Noun => "a mapping from keys to " + Item.PluralNoun;

    public override string PluralNoun => "mappings from keys to " + Item.PluralNoun;

    public override string Word => "mapping to " + Item.Word;

    /// <summary>The value type of a dictionary type with text keys; null for any other.</summary>
    public static Type? ValueOf(Type type) =>
        type.IsGenericType && s_dictionaryTypes.Contains(type.GetGenericTypeDefinition()) && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;

    /// <summary>Makes a dictionary.</summary>
    public object Create(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), ValueType))!;
        foreach ((string key, object? value) in entries)
            dictionary.Add(key, value);
        return dictionary;
    }
}

/// <summary>A section with options of its own.</summary>
internal sealed record RecordOption(Type ClrType) : OptionType(ClrType)
{
    /// <summary>The options of the section; read when first needed, since sections may contain themselves.</summary>
    public OptionTable Table => OptionTable.For(ClrType);

    public override string Noun => "a section of options";

    public override string PluralNoun => "sections of options";

    public override string Word => "section";
}

/// <summary>A component that a plugin offers.</summary>
/// <param name="ClrType">The type of the property: the kind's type, or <see cref="Component{T}"/> of it.</param>
/// <param name="ComponentType">The kind's type.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Wrapped">True where the property takes a <see cref="Component{T}"/>.</param>
internal sealed record ComponentOption(Type ClrType, Type ComponentType, ComponentKindAttribute Kind, bool Wrapped) : OptionType(ClrType)
{
    public override string Noun => "a " + Kind.Name;

    public override string PluralNoun => Kind.Name + "s";

    public override string Word => Kind.Name;
}
