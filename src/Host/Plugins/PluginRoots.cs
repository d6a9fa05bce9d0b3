namespace NeuralKernels.Host.Plugins;

/// <summary>A place to look for plugins.</summary>
/// <param name="Path">A folder whose subfolders are plugins, or one plugin's folder.</param>
/// <param name="IsRequired">Whether somebody named it, so that its absence is an error.</param>
public sealed record PluginRoot(string Path, bool IsRequired);

/// <summary>The places where the host looks for plugins.</summary>
public static class PluginRoots
{
    /// <summary>Environment variable that replaces the user's plugin folder: a list of folders, separated like PATH.</summary>
    public const string EnvironmentVariable = "NK_PLUGINS";

    /// <summary>The user's plugin folder, <c>~/.config/nk/plugins</c> on Linux; null where the user has no such place.</summary>
    public static string? UserFolder
    {
        get
        {
            string data = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return data.Length == 0 ? null : Path.Combine(data, "nk", "plugins");
        }
    }

    /// <summary>
    /// All places in their order: <c>plugins</c> beside the host, the user's folder or those of NK_PLUGINS, then each folder of
    /// <paramref name="pluginDirs"/>. Where a plugin is found twice, the later place wins.
    /// </summary>
    /// <param name="pluginDirs">Values of <c>--plugin-dir</c>; relative ones start at the working directory.</param>
    public static IReadOnlyList<PluginRoot> All(IEnumerable<string> pluginDirs) =>
        All(AppContext.BaseDirectory, Environment.GetEnvironmentVariable(EnvironmentVariable), UserFolder, pluginDirs);

    internal static IReadOnlyList<PluginRoot> All(string hostFolder, string? variable, string? userFolder, IEnumerable<string> pluginDirs)
    {
        ArgumentNullException.ThrowIfNull(pluginDirs);
        List<PluginRoot> roots = [new(Path.Combine(hostFolder, "plugins"), IsRequired: false)];
        if (!string.IsNullOrEmpty(variable))
            roots.AddRange(variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Named));
        else if (userFolder is not null)
            roots.Add(new(userFolder, IsRequired: false));
        roots.AddRange(pluginDirs.Select(Named));
        return roots;
    }

    private static PluginRoot Named(string path) => new(Path.GetFullPath(path), IsRequired: true);
}
