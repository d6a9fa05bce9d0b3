using System.Text.Json;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary><c>nk plan</c>.</summary>
public sealed class PlanCommandTests
{
    private const string Deep = "[ { layer: Repeat, times: 21, layers: [ { layer: Conv, filter: [3, 3], padding: SAME }, { layer: Relu } ] }, { layer: Flatten }, { layer: Dense } ]";
    private const string Attention = "[ { layer: Conv, filter: [3, 3] }, { layer: Relu }, { layer: SelfAttention }, { layer: GlobalAvgPool } ]";

    [Fact]
    public void Plan_OfMyrtle10_HasThreeSegmentsOfPlanesAndOneOfNumbers()
    {
        JsonElement plan = Json("{ type: myrtle, layers: 10 }", "--shape", "32x32x3", "--examples", "1000", "--test", "100", "--threads", "1");

        Assert.Equal(["planes", "planes", "planes", "number"], Storage(plan));
        Assert.Equal([3969, 961, 225, 0], plan.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("planes").GetInt64()));
        Assert.Equal(3 * (Math.Pow(32, 4) + Math.Pow(16, 4) + Math.Pow(8, 4)), plan.GetProperty("entry_layers_per_pair").GetDouble());
        Assert.Equal(500_500, plan.GetProperty("gram").GetProperty("pairs").GetDouble());
        Assert.Equal(4e6, plan.GetProperty("gram").GetProperty("bytes").GetDouble());
        Assert.True(plan.GetProperty("measured_multiply_adds_per_second").GetDouble() > 1e8);
        Assert.True(plan.GetProperty("predicted_seconds_per_pair").GetDouble() > 0);
        Assert.Equal(1, plan.GetProperty("threads").GetInt32());
    }

    [Fact]
    public void Plan_OfADeepNetworkThatFlattens_IsDiagonal()
    {
        JsonElement plan = Json(Deep, "--shape", "32x32x3");

        Assert.Equal(["diagonal", "number"], Storage(plan));
        Assert.Equal("21 x [Conv, Relu]", plan.GetProperty("segments")[0].GetProperty("layers").GetString());
        Assert.False(plan.TryGetProperty("gram", out _));
    }

    [Fact]
    public void Plan_OfAttention_IsFullAndSaysWhy()
    {
        using Workspace workspace = new();
        string text = workspace.Write("network.yaml", Attention).Nk("plan", "network.yaml", "--shape", "8x8x3").Succeeded().Output;

        Assert.Contains("full", text, StringComparison.Ordinal);
        Assert.Contains("SelfAttention couples positions in another way", text, StringComparison.Ordinal);
        Assert.Contains("rough guess", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfAnExperimentFile_TellsItsKernel()
    {
        string file = Path.Combine(Experiments.Examples, "cifar10-myrtle5-1k.yaml");
        using Workspace workspace = new();
        string text = workspace.Nk("plan", file, "--shape", "32x32x3", "--examples", "1000").Succeeded().Output;

        Assert.Contains("images of 32x32x3, float32", text, StringComparison.Ordinal);
        Assert.Contains("3,969 planes", text, StringComparison.Ordinal);
        Assert.Contains("500,500 pairs", text, StringComparison.Ordinal);
        Assert.Contains("3.8 MiB Gram matrix", text, StringComparison.Ordinal);
        Assert.Contains("predicted, not measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfVectorsAndOfSequencesWithLengths_TakesTheirForms()
    {
        JsonElement vectors = Json("{ type: fc }", "--shape", "784", "--precision", "float64");
        Assert.Equal(["number"], Storage(vectors));
        Assert.Equal(("vectors", "float64"), (vectors.GetProperty("kind").GetString(), vectors.GetProperty("arithmetic").GetString()));

        JsonElement sequences = Json("{ type: conv1d }", "--shape", "50x4", "--lengths");
        Assert.Equal(["planes", "number"], Storage(sequences));
        Assert.True(sequences.GetProperty("lengths").GetBoolean());
    }

    [Theory]
    [InlineData(1, Deep, new[] { "--shape", "32,32,3" }, new[] { "--shape: '32,32,3' is no shape", "32x32x3 for images" })]
    [InlineData(1, Deep, new[] { "--shape", "784" }, new[] { "Conv needs positions on a grid" })]
    [InlineData(1, Deep, new[] { "--shape", "32x32x3", "--lengths" }, new[] { "--lengths: images of 32x32x3 are no sequences" })]
    [InlineData(1, "{ type: gaussian }", new[] { "--shape", "8" }, new[] { "is no network, and has no plan", "list of layers" })]
    [InlineData(2, "[ { layer: Dens } ]", new[] { "--shape", "8" }, new[] { "unknown layer 'Dens'", "Did you mean Dense?" })]
    [InlineData(2, Deep, new[] { "--shape", "32x32x3", "--test", "5" }, new[] { "--test: there are no --examples", "nk plan --help" })]
    [InlineData(2, Deep, new[] { "--shape", "32x32x3", "--examples", "0" }, new[] { "--examples: a whole number from 1", "not '0'" })]
    [InlineData(2, Deep, new[] { "--examples", "5" }, new[] { "--shape" })]
    public void Plan_OfSomethingThatHasNone_SaysWhy(int exitCode, string network, string[] options, string[] parts)
    {
        using Workspace workspace = new();
        workspace.Nk(["plan", network, .. options]).Failed(exitCode, parts);
    }

    private static JsonElement Json(string network, params string[] options)
    {
        using Workspace workspace = new();
        return JsonDocument.Parse(workspace.Nk(["plan", network, "--json", .. options]).Succeeded().Output).RootElement;
    }

    private static IEnumerable<string?> Storage(JsonElement plan) => plan.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("storage").GetString());
}
