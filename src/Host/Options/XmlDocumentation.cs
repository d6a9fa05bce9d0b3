using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace NeuralKernels.Host.Options;

/// <summary>Help texts from the XML documentation files that compilers write beside assemblies.</summary>
/// <remarks>Thread-safe. A file is read when the first text of its assembly is asked for.</remarks>
internal static partial class XmlDocumentation
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> s_members = new();

    /// <summary>The summary of a type; null where there is none.</summary>
    public static string? OfType(Type type) => Text(type.Assembly, "T:" + Name(type));

    /// <summary>The summary of a property followed by what is said of its value; null where there is none.</summary>
    public static string? OfProperty(PropertyInfo property)
    {
        for (Type? type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            if (Text(type.Assembly, $"P:{Name(type)}.{property.Name}") is { } text)
                return text;
        }

        return null;
    }

    /// <summary>The summary of a member of an enumeration; null where there is none.</summary>
    public static string? OfMember(Type type, string member) => Text(type.Assembly, $"F:{Name(type)}.{member}");

    /// <summary>Reads a documentation file.</summary>
    /// <returns>The elements by member; none where the file is missing or damaged: help is then shorter.</returns>
    internal static IReadOnlyDictionary<string, XElement> Read(string path)
    {
        try
        {
            return XDocument.Load(path).Descendants("member")
                .Where(e => e.Attribute("name") is not null)
                .GroupBy(e => e.Attribute("name")!.Value)
                .ToDictionary(g => g.Key, g => g.First());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            return new Dictionary<string, XElement>();
        }
    }

    /// <summary>The text of a member's documentation: one line, summary first.</summary>
    /// <param name="member">The element of the member.</param>
    /// <param name="assembly">The assembly that the file belongs to: options in it are called by their names in files.</param>
    internal static string? Text(XElement member, Assembly? assembly = null)
    {
        string text = string.Join(' ', new[] { member.Element("summary"), member.Element("value") }
            .Where(e => e is not null).Select(e => Spaces().Replace(string.Concat(e!.Nodes().Select(node => Plain(node, assembly))), " ").Trim()).Where(t => t.Length > 0));
        return text.Length == 0 ? null : text;
    }

    private static string? Text(Assembly assembly, string member)
    {
        IReadOnlyDictionary<string, XElement> members = s_members.GetOrAdd(assembly, static a =>
            a.Location.Length == 0 ? new Dictionary<string, XElement>() : Read(Path.ChangeExtension(a.Location, ".xml")));
        return members.TryGetValue(member, out XElement? element) ? Text(element, assembly) : null;
    }

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Plain(XNode node, Assembly? assembly) => node switch
    {
        XText text => text.Value,
        XElement { HasElements: false, IsEmpty: true } element => Reference(element, assembly),
        XElement { Name.LocalName: "para" or "item" } element => " " + string.Concat(element.Nodes().Select(child => Plain(child, assembly))) + " ",
        XElement element => string.Concat(element.Nodes().Select(child => Plain(child, assembly))),
        _ => "",
    };

    /// <summary>An option is called by its name in files; any other symbol by the last part of its name.</summary>
    private static string Reference(XElement element, Assembly? assembly)
    {
        string name = element.Attribute("langword")?.Value ?? element.Attribute("name")?.Value ?? element.Attribute("cref")?.Value ?? element.Attribute("href")?.Value ?? "";
        if (name.Length < 2 || name[1] != ':')
            return name;
        string symbol = name[2..].Split('(')[0];
        int dot = symbol.LastIndexOf('.');
        string last = symbol[(dot + 1)..].Split('`')[0];
        return name[0] switch
        {
            'P' => assembly?.GetType(symbol[..Math.Max(0, dot)])?.GetProperty(last)?.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? ScalarText.SnakeCase(last),
            'F' => ScalarText.SnakeCase(last),
            _ => last,
        };
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
