using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Options.Help;

/// <summary>Finds kinds and components by what people type.</summary>
internal static class ComponentNames
{
    /// <summary>The kind of this name, in the singular or plural.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static string Kind(ComponentCatalog catalog, string name)
    {
        string[] kinds = [.. catalog.Kinds];
        return kinds.FirstOrDefault(k => k == name || k + "s" == name) ?? throw new UserErrorException(
            $"'{name}' is no kind of component.", $"{Suggestions.DidYouMean(name, kinds)}{KindsText(kinds)}");
    }

    /// <summary>The component of this name.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="kind">Its kind; null where any will do.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="UserErrorException">There is none, or components of several kinds have the name.</exception>
    public static ComponentDescriptor Component(ComponentCatalog catalog, string? kind, string name)
    {
        string[] kinds = kind is null ? [.. catalog.Kinds] : [Kind(catalog, kind)];
        ComponentDescriptor[] found = [.. kinds.Select(k => catalog.Find(k, name)).OfType<ComponentDescriptor>()];
        switch (found)
        {
            case [var component]:
                return component;
            case []:
                string[] names = [.. kinds.SelectMany(k => catalog.OfKind(k).Select(c => c.Name)).Distinct()];
                throw new UserErrorException(
                    $"No {(kind is null ? "component" : kinds[0])} is called '{name}'.",
                    Suggestions.DidYouMean(name, names) + (kind is null ? KindsText(kinds) + " See: nk list" : $"Available: {string.Join(", ", names)}. See: nk list {kinds[0]}"));
            default:
                throw new UserErrorException(
                    $"'{name}' is the name of components of several kinds: {string.Join(", ", found.Select(c => c.Kind.Name))}.",
                    $"Say which is meant, such as: nk describe {found[0].Kind.Name} {name}");
        }
    }

    /// <summary>Reads the options of a component.</summary>
    /// <exception cref="UserErrorException">They are of a type that no experiment file can fill.</exception>
    public static T Reading<T>(ComponentDescriptor component, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OptionTypeException e)
        {
            throw new UserErrorException($"{component.Kind.Name} {component.Name} cannot be used: {e.Message}", $"This is a fault of the plugin {component.Plugin}: tell its author.", e);
        }
    }

    private static string KindsText(string[] kinds) =>
        kinds.Length == 0 ? "No plugin is loaded: add a folder with plugins by --plugin-dir." : $"Kinds: {string.Join(", ", kinds)}.";
}
