using System.Reflection;
using System.Reflection.Emit;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

/// <summary>A temporary folder into which tests copy built plugins, to spoil them there and load them.</summary>
internal sealed class PluginWorkspace : IDisposable
{
    private static readonly string _built = System.IO.Path.Combine(AppContext.BaseDirectory, "test-plugins");

    /// <summary>The temporary folder: a root with one folder a plugin.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("nk-plugins-").FullName;

    public ComponentCatalog Catalog { get; } = new();

    /// <summary>Copies a plugin of tests/Plugins.</summary>
    /// <returns>Its folder.</returns>
    public string Copy(string plugin, string? folderName = null)
    {
        string target = Folder(folderName ?? plugin);
        foreach (string file in Directory.EnumerateFiles(System.IO.Path.Combine(_built, plugin)))
            File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)));
        return target;
    }

    /// <summary>Makes an empty folder.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>Makes a plugin folder around an assembly that is generated with the given attributes and one class.</summary>
    /// <param name="name">Name of the folder and of the assembly.</param>
    /// <param name="attributes">Given the class, the attributes of the assembly.</param>
    public string Generate(string name, Func<Type, IEnumerable<CustomAttributeBuilder>> attributes)
    {
        string folder = Folder(name);
        PersistedAssemblyBuilder assembly = new(new AssemblyName(name), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule(name).DefineType(name + ".Entry", TypeAttributes.Public);
        foreach (CustomAttributeBuilder attribute in attributes(type.CreateType()))
            assembly.SetCustomAttribute(attribute);
        assembly.Save(System.IO.Path.Combine(folder, name + ".dll"));
        WriteDepsFile(folder, name);
        return folder;
    }

    /// <summary>Writes a minimal <c>*.deps.json</c>.</summary>
    public static void WriteDepsFile(string folder, string name) =>
        File.WriteAllText(
            System.IO.Path.Combine(folder, name + ".deps.json"),
            $$"""
            {
              "runtimeTarget": { "name": ".NETCoreApp,Version=v10.0" },
              "targets": { ".NETCoreApp,Version=v10.0": { "{{name}}/1.0.0": { "runtime": { "{{name}}.dll": {} } } } },
              "libraries": { "{{name}}/1.0.0": { "type": "project", "serviceable": false, "sha512": "" } }
            }
            """);

    /// <summary>Loads all plugins of the temporary folder.</summary>
    public PluginReport Load() => PluginLoader.Load([Path], Catalog);

    /// <summary>Loads all plugins of the temporary folder as a host with another plugin API would.</summary>
    public PluginReport LoadAsHost(int major, int minor) => PluginLoader.Load([new PluginRoot(Path, IsRequired: true)], Catalog, new Version(major, minor));

    /// <summary>Loads, and asserts that the one plugin there is refused and leaves nothing behind.</summary>
    public PluginLoadException LoadRefused()
    {
        PluginReport report = Load();
        Assert.Empty(report.Loaded);
        Assert.Empty(Catalog.Kinds);
        PluginLoadException refused = Assert.Single(report.Refused);
        Assert.StartsWith(Path, refused.Path, StringComparison.Ordinal);
        Assert.NotEmpty(refused.Remedy);
        return refused;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows())
        {
            // Loaded assemblies cannot be deleted there before the process ends.
        }
    }
}
