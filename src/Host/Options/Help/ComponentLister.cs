using System.Text;
using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Options.Help;

/// <summary>Lists components. Pure functions of the catalog; the same catalog gives the same text.</summary>
public static class ComponentLister
{
    /// <summary>Components by kind, one a line, with the first sentence of their help texts.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="kind">A kind, in the singular or plural; null for all.</param>
    /// <exception cref="UserErrorException">There is no such kind.</exception>
    public static string List(ComponentCatalog catalog, string? kind = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        StringBuilder text = new();
        foreach (string one in kind is null ? catalog.Kinds : [ComponentNames.Kind(catalog, kind)])
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(one).Append('\n');
            int width = catalog.OfKind(one).Max(c => c.Name.Length);
            foreach (ComponentDescriptor component in catalog.OfKind(one))
                text.Append($"  {component.Name.PadRight(width)}  {FirstSentence(HelpOf(component))}".TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The same for programs: an array of objects with <c>kind</c>, <c>name</c>, <c>plugin</c> and <c>description</c>.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="kind">A kind, in the singular or plural; null for all.</param>
    /// <exception cref="UserErrorException">There is no such kind.</exception>
    public static string ListJson(ComponentCatalog catalog, string? kind = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        JsonArray list = [];
        foreach (string one in kind is null ? catalog.Kinds : [ComponentNames.Kind(catalog, kind)])
        {
            foreach (ComponentDescriptor component in catalog.OfKind(one))
            {
                list.Add(new JsonObject
                {
                    ["kind"] = one,
                    ["name"] = component.Name,
                    ["plugin"] = component.Plugin,
                    ["description"] = HelpOf(component),
                });
            }
        }

        return JsonText.Write(list);
    }

    private static string? HelpOf(ComponentDescriptor component) => XmlDocumentation.OfType(component.OptionsType);

    private static string FirstSentence(string? help)
    {
        if (help is null)
            return "";

        // A full stop before a digit or a lower-case word is an abbreviation's.
        int end = -1;
        for (int i = 0; i < help.Length - 1 && end < 0; i++)
        {
            if (help[i + 1] == ' ' && (help[i] is ';' or ':' || (help[i] == '.' && i + 2 < help.Length && char.IsUpper(help[i + 2]))))
                end = i;
        }

        return end < 0 ? help : help[..end] + (help[end] == '.' ? "." : "");
    }
}
