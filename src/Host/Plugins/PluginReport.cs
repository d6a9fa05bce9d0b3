using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Plugins;

/// <summary>A plugin that was loaded.</summary>
/// <param name="Name">Simple name of its main assembly.</param>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Version">Its own version: the informational version of its main assembly without a commit, else the assembly version.</param>
/// <param name="ApiVersion">The plugin API that it was built against.</param>
/// <param name="Components">What it registered, in its order.</param>
public sealed record LoadedPlugin(string Name, string Folder, string Version, Version ApiVersion, IReadOnlyList<ComponentDescriptor> Components);

/// <summary>A plugin that was passed over because a later place has one of the same name.</summary>
/// <param name="Name">The name of both.</param>
/// <param name="Folder">Full path of the folder that was passed over.</param>
/// <param name="InFavourOf">Full path of the folder that was used.</param>
public sealed record OverriddenPlugin(string Name, string Folder, string InFavourOf);

/// <summary>A place where plugins were looked for.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Exists">Whether there is such a folder.</param>
public sealed record SearchedPlace(string Path, bool Exists);

/// <summary>What was found where plugins were looked for.</summary>
/// <param name="Places">Where plugins were looked for, in this order.</param>
/// <param name="Loaded">Plugins that were loaded, in the order of loading.</param>
/// <param name="Refused">Plugins and places that were refused.</param>
/// <param name="Overridden">Plugins that were passed over for others of the same name.</param>
public sealed record PluginReport(
    IReadOnlyList<SearchedPlace> Places,
    IReadOnlyList<LoadedPlugin> Loaded,
    IReadOnlyList<PluginLoadException> Refused,
    IReadOnlyList<OverriddenPlugin> Overridden)
{
    /// <summary>The plugin of a name that somebody asked for.</summary>
    /// <param name="name">The full name, or its last parts: <c>Datasets</c> finds <c>NeuralKernels.Datasets</c>.</param>
    /// <exception cref="PluginLoadException">It was refused, or is in none of the places.</exception>
    public LoadedPlugin Require(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Loaded.FirstOrDefault(p => p.Name == name) is { } exact)
            return exact;
        if (Refused.FirstOrDefault(e => e.Plugin == name || e.Path == name) is { } refused)
            throw refused;
        return Loaded.FirstOrDefault(p => EndsWith(p.Name, name))
            ?? throw (Refused.FirstOrDefault(e => e.Plugin is not null && EndsWith(e.Plugin, name)) ?? NotFound(name));
    }

    private static bool EndsWith(string plugin, string lastParts) => plugin.EndsWith("." + lastParts, StringComparison.Ordinal);

    private PluginLoadException NotFound(string name) => new(
        PluginLoadCause.NotFound,
        name,
        name,
        "no plugin of this name is in " + string.Join(", ", Places.Select(r => r.Path)),
        "Put the plugin's folder in one of these places, or name the folder with --plugin-dir.");
}
