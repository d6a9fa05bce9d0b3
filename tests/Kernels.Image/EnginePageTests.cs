using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Kernels.Image;

/// <summary>The worked example of docs/engine.md is what the program does.</summary>
public sealed class EnginePageTests
{
    [Fact]
    public void Plan_OfMyrtle5_IsTheTableOfTheEnginePage()
    {
        IEnumerable<string> page = File.ReadLines(Path.Combine(TestData.Repository, "docs", "engine.md"));
        string[] table = [.. page.SkipWhile(line => !line.StartsWith("| layers | grid |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))];

        NetworkKernel kernel = new MyrtleOptions { Layers = 5 }.ToKernel();
        NetworkPlan plan = kernel.Plan(new ExampleShape(ExampleKinds.Images, [32, 32], 3), Precision.Float32, hasLengths: false);

        Assert.Equal(table, plan.Segments.Select(Row));
    }

    private static string Row(PlanSegment segment) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {segment.Layers} |{(segment.Positions.Count == 0 ? "" : $" {string.Join(" x ", segment.Positions)}")} | {segment.Planes:N0} | {segment.Entries:N0} | {segment.EntryLayers:N0} |");
}
