using System.Xml.Linq;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Architecture;

/// <summary>Settings that other promises rest on.</summary>
public sealed class BuildSettingsTests
{
    [Theory]
    [InlineData("P:System.DateTime.Now")]
    [InlineData("P:System.DateTimeOffset.Now")]
    [InlineData("M:System.Random.#ctor")]
    [InlineData("P:System.Random.Shared")]
    public void BannedSymbols_HoldWhatMakesResultsIrreproducible(string symbol) =>
        Assert.Contains(File.ReadLines(Path.Combine(Repository.Root, "build/BannedSymbols.txt")), line => line.StartsWith(symbol + ";", StringComparison.Ordinal));

    [Fact]
    public void BannedSymbols_AreErrorsInAllOfSourceAndPlugins()
    {
        XDocument settings = Repository.ReadXml("Directory.Build.props");
        Assert.Equal("true", settings.Descendants("TreatWarningsAsErrors").Single().Value);
        XElement shipped = settings.Descendants("IsShipped").Single();
        Assert.Contains("'$(MSBuildThisFileDirectory)src'", shipped.Parent!.Attribute("Condition")!.Value, StringComparison.Ordinal);
        Assert.Contains("'$(MSBuildThisFileDirectory)plugins'", shipped.Parent.Attribute("Condition")!.Value, StringComparison.Ordinal);
        XElement symbols = settings.Descendants("AdditionalFiles").Single();
        Assert.Equal("$(MSBuildThisFileDirectory)build/BannedSymbols.txt", symbols.Attribute("Include")!.Value);
        Assert.Equal("'$(IsShipped)' == 'true'", symbols.Parent!.Attribute("Condition")!.Value);
        Assert.Contains(symbols.Parent.Elements("PackageReference"), p => p.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");

        string[] folders = ["src", "plugins"];
        string[] buildFiles = [".editorconfig", "plugins/Directory.Build.props", .. folders.SelectMany(Repository.Projects)];
        Assert.All(
            buildFiles.Select(file => Path.Combine(Repository.Root, file)).Concat(folders.SelectMany(Repository.Sources)),
            file => Assert.DoesNotContain("RS0030", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Abstractions_AreIdentifiedByTheirMajorVersionAlone() =>
        Assert.Equal(new Version(PluginApi.Major, 0, 0, 0), typeof(PluginApi).Assembly.GetName().Version);

    [Fact]
    public void PluginBuildFile_StatesTheApiOfTheseAbstractions()
    {
        XDocument targets = Repository.ReadXml("build/NeuralKernels.Plugin.targets");

        Assert.Equal($"{PluginApi.Major}", targets.Descendants("NeuralKernelsPluginApiMajor").Single().Value);
        Assert.Equal($"{PluginApi.Minor}", targets.Descendants("NeuralKernelsPluginApiMinor").Single().Value);
    }
}
