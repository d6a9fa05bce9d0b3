using System.ComponentModel;
using System.Diagnostics;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

public sealed class PluginIsolationTests
{
    [Fact]
    public void Load_OfPluginWithAnotherVersionOfAHostDependency_GivesItItsOwn()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Careless");
        Assert.Empty(workspace.Load().Refused);

        IMetric metric = CreateMetric(workspace.Catalog, "yaml-version");

        Assert.Equal(15, metric.Evaluate(new(0, 1, []), new ClassTargets([], ["no", "yes"])));
        Assert.Equal("- yaml", metric.Name.Trim());
        Assert.Equal(16, typeof(YamlDotNet.Serialization.SerializerBuilder).Assembly.GetName().Version!.Major);
    }

    [Fact]
    public void Load_OfPluginWithACopyOfASharedAssembly_IgnoresTheCopy()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Careless");
        string copy = Path.Combine(folder, "NeuralKernels.Abstractions.dll");
        Assert.False(File.Exists(copy), "Plugin folders are built without copies of shared assemblies.");
        File.Copy(typeof(IPlugin).Assembly.Location, copy);

        Assert.Empty(workspace.Load().Refused);

        IMetric metric = CreateMetric(workspace.Catalog, "yaml-version");
        Assert.Same(typeof(IMetric).Assembly, metric.GetType().GetInterface(nameof(IMetric))!.Assembly);
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), a => !a.IsDynamic && a.Location == copy);
    }

    [Fact]
    public void Load_OfTwoPluginsWithANativeLibraryOfOneName_GivesEachItsOwn()
    {
        using PluginWorkspace first = new(), second = new();
        CompileOracle(first.Copy("Native"), answer: 1);
        CompileOracle(second.Copy("Native"), answer: 2);
        Assert.Empty(first.Load().Refused);
        Assert.Empty(second.Load().Refused);

        Assert.Equal(1, Ask(first.Catalog));
        Assert.Equal(2, Ask(second.Catalog));

        static double Ask(ComponentCatalog catalog) => CreateMetric(catalog, "answer").Evaluate(new(0, 1, []), new ClassTargets([], ["no", "yes"]));
    }

    [Fact]
    public void Load_OfPluginWithANativeLibraryInTheRuntimesFolder_FindsIt()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Native");
        string system = OperatingSystem.IsMacOS() ? "osx" : "linux";
        string architecture = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        CompileOracle(Directory.CreateDirectory(Path.Combine(folder, "runtimes", $"{system}-{architecture}", "native")).FullName, answer: 3);
        Assert.Empty(workspace.Load().Refused);

        Assert.Equal(3, CreateMetric(workspace.Catalog, "answer").Evaluate(new(0, 1, []), new ClassTargets([], ["no", "yes"])));
    }

    [Fact]
    public void Load_OfPluginWhoseNativeLibraryIsMissing_FailsWhenItIsCalled()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Native");
        Assert.Empty(workspace.Load().Refused);

        IMetric metric = CreateMetric(workspace.Catalog, "answer");

        Assert.Throws<DllNotFoundException>(() => metric.Evaluate(new(0, 1, []), new ClassTargets([], ["no", "yes"])));
    }

    [Fact]
    public void Load_OfPlugin_UsesAContextThatCannotBeCollected()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Good");
        workspace.Load();

        Assert.False(workspace.Catalog.Find("split", "even")!.OptionsType.Assembly.IsCollectible);
    }

    private static IMetric CreateMetric(ComponentCatalog catalog, string name)
    {
        ComponentDescriptor component = catalog.Find("metric", name)!;
        return (IMetric)component.Create(Activator.CreateInstance(component.OptionsType)!);
    }

    private static void CompileOracle(string folder, int answer)
    {
        string source = Path.Combine(folder, "oracle.c");
        File.WriteAllText(source, $"int answer(void) {{ return {answer}; }}\n");
        string library = Path.Combine(folder, OperatingSystem.IsMacOS() ? "liboracle.dylib" : "liboracle.so");
        if (OperatingSystem.IsWindows())
            Assert.Skip("needs a C compiler that is called cc");
        try
        {
            using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", library, source]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (Win32Exception)
        {
            Assert.Skip("needs a C compiler that is called cc");
        }
    }
}
