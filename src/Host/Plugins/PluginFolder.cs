namespace NeuralKernels.Host.Plugins;

/// <summary>A folder that looks like a plugin's.</summary>
/// <param name="Name">Simple name of the main assembly: the name of the only <c>*.deps.json</c>.</param>
/// <param name="Path">Full path of the folder.</param>
internal sealed record PluginFolder(string Name, string Path)
{
    private const string Marker = ".deps.json";

    /// <summary>Full path of the main assembly.</summary>
    public string MainAssembly => System.IO.Path.Combine(Path, Name + ".dll");

    /// <summary>Finds the plugins of a place: the place itself where it holds a <c>*.deps.json</c>, else its subfolders.</summary>
    /// <param name="root">The place, with its full path.</param>
    /// <param name="refused">Receives what looks like a plugin and is none.</param>
    public static IReadOnlyList<PluginFolder> Find(PluginRoot root, ICollection<PluginLoadException> refused)
    {
        string path = root.Path;
        if (!Directory.Exists(path))
        {
            if (root.IsRequired)
                refused.Add(File.Exists(path)
                    ? new(PluginLoadCause.NotAPlugin, null, path, "is a file, not a folder", "Name the folder that holds the plugin.")
                    : new(PluginLoadCause.NotFound, null, path, "there is no such folder", "Correct the path given to --plugin-dir or NK_PLUGINS."));
            return [];
        }

        try
        {
            List<PluginFolder> found = [];
            if (Directory.EnumerateFiles(path, "*" + Marker).Any())
            {
                AddTo(found, path, refused);
                return found;
            }

            int refusedBefore = refused.Count;
            foreach (string folder in Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal))
                AddTo(found, folder, refused);
            if (root.IsRequired && found.Count == 0 && refused.Count == refusedBefore)
                refused.Add(new(
                    PluginLoadCause.NotAPlugin, null, path, $"neither it nor a folder in it holds a *{Marker}",
                    "Build the plugin and name its output folder, such as bin/Release/net10.0."));
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused.Add(new(PluginLoadCause.NotFound, null, path, "cannot be read: " + e.Message, "Make the folder readable.", e));
            return [];
        }
    }

    private static void AddTo(List<PluginFolder> found, string folder, ICollection<PluginLoadException> refused)
    {
        string[] names = [.. Directory.EnumerateFiles(folder, "*" + Marker).Select(f => System.IO.Path.GetFileName(f)[..^Marker.Length]).Order(StringComparer.Ordinal)];
        if (names.Length == 1)
            found.Add(new(names[0], folder));
        else if (names.Length > 1)
            refused.Add(new(
                PluginLoadCause.NotAPlugin, null, folder, $"holds {names.Length} files *{Marker}, of {string.Join(", ", names)}: one of them must name the plugin",
                "Give each plugin a folder of its own."));
        else if (Directory.EnumerateFiles(folder, "*.dll").Any())
            refused.Add(new(
                PluginLoadCause.NotAPlugin, null, folder, $"holds assemblies but no *{Marker}, which names the plugin",
                "Copy the plugin's whole output folder. A plugin project that imports NeuralKernels.Plugin.targets writes the file."));
    }
}
