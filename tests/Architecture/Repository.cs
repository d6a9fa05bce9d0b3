using System.Xml.Linq;

namespace NeuralKernels.Tests.Architecture;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Reads an XML file of the source tree.</summary>
    public static XDocument ReadXml(string relativePath) => XDocument.Load(Path.Combine(Root, relativePath));

    /// <summary>Project files of a folder of projects, relative to the root, with '/' between folders, sorted.</summary>
    public static IReadOnlyList<string> Projects(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Source files of a folder, without generated ones.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Relative(path).Split('/').Any(part => part is "bin" or "obj"));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Framework.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Framework.sln: run these tests in the source tree.");
    }
}
