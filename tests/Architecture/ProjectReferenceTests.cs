using System.Xml.Linq;

namespace NeuralKernels.Tests.Architecture;

/// <summary>Which project may refer to which: the arrows of the architecture.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly string[] _shared = ["src/Abstractions", "src/Compute", "src/Networks"];

    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["src/Abstractions"] = [],
        ["src/Compute"] = ["src/Abstractions"],
        ["src/Networks"] = ["src/Abstractions", "src/Compute"],
        ["src/Gram"] = ["src/Abstractions", "src/Compute"],
        ["src/Tuning"] = [],
        ["src/Mlflow"] = [],
        ["src/Host"] = ["src/Abstractions", "src/Compute", "src/Networks", "src/Gram", "src/Tuning", "src/Mlflow"],
    };

    public static TheoryData<string> SourceProjects => [.. Repository.Projects("src")];

    public static TheoryData<string> PluginProjects => [.. Repository.Projects("plugins"), .. Repository.Projects("examples")];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void SourceProject_RefersOnlyToWhatTheArchitectureAllows(string project)
    {
        Assert.True(_allowed.TryGetValue(Folder(project), out string[]? allowed), $"{project} is new: state here what it may refer to.");
        Assert.Subset(allowed.ToHashSet(), References(project));
    }

    [Theory]
    [MemberData(nameof(PluginProjects))]
    public void Plugin_RefersOnlyToSharedAssemblies(string project) => Assert.Subset(_shared.ToHashSet(), References(project));

    [Fact]
    public void Host_BuildsPluginsWithoutReferringToTheirAssemblies()
    {
        XElement reference = Assert.Single(Repository.ReadXml("build/NeuralKernels.PluginFolders.targets").Descendants("ProjectReference"));

        Assert.Equal("@(PluginProject)", reference.Attribute("Include")?.Value);
        Assert.Equal("false", reference.Attribute("ReferenceOutputAssembly")?.Value);
        Assert.Equal("false", reference.Attribute("Private")?.Value);
    }

    [Fact]
    public void SharedBuildFiles_AddNoReferences()
    {
        string[] files = ["Directory.Build.props", "plugins/Directory.Build.props"];

        Assert.All(files, file => Assert.Empty(Repository.ReadXml(file).Descendants("ProjectReference")));
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Framework.sln")).Replace('\\', '/');
        string[] folders = ["src", "plugins", "tests", "examples"];

        Assert.All(folders.SelectMany(Repository.Projects), project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    private static string Folder(string project) => Path.GetDirectoryName(project)!.Replace('\\', '/');

    private static HashSet<string> References(string project) =>
        [.. Repository.ReadXml(project).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(path => Folder(Repository.Relative(Path.GetFullPath(Path.Combine(Repository.Root, Folder(project), path)))))];
}
