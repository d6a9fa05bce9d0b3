namespace NeuralKernels.Tests.CustomLayers;

/// <summary>The guide shows what is built and tested, word for word.</summary>
public sealed class GuideTests
{
    private static readonly string s_guide = Read(TestData.Repository, "docs", "writing-a-plugin.md");

    private static readonly string[] s_files =
    [
        .. new[] { Path.Combine("examples", "CustomLayers"), Path.Combine("tests", "CustomLayers") }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(TestData.Repository, folder)))
            .Select(path => Read(path)),
    ];

    public static TheoryData<string> Blocks => [.. CodeBlocks()];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void CodeBlock_OfTheGuide_StandsInAFileOfTheExample(string block) =>
        Assert.True(s_files.Any(file => file.Contains(block, StringComparison.Ordinal)), $"In no file of examples/CustomLayers or tests/CustomLayers:\n{block}");

    [Fact]
    public void Guide_ShowsEveryLayerOfTheExample()
    {
        Assert.True(CodeBlocks().Count >= 8);
        Assert.All(["Mish", "Quadratic", "FrozenDense", "CustomLayersPlugin"], name => Assert.Contains(CodeBlocks(), block => block.Contains($" {name}", StringComparison.Ordinal)));
    }

    // Blocks with a language; those without are commands.
    private static List<string> CodeBlocks()
    {
        List<string> blocks = [];
        List<string>? current = null;
        foreach (string line in s_guide.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (current is { Count: > 0 })
                    blocks.Add(string.Join('\n', current));
                current = current is null && line.Length > 3 ? [] : null;
            }
            else
            {
                current?.Add(line);
            }
        }

        return blocks;
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine(path)).ReplaceLineEndings("\n");
}
