using System.Text.RegularExpressions;

namespace NeuralKernels.Tests.Architecture;

/// <summary>Pages speak of files that exist.</summary>
public sealed partial class DocsTests
{
    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Repository.Relative), "README.md", "bench/README.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_NamesFilesAndFoldersThatExist(string page)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, page));

        Assert.Empty(Missing(text, Path.GetDirectoryName(page)!));
    }

    [Fact]
    public void Missing_OfPathsAndLinksThatAreNot_HoldsThem() => Assert.Equal(
        ["src/Networks/None.cs", "docs/none.md"],
        Missing("src/Networks, src/Networks/None.cs. [here](math.md#layers) [there](none.md) [out](https://example.org/src/Other)", "docs"));

    // Paths from the root in running text, and targets of links from the page's folder.
    private static string[] Missing(string text, string folder) =>
    [
        .. PathFromRoot().Matches(text).Select(match => match.Groups[1].Value.TrimEnd('.', '/'))
            .Concat(LinkTarget().Matches(text).Select(match => Repository.Relative(Path.GetFullPath(Path.Combine(Repository.Root, folder, match.Groups[1].Value)))))
            .Distinct()
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path))),
    ];

    [GeneratedRegex(@"(?<![\w./-])((?:src|tests|plugins|examples|bench|build|scripts)/[\w./-]*\w)")]
    private static partial Regex PathFromRoot();

    [GeneratedRegex(@"\]\((?!\w+:|#)([^)#]+)")]
    private static partial Regex LinkTarget();
}
