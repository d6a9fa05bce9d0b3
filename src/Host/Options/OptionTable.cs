using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace NeuralKernels.Host.Options;

/// <summary>The options of an options type: the one source of binding, validation, help texts, the schema and the docs.</summary>
/// <remarks>Thread-safe. Tables are read once and kept.</remarks>
internal sealed class OptionTable
{
    private static readonly ConcurrentDictionary<Type, OptionTable> s_tables = new();

    private readonly Dictionary<string, OptionInfo> _byName = new(StringComparer.Ordinal);
    private readonly Lazy<object> _defaults;

    private OptionTable(Type type)
    {
        Type = type;
        _defaults = new Lazy<object>(CreateInstance);
        Options =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(JsonIgnoreAttribute)))
                .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken)
                .Select(p => new OptionInfo(this, p)),
        ];
        foreach (OptionInfo option in Options)
        {
            if (!_byName.TryAdd(option.Name, option))
                throw new OptionTypeException($"{type.Name} has two options named '{option.Name}'.");
        }
    }

    /// <summary>The options type.</summary>
    public Type Type { get; }

    /// <summary>The options: those of base types first, otherwise in the order of declaration.</summary>
    public IReadOnlyList<OptionInfo> Options { get; }

    /// <summary>Help text of the type; null where the documentation file is missing. Reads that file.</summary>
    public string? Description => XmlDocumentation.OfType(Type);

    /// <summary>An instance with the default values; not to be changed.</summary>
    internal object Defaults => _defaults.Value;

    /// <summary>The table of a type.</summary>
    /// <exception cref="OptionTypeException">A property of a type that no option can have, or names that collide.</exception>
    public static OptionTable For(Type type) => s_tables.GetOrAdd(type, static t => new OptionTable(t));

    /// <summary>The option of this name; null where there is none. Names are case-sensitive.</summary>
    public OptionInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A new instance with the default values.</summary>
    /// <exception cref="OptionTypeException">There is no public parameterless constructor, or it fails.</exception>
    public object CreateInstance()
    {
        try
        {
            return Activator.CreateInstance(Type)!;
        }
        catch (MissingMethodException e)
        {
            throw new OptionTypeException($"{Type.Name} has no public parameterless constructor.", e);
        }
        catch (TargetInvocationException e)
        {
            throw new OptionTypeException($"The constructor of {Type.Name} fails: {e.InnerException?.Message}", e);
        }
    }

    private static int Depth(Type type)
    {
        int depth = 0;
        for (Type? t = type.BaseType; t is not null; t = t.BaseType)
            depth++;
        return depth;
    }
}

/// <summary>One option.</summary>
internal sealed class OptionInfo
{
    private readonly OptionTable _table;
    private readonly bool _markedRequired;

    internal OptionInfo(OptionTable table, PropertyInfo property)
    {
        _table = table;
        Property = property;
        Type = OptionType.Of(property.PropertyType)
            ?? throw new OptionTypeException($"The property {table.Type.Name}.{property.Name} has the type {property.PropertyType}, which no option can have.");
        Attribute[] attributes = Attribute.GetCustomAttributes(property);
        Name = attributes.OfType<JsonPropertyNameAttribute>().FirstOrDefault()?.Name ?? ScalarText.SnakeCase(property.Name);
        DefaultComponent = Type is ComponentOption ? attributes.OfType<DefaultValueAttribute>().FirstOrDefault()?.Value as string : null;
        _markedRequired = attributes.Any(a => a is RequiredAttribute or RequiredMemberAttribute);
        Constraints = new OptionConstraints(this, attributes);
    }

    /// <summary>The name in experiment files.</summary>
    public string Name { get; }

    /// <summary>The property that takes the value.</summary>
    public PropertyInfo Property { get; }

    /// <summary>The type in experiment files.</summary>
    public OptionType Type { get; }

    /// <summary>What values must satisfy beyond their type.</summary>
    public OptionConstraints Constraints { get; }

    /// <summary>The component that is chosen where the file names none; null where there is no such default.</summary>
    public string? DefaultComponent { get; }

    /// <summary>The default value.</summary>
    public object? Default => Property.GetValue(_table.Defaults);

    /// <summary>
    /// True where the file must state the option: it is marked so, or it has no default and cannot be without a value.
    /// </summary>
    public bool IsRequired => DefaultComponent is null && (_markedRequired || (Default is null && !IsNullable));

    /// <summary>True where null is a value.</summary>
    public bool IsNullable => Property.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(Property.PropertyType) is not null
        : new NullabilityInfoContext().Create(Property).WriteState == NullabilityState.Nullable;

    /// <summary>Help text; null where the documentation file is missing. Reads that file.</summary>
    public string? Description => XmlDocumentation.OfProperty(Property);
}
