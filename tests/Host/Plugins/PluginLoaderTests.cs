using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

public sealed class PluginLoaderTests
{
    private const string Good = "NeuralKernels.Tests.Plugins.Good";

    [Fact]
    public void Load_OfGoodPlugin_RegistersComponentsThatWork()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Good");

        PluginReport report = workspace.Load();

        Assert.Empty(report.Refused);
        LoadedPlugin plugin = Assert.Single(report.Loaded);
        Assert.Equal((Good, folder, "0.1.0", new Version(1, 0)), (plugin.Name, plugin.Folder, plugin.Version, plugin.ApiVersion));
        ComponentDescriptor component = Assert.Single(plugin.Components);
        Assert.Same(component, workspace.Catalog.Find("split", "even"));
        Assert.Equal(Good, component.Plugin);
        ISplit split = Assert.IsType<ISplit>(component.Create(Activator.CreateInstance(component.OptionsType)!), exactMatch: false);
        SplitIndices division = Assert.Single(split.Split(new(new ClassTargets([0, 1, 0], ["no", "yes"]), null, Seed: 1)));
        Assert.Equal([0, 2], division.Train);
        Assert.Equal([1], division.Test);
    }

    [Fact]
    public void Load_OfOnePluginFolderGivenAsRoot_LoadsIt()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Good");

        PluginReport report = PluginLoader.Load([folder + Path.DirectorySeparatorChar], workspace.Catalog);

        Assert.Equal(folder, Assert.Single(report.Loaded).Folder);
    }

    [Fact]
    public void Load_OfOnePluginFoundInTwoPlaces_TakesTheLaterAndReportsTheEarlier()
    {
        using PluginWorkspace workspace = new();
        string earlier = workspace.Copy("Good", "first/Good");
        string later = workspace.Copy("Good", "second/AnotherFolder");

        PluginReport report = PluginLoader.Load([Path.GetDirectoryName(earlier)!, Path.GetDirectoryName(later)!], workspace.Catalog);

        Assert.Empty(report.Refused);
        Assert.Equal(later, Assert.Single(report.Loaded).Folder);
        Assert.Equal(new OverriddenPlugin(Good, earlier, later), Assert.Single(report.Overridden));
    }

    [Fact]
    public void Load_OfBrokenPluginThatReplacesAWorkingOne_DoesNotFallBackSilently()
    {
        using PluginWorkspace workspace = new();
        string working = workspace.Copy("Good", "first/Good");
        string broken = workspace.Copy("Good", "second/Good");
        File.Delete(Path.Combine(broken, Good + ".dll"));

        PluginReport report = PluginLoader.Load([working, broken], workspace.Catalog);

        Assert.Empty(report.Loaded);
        Assert.Equal(PluginLoadCause.NotFound, Assert.Single(report.Refused).Cause);
    }

    [Fact]
    public void Load_OfOneFolderReachedTwice_LoadsItOnce()
    {
        using PluginWorkspace workspace = new();
        string folder = workspace.Copy("Good");

        PluginReport report = PluginLoader.Load([workspace.Path, folder], workspace.Catalog);

        Assert.Single(report.Loaded);
        Assert.Empty(report.Overridden);
        Assert.Empty(report.Refused);
    }

    [Fact]
    public void Load_WithOneBadPlugin_LoadsTheOthers()
    {
        using PluginWorkspace workspace = new();
        string bad = workspace.Copy("Careless", "A");
        File.Delete(Path.Combine(bad, "YamlDotNet.dll"));
        workspace.Copy("Good", "B");

        PluginReport report = workspace.Load();

        Assert.Equal(Good, Assert.Single(report.Loaded).Name);
        Assert.Single(report.Refused);
        Assert.NotNull(workspace.Catalog.Find("split", "even"));
    }

    [Fact]
    public void Load_OfAbsentPlaceThatNobodyNamed_IsNoError()
    {
        using PluginWorkspace workspace = new();

        PluginReport report = PluginLoader.Load([new PluginRoot(Path.Combine(workspace.Path, "absent"), IsRequired: false)], workspace.Catalog);

        Assert.Empty(report.Refused);
        Assert.False(Assert.Single(report.Places).Exists);
    }

    [Fact]
    public void Load_OfEmptyFolderAmongPlugins_IsNoError()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Good");
        workspace.Folder("Empty");

        Assert.Empty(workspace.Load().Refused);
    }

    [Theory]
    [InlineData(2, 7)]
    [InlineData(2, 9)]
    public void Load_OfPluginBuiltAgainstTheSameOrAnOlderMinor_AcceptsIt(int major, int minor)
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("NewerApi");

        PluginReport report = workspace.LoadAsHost(major, minor);

        Assert.Equal(new Version(2, 7), Assert.Single(report.Loaded).ApiVersion);
    }

    [Theory]
    [InlineData("NeuralKernels.Tests.Plugins.Good")]
    [InlineData("Plugins.Good")]
    [InlineData("Good")]
    public void Require_OfLoadedPlugin_FindsItByItsLastNames(string name)
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Good");

        Assert.Equal(Good, workspace.Load().Require(name).Name);
    }

    [Fact]
    public void Require_OfRefusedPlugin_ThrowsItsRefusal()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("NewerApi");
        PluginReport report = workspace.Load();

        PluginLoadException refusal = Assert.Throws<PluginLoadException>(() => report.Require("NewerApi"));

        Assert.Same(Assert.Single(report.Refused), refusal);
    }

    [Fact]
    public void Require_OfUnknownPlugin_NamesThePlacesThatWereSearched()
    {
        using PluginWorkspace workspace = new();
        workspace.Copy("Good");
        PluginReport report = workspace.Load();

        PluginLoadException refusal = Assert.Throws<PluginLoadException>(() => report.Require("Best"));

        Assert.Equal(PluginLoadCause.NotFound, refusal.Cause);
        Assert.Contains(workspace.Path, refusal.Message, StringComparison.Ordinal);
    }
}
