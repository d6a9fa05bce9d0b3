using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace NeuralKernels.Host.Plugins;

/// <summary>Finds the assemblies and native libraries of one plugin.</summary>
/// <remarks>Not collectible: code in a collectible context reads static fields through a lookup, which slows inner loops several times.</remarks>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;
    private readonly string _folder;

    /// <exception cref="InvalidOperationException">The <c>*.deps.json</c> is damaged.</exception>
    public PluginLoadContext(PluginFolder plugin)
        : base(plugin.Name, isCollectible: false)
    {
        _folder = plugin.Path;
        _resolver = new AssemblyDependencyResolver(plugin.MainAssembly);
    }

    /// <summary>The plugin's own file of an assembly; null where it has none, or where the host's copy is used instead.</summary>
    public string? FindPrivate(AssemblyName name)
    {
        string simpleName = name.Name!;
        if (SharedAssemblies.Names.Contains(simpleName))
            return null;
        string? path = _resolver.ResolveAssemblyToPath(name);
        if (path is null || !File.Exists(path))
        {
            path = SharedAssemblies.IsFramework(simpleName) ? null : Path.Combine(_folder, name.CultureName ?? "", simpleName + ".dll");
            return File.Exists(path) ? path : null;
        }

        return SharedAssemblies.IsInSharedSurface(simpleName) ? null : path;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (SharedAssemblies.Names.Contains(assemblyName.Name!))
            return SharedAssemblies.FromHost(assemblyName.Name!);
        return FindPrivate(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    // All places in the plugin's folder are tried here. The runtime would try that folder too, but would remember what it
    // finds by bare name for the whole process, and hand it to the next plugin with a library of the same name.
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path && File.Exists(path)
        || (path = FindUnmanaged(unmanagedDllName)) is not null
            ? LoadUnmanagedDllFromPath(path)
            : 0;

    private string? FindUnmanaged(string name)
    {
        (string system, string prefix, string suffix) =
            OperatingSystem.IsWindows() ? ("win", "", ".dll") :
            OperatingSystem.IsMacOS() ? ("osx", "lib", ".dylib") :
            ("linux", "lib", ".so");
#pragma warning disable CA1308 // Runtime identifiers are lower case.
        string runtime = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308
        string[] fileNames = [prefix + name + suffix, name + suffix, prefix + name, name];
        string[] folders = [_folder, Path.Combine(_folder, "runtimes", runtime, "native")];
        return folders.SelectMany(folder => fileNames.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }
}
