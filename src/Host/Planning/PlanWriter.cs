using System.Text.Json.Nodes;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Planning;

/// <summary>Prints forecasts.</summary>
internal static class PlanWriter
{
    private const int LongestLayers = 44;

    /// <summary>Prints a forecast for people: the network, a table of segments with the reasons, totals.</summary>
    public static void WriteText(PlanForecast forecast, TextWriter output)
    {
        (PlanRequest request, NetworkPlan plan) = (forecast.Request, forecast.Plan);
        Line("network", forecast.Network);
        Line("examples", $"{ShapeText.Describe(request.Shape)}{(request.HasLengths ? " with lengths" : "")}, {Lower(request.Precision)}");
        Line("form", plan.Form);
        output.WriteLine();
        WriteSegments(plan.Segments, output);
        output.WriteLine();
        string about = forecast.IsGeneral ? "about " : "";
        Line("a pair", $"{plan.EntryLayersPerPair:N0} entry-layers   {plan.MultiplyAddsPerPair:N0} multiply-adds   {about}{Amounts.ShortTime(forecast.SecondsPerPair)}");
        if (forecast.GramPairs is { } pairs)
            Line("gram", $"{request.Examples:N0} examples   {pairs:N0} pairs, the upper triangle   {about}{Amounts.Duration(forecast.Duration(pairs))}");
        if (forecast.TestPairs is { } tests)
            Line("test", $"{request.TestExamples:N0} x {request.Examples:N0} examples   {tests:N0} pairs   {about}{Amounts.Duration(forecast.Duration(tests))}");
        Line("memory", $"{Amounts.Bytes(plan.BytesPerExample)} a prepared example   {Amounts.Bytes(plan.WorkspaceBytes)} workspace a thread");
        if (forecast.PreparedBytes is { } prepared)
            Line("", $"{Amounts.Bytes(prepared)} prepared examples   {Amounts.Bytes(forecast.WorkspaceBytes)} workspaces   {Amounts.Bytes(forecast.GramBytes!.Value)} Gram matrix");
        Line("times", $"predicted, not measured: counts of multiply-adds at {NetworkPlan.Efficiency * 100:f0} % of the {2 * forecast.PeakMultiplyAdds / 1e9:f0} GFLOP/s "
            + $"({Lower(forecast.Arithmetic)}) that {request.Threads} {(request.Threads == 1 ? "thread" : "threads")} reached just now");
        if (forecast.IsGeneral)
            Line("", "the general form is plain code: this is a rough guess");

        void Line(string title, string text) => output.WriteLine($"{title,-12} {text}");
    }

    /// <summary>A forecast as one object.</summary>
    public static JsonObject ToJson(PlanForecast forecast)
    {
        (PlanRequest request, NetworkPlan plan) = (forecast.Request, forecast.Plan);
        JsonObject json = new()
        {
            ["network"] = forecast.Network,
            ["kind"] = Lower(request.Shape.Kind),
            ["shape"] = Numbers(request.Shape.Positions.Append(request.Shape.Channels)),
            ["lengths"] = request.HasLengths,
            ["precision"] = Lower(request.Precision),
            ["form"] = plan.Form,
            ["segments"] = new JsonArray([.. plan.Segments.Select(Segment)]),
            ["entry_layers_per_pair"] = plan.EntryLayersPerPair,
            ["multiply_adds_per_pair"] = plan.MultiplyAddsPerPair,
            ["predicted_seconds_per_pair"] = forecast.SecondsPerPair,
            ["bytes_per_example"] = plan.BytesPerExample,
            ["workspace_bytes_per_thread"] = plan.WorkspaceBytes,
            ["preferred_tile"] = plan.PreferredTile,
            ["threads"] = request.Threads,
            ["arithmetic"] = Lower(forecast.Arithmetic),
            ["measured_multiply_adds_per_second"] = forecast.PeakMultiplyAdds,
            ["efficiency"] = NetworkPlan.Efficiency,
        };
        if (forecast.GramPairs is { } pairs)
        {
            json["examples"] = request.Examples;
            json["gram"] = new JsonObject
            {
                ["pairs"] = pairs,
                ["predicted_seconds"] = forecast.Duration(pairs).TotalSeconds,
                ["bytes"] = forecast.GramBytes,
            };
            json["prepared_bytes"] = forecast.PreparedBytes;
        }

        if (forecast.TestPairs is { } tests)
        {
            json["test_examples"] = request.TestExamples;
            json["test"] = new JsonObject { ["pairs"] = tests, ["predicted_seconds"] = forecast.Duration(tests).TotalSeconds };
        }

        return json;
    }

    // Layers that would widen the column too much stand on a line of their own.
    private static void WriteSegments(IReadOnlyList<PlanSegment> segments, TextWriter output)
    {
        string[][] rows =
        [
            ["layers", "positions", "storage", "entries a pair", "entry-layers", "memory a thread"],
            .. segments.Select(segment => new[]
            {
                segment.Layers, segment.Positions.Count == 0 ? "-" : string.Join('x', segment.Positions), Words(segment),
                $"{segment.Entries:N0}", $"{segment.EntryLayers:N0}", Amounts.Bytes(segment.Bytes),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length > LongestLayers ? 0 : row[column].Length))];
        for (int i = 0; i < rows.Length; i++)
        {
            string[] row = rows[i];
            bool isLong = row[0].Length > LongestLayers;
            if (isLong)
                output.WriteLine(row[0]);
            IEnumerable<string> cells = row.Select((cell, column) => column >= 3 ? cell.PadLeft(widths[column]) : (column == 0 && isLong ? "" : cell).PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
            if (i > 0)
                output.WriteLine($"  {segments[i - 1].Reason}");
        }
    }

    private static JsonObject Segment(PlanSegment segment) => new()
    {
        ["layers"] = segment.Layers,
        ["positions"] = Numbers(segment.Positions),
        ["storage"] = Lower(segment.Storage),
        ["planes"] = segment.Planes,
        ["entries"] = segment.Entries,
        ["entry_layers"] = segment.EntryLayers,
        ["bytes"] = segment.Bytes,
        ["reason"] = segment.Reason,
    };

    private static string Words(PlanSegment segment) => segment.Storage == PlanStorage.Planes ? $"{segment.Planes:N0} planes" : Lower(segment.Storage);

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
