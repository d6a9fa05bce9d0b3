using System.Reflection;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Plugins;

/// <summary>Finds plugins, checks that they fit this host, loads them, and registers their components.</summary>
/// <remarks>
/// Loading a plugin runs its code with the rights of the user. Each plugin has a load context of its own: it brings its
/// dependencies in the versions that it was built with, and shares with the host Abstractions, Compute, Networks and .NET
/// itself. A plugin that cannot be loaded is reported and leaves nothing in the catalog.
/// </remarks>
public static class PluginLoader
{
    /// <summary>Loads all plugins of some folders.</summary>
    /// <param name="roots">Folders of plugins, or plugin folders; each must exist. Where a plugin is found twice, the later one wins.</param>
    /// <param name="catalog">Receives the components.</param>
    public static PluginReport Load(IEnumerable<string> roots, ComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return Load(roots.Select(path => new PluginRoot(path, IsRequired: true)), catalog);
    }

    /// <summary>Loads all plugins of some places.</summary>
    /// <param name="roots">
    /// The places. Where plugins of one name are found in several, the last one is taken, even if it is then refused: a plugin
    /// that is meant to replace another must not silently be replaced by it.
    /// </param>
    /// <param name="catalog">Receives the components.</param>
    /// <remarks>Not thread-safe; call once, at start-up.</remarks>
    public static PluginReport Load(IEnumerable<PluginRoot> roots, ComponentCatalog catalog) =>
        Load(roots, catalog, new Version(PluginApi.Major, PluginApi.Minor));

