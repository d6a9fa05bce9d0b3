using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Tests.Host.Plugins;

public sealed class PluginRootsTests
{
    private static readonly string _host = Path.GetFullPath("/host");
    private static readonly string _user = Path.GetFullPath("/user/nk/plugins");

    [Fact]
    public void All_WithoutFurtherWishes_IsBesideTheHostAndTheUsersFolder() =>
        Assert.Equal(
            [new PluginRoot(Path.Combine(_host, "plugins"), false), new PluginRoot(_user, false)],
            PluginRoots.All(_host, null, _user, []));

    [Fact]
    public void All_WithTheVariable_ReplacesTheUsersFolder()
    {
        string a = Path.GetFullPath("/a"), b = Path.GetFullPath("/b");

        IReadOnlyList<PluginRoot> roots = PluginRoots.All(_host, a + Path.PathSeparator + b, _user, []);

        Assert.Equal([new PluginRoot(Path.Combine(_host, "plugins"), false), new PluginRoot(a, true), new PluginRoot(b, true)], roots);
    }

    [Fact]
    public void All_WithPluginDirs_PutsThemLastWithFullPaths()
    {
        IReadOnlyList<PluginRoot> roots = PluginRoots.All(_host, null, _user, ["here"]);

        Assert.Equal(new PluginRoot(Path.GetFullPath("here"), true), roots[^1]);
    }

    [Fact]
    public void All_ForUserWithoutHome_LeavesTheUsersFolderOut() =>
        Assert.Single(PluginRoots.All(_host, "", null, []));
}
