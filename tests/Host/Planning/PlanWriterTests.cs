using System.Text.Json.Nodes;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Planning;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Host.Planning;

public sealed class PlanWriterTests
{
    private const double PeakMultiplyAdds = 1e9;

    private static readonly Layer[] s_pooling =
    [
        new Repeat { Times = 2, Layers = [new Conv { Filter = [3, 3], Padding = Padding.Same }, new Relu()] }, new AvgPool { Window = [2, 2], Strides = [2, 2] },
        new Conv { Filter = [3, 3], Padding = Padding.Same }, new Relu(), new GlobalAvgPool(), new Dense(),
    ];

    [Fact]
    public void WriteText_OfAPlan_HasARowAndAReasonForEachSegment()
    {
        PlanForecast forecast = Forecast(s_pooling, "8x8x3", 10, 4);

        string[] lines = Text(forecast);

        int header = Array.FindIndex(lines, line => line.StartsWith("layers ", StringComparison.Ordinal));
        for (int i = 0; i < forecast.Plan.Segments.Count; i++)
        {
            PlanSegment segment = forecast.Plan.Segments[i];
            string row = lines[header + 1 + 2 * i];
            Assert.StartsWith(segment.Layers, row, StringComparison.Ordinal);
            Assert.EndsWith($"{segment.Entries:N0}  {segment.EntryLayers:N0}  {Amounts.Bytes(segment.Bytes)}", string.Join("  ", row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), StringComparison.Ordinal);
            Assert.Equal(segment.Reason, lines[header + 2 + 2 * i].Trim());
        }

        Assert.Contains("225 planes", lines[header + 1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("gram ", StringComparison.Ordinal) && line.Contains(" 55 pairs", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("test ", StringComparison.Ordinal) && line.Contains(" 40 pairs", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("times ", StringComparison.Ordinal) && line.Contains("predicted", StringComparison.Ordinal) && line.Contains(" 2 GFLOP/s", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }

    [Fact]
    public void WriteText_WithoutExamples_IsOfOnePair()
    {
        string[] lines = Text(Forecast(s_pooling, "8x8x3", null, null));

        Assert.Contains(lines, line => line.StartsWith("a pair ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("gram ", StringComparison.Ordinal) || line.StartsWith("test ", StringComparison.Ordinal));
    }

    [Fact]
    public void WriteText_OfALongListOfLayers_GivesThemALineOfTheirOwn()
    {
        Layer[] layers = [.. Enumerable.Range(1, 12).SelectMany(i => new Layer[] { new Dense(), i % 3 == 0 ? new Erf() : i % 5 == 0 ? new Gelu() : new Relu() })];
        PlanForecast forecast = Forecast(layers, "10", null, null);

        string[] lines = Text(forecast);

        int row = Array.IndexOf(lines, forecast.Plan.Segments[0].Layers);
        Assert.True(row > 0);
        Assert.Equal(["-", "number", "1", "24"], lines[row + 1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[..4]);
    }

    [Fact]
    public void WriteText_OfTheGeneralForm_CallsItsTimesAGuessInFloat64()
    {
        PlanForecast forecast = Forecast([new SelfAttention(), new Flatten()], "6x2", 5, null);

        string text = string.Join('\n', Text(forecast));

        Assert.Equal(Precision.Float64, forecast.Arithmetic);
        Assert.Contains("rough guess", text, StringComparison.Ordinal);
        Assert.DoesNotContain("rough guess", string.Join('\n', Text(Forecast(s_pooling, "8x8x3", 5, null))), StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_OfAForecast_HoldsCountsAndWhatFollowsFromThem()
    {
        JsonObject json = PlanWriter.ToJson(Forecast(s_pooling, "8x8x3", 10, 4));

        Assert.Equal([8, 8, 3], json["shape"]!.AsArray().Select(size => size!.GetValue<int>()));
        Assert.Equal(["planes", "planes", "number"], json["segments"]!.AsArray().Select(s => s!["storage"]!.GetValue<string>()));
        Assert.Equal(2 * Math.Pow(8, 4) + Math.Pow(4, 4), json["entry_layers_per_pair"]!.GetValue<double>());
        double seconds = json["multiply_adds_per_pair"]!.GetValue<double>() / (json["efficiency"]!.GetValue<double>() * PeakMultiplyAdds);
        Assert.Equal(seconds, json["predicted_seconds_per_pair"]!.GetValue<double>(), 1e-6 * seconds);
        Assert.Equal(55, json["gram"]!["pairs"]!.GetValue<double>());
        Assert.Equal(55 * seconds, json["gram"]!["predicted_seconds"]!.GetValue<double>(), 1e-6);
        Assert.Equal(400, json["gram"]!["bytes"]!.GetValue<double>());
        Assert.Equal(40 * seconds, json["test"]!["predicted_seconds"]!.GetValue<double>(), 1e-6);
        Assert.Equal(14.0 * json["bytes_per_example"]!.GetValue<long>(), json["prepared_bytes"]!.GetValue<double>());
    }

    [Theory]
    [InlineData(5.2e-8, "52 ns")]
    [InlineData(3.61e-6, "3.61 us")]
    [InlineData(4.31e-4, "431 us")]
    [InlineData(2.968e-3, "2.97 ms")]
    [InlineData(0.9999e-6, "1 us")]
    [InlineData(12.3, "12 s")]
    public void ShortTime_OfAnyTime_HasAUnitThatFits(double seconds, string text) => Assert.Equal(text, Amounts.ShortTime(seconds));

    private static PlanForecast Forecast(Layer[] layers, string shape, long? examples, long? tests)
    {
        NetworkKernel kernel = new(new Network(layers), KernelOutputs.Ntk);
        PlanRequest request = new(ShapeText.Parse(shape), Precision.Float32, false, examples, tests, 2);
        return new PlanForecast(kernel.Description, request, kernel.Plan(request.Shape, request.Precision, false), PeakMultiplyAdds);
    }

    private static string[] Text(PlanForecast forecast)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        PlanWriter.WriteText(forecast, writer);
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
