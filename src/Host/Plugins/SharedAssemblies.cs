using System.Reflection;
using System.Runtime.Loader;

namespace NeuralKernels.Host.Plugins;

/// <summary>The assemblies of which the host's copy is the only one.</summary>
internal static class SharedAssemblies
{
    /// <summary>The contracts and the numeric libraries that plugins are built on.</summary>
    public static readonly IReadOnlySet<string> Names =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "NeuralKernels.Abstractions", "NeuralKernels.Compute", "NeuralKernels.Networks" };

    // Simple names of the assemblies in the folder of the running .NET; null in a single-file host, which has no such folder.
    private static readonly Lazy<HashSet<string>?> _framework = new(() =>
    {
        string[] trusted = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string? folder = Path.GetDirectoryName(trusted.FirstOrDefault(path => Path.GetFileName(path) == "System.Private.CoreLib.dll"));
        return folder is null
            ? null
            : trusted.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    });

    // Assemblies of .NET that the shared ones refer to, and so may name in their public surface. Their other references never
    // appear there, which a test asserts: a plugin may have its own version of those.
    private static readonly Lazy<HashSet<string>> _surface = new(() =>
        Names.SelectMany(name => FromHost(name).GetReferencedAssemblies()).Select(reference => reference.Name!).Where(IsFramework)
            .ToHashSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether an assembly belongs to the running .NET.</summary>
    public static bool IsFramework(string name) => HasFrameworkName(name) && _framework.Value?.Contains(name) != false;

    /// <summary>Whether an assembly of .NET, of which a plugin has a copy, must nevertheless be the host's.</summary>
    public static bool IsInSharedSurface(string name) => _surface.Value.Contains(name);

    // A self-contained host has its own assemblies beside those of .NET: the names tell most of them apart.
    private static bool HasFrameworkName(string name) =>
        name.StartsWith("System.", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase)
        || name is "System" or "netstandard" or "mscorlib" or "WindowsBase";

    /// <summary>The host's copy of an assembly.</summary>
    /// <remarks>
    /// Asked for without a version: the runtime would refuse to give a plugin that was built against a newer one the host's copy,
    /// and would then load the plugin's private copy, whose types are others. The versions are compared before loading.
    /// </remarks>
    public static Assembly FromHost(string name) => AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name));
}
