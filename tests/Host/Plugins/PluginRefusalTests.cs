using System.Reflection.Emit;
using System.Runtime.Versioning;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

public sealed class PluginRefusalTests
{
    private const string Prefix = "NeuralKernels.Tests.Plugins.";

    [Fact]
    public void Load_OfNamedPlaceThatIsAbsent_IsNotFound()
    {
        using PluginWorkspace workspace = new();
        string absent = Path.Combine(workspace.Path, "absent");

        PluginLoadException refused = Assert.Single(PluginLoader.Load([absent], workspace.Catalog).Refused);

        Assert.Equal((PluginLoadCause.NotFound, absent), (refused.Cause, refused.Path));
    }

    [Fact]
    public void Load_OfPluginWithoutMainAssembly_IsNotFound()
    {
        using PluginWorkspace workspace = new();
        string main = Path.Combine(workspace.Copy("Good"), Prefix + "Good.dll");
        File.Delete(main);

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal((PluginLoadCause.NotFound, main, Prefix + "Good"), (refused.Cause, refused.Path, refused.Plugin));
    }

    [Fact]
    public void Load_OfTextNamedLikeAnAssembly_IsNotManaged()
    {
        using PluginWorkspace workspace = new();
        File.WriteAllText(Path.Combine(workspace.Copy("Good"), Prefix + "Good.dll"), "no assembly");

        Assert.Equal(PluginLoadCause.NotManaged, workspace.LoadRefused().Cause);
    }

    [Fact]
    public void Load_OfTruncatedAssembly_IsNotManaged()
    {
        using PluginWorkspace workspace = new();
        string main = Path.Combine(workspace.Copy("Good"), Prefix + "Good.dll");
        File.WriteAllBytes(main, File.ReadAllBytes(main)[..700]);

        Assert.Equal(PluginLoadCause.NotManaged, workspace.LoadRefused().Cause);
    }

    [Fact]
    public void Load_OfFile_IsNotAPlugin()
    {
        using PluginWorkspace workspace = new();
        string main = Path.Combine(workspace.Copy("Good"), Prefix + "Good.dll");

        PluginLoadException refused = Assert.Single(PluginLoader.Load([main], workspace.Catalog).Refused);

        Assert.Equal(PluginLoadCause.NotAPlugin, refused.Cause);
    }

    [Fact]
    public void Load_OfNamedFolderWithoutPlugins_IsNotAPlugin()
    {
        using PluginWorkspace workspace = new();

        Assert.Equal(PluginLoadCause.NotAPlugin, workspace.LoadRefused().Cause);
    }