    internal static PluginReport Load(IEnumerable<PluginRoot> roots, ComponentCatalog catalog, Version hostApi)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(catalog);
        PluginRoot[] places = [.. roots.Select(root => root with { Path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root.Path)) })];
        List<LoadedPlugin> loaded = [];
        List<PluginLoadException> refused = [];
        List<OverriddenPlugin> overridden = [];

        PluginFolder[] found = [.. places.SelectMany(root => PluginFolder.Find(root, refused)).DistinctBy(plugin => plugin.Path)];
        Dictionary<string, PluginFolder> winners = [];
        foreach (PluginFolder plugin in found)
            winners[plugin.Name] = plugin;
        foreach (PluginFolder plugin in found)
        {
            if (winners[plugin.Name] is var winner && winner != plugin)
            {
                overridden.Add(new(plugin.Name, plugin.Path, winner.Path));
                continue;
            }

            try
            {
                loaded.Add(Load(plugin, catalog, hostApi));
            }
            catch (PluginLoadException e)
            {
                refused.Add(e);
            }
        }

        return new([.. places.Select(place => new SearchedPlace(place.Path, Directory.Exists(place.Path)))], loaded, refused, overridden);
    }

    private static LoadedPlugin Load(PluginFolder plugin, ComponentCatalog catalog, Version hostApi)
    {
        AssemblyMetadata metadata = ReadMetadata(plugin);
        CheckCompatibility(plugin, metadata, hostApi);
        Assembly main = LoadAssemblies(plugin, metadata);
        IPlugin entry = CreateEntryPoint(plugin, main);

        ComponentCatalog.Registration registration = catalog.Register(plugin.Name);
        try
        {
            entry.Register(registration);
        }
        catch (Exception e)
        {
            throw new PluginLoadException(
                PluginLoadCause.EntryPointFailed, plugin.Name, plugin.Path,
                $"{entry.GetType()}.Register failed: {e.Message}", "Mend the plugin or remove its folder; its components are not available.", e);
        }

        return new(plugin.Name, plugin.Path, metadata.Version, metadata.PluginApi!, registration.Commit());
    }

    private static AssemblyMetadata ReadMetadata(PluginFolder plugin)
    {
        try
        {
            return AssemblyMetadata.Read(plugin.MainAssembly);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PluginLoadException(
                PluginLoadCause.NotFound, plugin.Name, plugin.MainAssembly, $"the main assembly is missing, which {plugin.Name}.deps.json names",
                "Copy the plugin's whole output folder, or remove what is left of it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginLoadException(
                PluginLoadCause.NotFound, plugin.Name, plugin.MainAssembly, "cannot be read: " + e.Message, "Make the file readable.", e);
        }
        catch (BadImageFormatException e)
        {
            throw new PluginLoadException(
                PluginLoadCause.NotManaged, plugin.Name, plugin.MainAssembly, "is no .NET assembly: " + e.Message,
                "Copy the plugin's output folder again; a native library needs a .NET plugin around it.", e);
        }
    }

    private static void CheckCompatibility(PluginFolder plugin, AssemblyMetadata metadata, Version hostApi)
    {
        if (metadata.PluginApi is not { } api)
            throw new PluginLoadException(
                PluginLoadCause.NotAPlugin, plugin.Name, plugin.MainAssembly, "does not say which plugin API it was built against",
                "Import NeuralKernels.Plugin.targets in the plugin's project, or remove the folder if it is no plugin.");
        if (api.Major != hostApi.Major || api.Minor > hostApi.Minor)
            throw new PluginLoadException(
                PluginLoadCause.IncompatibleApi, plugin.Name, plugin.MainAssembly,
                $"needs plugin API {api}; this host offers {hostApi.Major}.0{(hostApi.Minor == 0 ? "" : " to " + hostApi)}",
                api.Major < hostApi.Major ? "Update the plugin: build it against this host's NeuralKernels.Abstractions." : "Update the host.");
        if (metadata.TargetFramework is { } framework && framework > new Version(Environment.Version.Major, Environment.Version.Minor))
            throw new PluginLoadException(
                PluginLoadCause.IncompatibleApi, plugin.Name, plugin.MainAssembly,
                $"needs .NET {framework}; this host runs on .NET {Environment.Version}",
                $"Update the host, or build the plugin for .NET {Environment.Version.ToString(2)}.");
        if (!metadata.HasEntryPoint)
            throw new PluginLoadException(
                PluginLoadCause.NotAPlugin, plugin.Name, plugin.MainAssembly, "names no plugin class",
                "Add [assembly: PluginEntryPoint(typeof(YourPlugin))] to the plugin's source.");
    }

    // Loads the main assembly and all that it needs now: a missing one is reported here, not in the third hour of a run.
    private static Assembly LoadAssemblies(PluginFolder plugin, AssemblyMetadata metadata)
    {
        string file = plugin.MainAssembly;
        try
        {
            PluginLoadContext context = new(plugin);
            Assembly main = context.LoadFromAssemblyPath(file);
            HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase) { plugin.Name };
            Queue<(string File, AssemblyMetadata Metadata)> open = new([(file, metadata)]);
            while (open.TryDequeue(out (string File, AssemblyMetadata Metadata) needing))
            {
                foreach (AssemblyName reference in needing.Metadata.References.Where(r => seen.Add(r.Name!)))
                {
                    if (context.FindPrivate(reference) is { } path)
                    {
                        file = path;
                        context.LoadFromAssemblyPath(path);
                        open.Enqueue((path, AssemblyMetadata.Read(path)));
                    }
                    else if (!SharedAssemblies.Names.Contains(reference.Name!) && !SharedAssemblies.IsFramework(reference.Name!))
                    {
                        // The host may have such an assembly for itself: it promises neither its presence nor its version.
                        throw new PluginLoadException(
                            PluginLoadCause.MissingDependency, plugin.Name, plugin.Path,
                            $"{Path.GetFileName(needing.File)} needs {reference.Name} {reference.Version}, which is not in the folder",
                            "Copy the plugin's whole output folder. A plugin project that imports NeuralKernels.Plugin.targets puts its dependencies there.");
                    }
                }
            }

            return main;
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new PluginLoadException(
                PluginLoadCause.MissingDependency, plugin.Name, file, "cannot be loaded: " + e.Message, "Copy the plugin's whole output folder again.", e);
        }
    }

    private static IPlugin CreateEntryPoint(PluginFolder plugin, Assembly main)
    {
        try
        {
            Type type = main.GetCustomAttribute<PluginEntryPointAttribute>()!.Type;
            return Activator.CreateInstance(type) as IPlugin ?? throw new InvalidCastException($"it does not implement {typeof(IPlugin)}.");
        }
        catch (Exception e)
        {
            Exception cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw new PluginLoadException(
                PluginLoadCause.EntryPointFailed, plugin.Name, plugin.Path, $"its plugin class could not be created: {cause.Message}",
                "Mend the plugin or remove its folder; its components are not available.", cause);
        }
    }
}
