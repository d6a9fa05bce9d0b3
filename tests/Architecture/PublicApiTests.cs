using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Architecture;

/// <summary>The contracts change only on purpose.</summary>
public sealed class PublicApiTests
{
    private const string Variable = "NK_ACCEPT_API";

    private static readonly string _file = Path.Combine(Repository.Root, "tests", "Architecture", "Abstractions.api.txt");

    [Fact]
    public void Abstractions_OfferWhatWasReviewed()
    {
        string actual = ApiPrinter.Print(typeof(IPlugin).Assembly);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            File.WriteAllText(_file, actual);
        string[] reviewed = WithTypes(File.ReadAllLines(_file)), offered = WithTypes(actual.TrimEnd('\n').Split('\n'));

        string[] removed = [.. reviewed.Except(offered)], added = [.. offered.Except(reviewed)];

        Assert.True(
            reviewed.SequenceEqual(offered),
            $"""
            The public API of Abstractions is not the one in tests/Architecture/Abstractions.api.txt.
            {string.Join('\n', removed.Select(line => "- " + line).Concat(added.Select(line => "+ " + line)))}
            Additions raise PluginApi.Minor; removals and changes raise PluginApi.Major, which refuses every plugin built before.
            To accept the change, run this test with {Variable}=1 and commit the file.
            """);
    }

    [Fact]
    public void Print_OfOneAssembly_IsTheSameTwice() =>
        Assert.Equal(ApiPrinter.Print(typeof(IPlugin).Assembly), ApiPrinter.Print(typeof(IPlugin).Assembly));

    [Theory]
    [InlineData("    void Add<TComponent, TOptions>(string name, Func<TOptions, TComponent> create) where TComponent : class where TOptions : class, new()")]
    [InlineData("    UserErrorException(string message, string remedy, Exception? innerException = null)")]
    [InlineData("    const int Major = 1")]
    [InlineData("    string Discriminator { get; init; }")]
    [InlineData("[ComponentKind(\"split\")]")]
    [InlineData("    Train = 0")]
    public void Print_OfAbstractions_HasMembersLikeTheirSource(string line) =>
        Assert.Contains(line, ApiPrinter.Print(typeof(IPlugin).Assembly).Split('\n'));

    // Puts the type before each of its members, so that a difference says where it is.
    private static string[] WithTypes(string[] lines)
    {
        string type = "";
        return [.. lines.Select(line => line.StartsWith(' ') ? $"{type}: {line.Trim()}" : type = line)];
    }
}