    [Fact]
    public void Load_OfFolderWithoutDepsFile_IsNotAPlugin()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Good");
        File.Delete(Path.Combine(folder, Prefix + "Good.deps.json"));

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal((PluginLoadCause.NotAPlugin, folder), (refused.Cause, refused.Path));
    }

    [Fact]
    public void Load_OfFolderWithTwoPlugins_IsNotAPluginAndNamesBoth()
    {
        using PluginWorkspace workspace = new();
        File.Copy(Path.Combine(workspace.Copy("Good"), Prefix + "Good.deps.json"), Path.Combine(workspace.Path, "Good", "Other.deps.json"));

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.NotAPlugin, refused.Cause);
        Assert.Contains($"{Prefix}Good, Other", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAssemblyThatDeclaresNothing_IsNotAPlugin()
    {
        using PluginWorkspace workspace = new();
        workspace.Generate("Plain", _ => []);

        Assert.Equal(PluginLoadCause.NotAPlugin, workspace.LoadRefused().Cause);
    }

    [Fact]
    public void Load_OfAssemblyWithoutEntryPoint_IsNotAPlugin()
    {
        using PluginWorkspace workspace = new();
        workspace.Generate("NoEntry", _ => [Api(1, 0)]);

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.NotAPlugin, refused.Cause);
        Assert.Contains("PluginEntryPoint", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, "needs plugin API 2.7; this host offers 1.0 to 1.3", "Update the host.")]
    [InlineData(1, 0, "needs plugin API 2.7; this host offers 1.0", "Update the host.")]
    [InlineData(2, 6, "needs plugin API 2.7; this host offers 2.0 to 2.6", "Update the host.")]
    [InlineData(3, 8, "needs plugin API 2.7; this host offers 3.0 to 3.8", "Update the plugin: build it against this host's NeuralKernels.Abstractions.")]
    public void Load_OfPluginForAnotherApi_IsIncompatibleAndSaysWhatToUpdate(int hostMajor, int hostMinor, string problem, string remedy)
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("NewerApi");

        PluginReport report = workspace.LoadAsHost(hostMajor, hostMinor);

        Assert.Empty(report.Loaded);
        PluginLoadException refused = Assert.Single(report.Refused);
        Assert.Equal((PluginLoadCause.IncompatibleApi, problem, remedy), (refused.Cause, refused.Problem, refused.Remedy));
    }

    [Fact]
    public void Load_OfPluginForNewerDotNet_IsIncompatible()
    {
        using PluginWorkspace workspace = new();
        CustomAttributeBuilder framework = new(typeof(TargetFrameworkAttribute).GetConstructor([typeof(string)])!, [".NETCoreApp,Version=v99.0"]);
        workspace.Generate("Future", type => [Api(1, 0), Entry(type), framework]);

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.IncompatibleApi, refused.Cause);
        Assert.Contains("needs .NET 99.0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutAPrivateDependency_NamesItAndWhoNeedsIt()
    {
        using PluginWorkspace workspace = new();
        File.Delete(Path.Combine(workspace.Copy("Careless"), "YamlDotNet.dll"));

        // The host's own YamlDotNet is newer and would do; a plugin must not depend on what the host happens to use.
        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.MissingDependency, refused.Cause);
        Assert.Contains("NeuralKernels.Tests.Plugins.Careless.dll needs YamlDotNet 15.0.0.0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithADamagedDependency_NamesIt()
    {
        using PluginWorkspace workspace = new();
        string dependency = Path.Combine(workspace.Copy("Careless"), "YamlDotNet.dll");
        File.WriteAllText(dependency, "no assembly");

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal((PluginLoadCause.MissingDependency, dependency), (refused.Cause, refused.Path));
    }

    [Fact]
    public void Load_WithADamagedDepsFile_IsRefused()
    {
        using PluginWorkspace workspace = new();
        File.WriteAllText(Path.Combine(workspace.Copy("Good"), Prefix + "Good.deps.json"), "{ no json");

        Assert.Equal(PluginLoadCause.MissingDependency, workspace.LoadRefused().Cause);
    }

    [Fact]
    public void Load_OfEntryPointThatIsNoPlugin_IsEntryPointFailed()
    {
        using PluginWorkspace workspace = new();
        workspace.Generate("Wrong", type => [Api(1, 0), Entry(type)]);

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.EntryPointFailed, refused.Cause);
        Assert.Contains("does not implement NeuralKernels.Abstractions.IPlugin", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constructor", "no mood to exist")]
    [InlineData("register", "no mood to register")]
    public void Load_OfPluginThatThrows_ReportsWhatItSaidAndKeepsNothing(string mood, string said)
    {
        using PluginWorkspace workspace = new();
        File.WriteAllText(Path.Combine(workspace.Copy("Moody"), "mood.txt"), mood);

        PluginLoadException refused = workspace.LoadRefused();

        Assert.Equal(PluginLoadCause.EntryPointFailed, refused.Cause);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(refused.InnerException);
    }

    [Fact]
    public void Load_OfPluginThatTakesAnothersName_NamesTheOtherAndKeepsNothing()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Good", "A");
        File.WriteAllText(Path.Combine(workspace.Copy("Moody", "B"), "mood.txt"), "taken");

        PluginReport report = workspace.Load();

        PluginLoadException refused = Assert.Single(report.Refused);
        Assert.Equal(PluginLoadCause.EntryPointFailed, refused.Cause);
        Assert.Contains($"'even' is already offered by the plugin {Prefix}Good", refused.Message, StringComparison.Ordinal);
        Assert.Null(workspace.Catalog.Find("split", "moody"));
    }

    private static CustomAttributeBuilder Api(int major, int minor) =>
        new(typeof(PluginApiAttribute).GetConstructor([typeof(int), typeof(int)])!, [major, minor]);

    private static CustomAttributeBuilder Entry(Type type) =>
        new(typeof(PluginEntryPointAttribute).GetConstructor([typeof(Type)])!, [type]);
}
