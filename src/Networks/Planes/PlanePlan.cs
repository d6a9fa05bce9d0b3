using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>Describes plane programs.</summary>
internal static class PlanePlan
{
    /// <summary>The plan of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="shape">Shape of the examples.</param>
    /// <param name="precision">Number type of the entries.</param>
    /// <param name="lanes">Pairs at a time.</param>
    /// <param name="preferredTile">Examples on a side of a tile.</param>
    public static NetworkPlan Of(PlaneProgram program, ExampleShape shape, Precision precision, int lanes, int preferredTile)
    {
        int size = precision == Precision.Float32 ? sizeof(float) : sizeof(double);
        List<PlanSegment> segments = [];
        foreach (PlaneSegment segment in program.Segments)
        {
            long entryBytes = 2L * lanes * size;
            long bytes = (long)segment.Input.Count * entryBytes * Math.Min(segment.Planes, PlaneWorkspace<float>.Batch)
                + (segment.Pooling is { } pooling ? pooling.Shelves * pooling.ShelfEntries * entryBytes : 0);
            segments.Add(new PlanSegment(
                PlanText.Join(segment.Titles), Sizes(segment.Input, shape), segment.Planes == 1 ? PlanStorage.Diagonal : PlanStorage.Planes,
                segment.Planes, segment.Entries, segment.Depth * segment.Entries, bytes, Reason(program, segment)));
        }

        if (program.Tail.Count > 0)
        {
            segments.Add(new PlanSegment(
                PlanText.Join([.. program.Tail.Select(step => step.Title)]), [], PlanStorage.Number, 0, 1, program.Tail.Count, 2L * lanes * size,
                $"{program.EndTitle} leaves one number a pair"));
        }

        return new NetworkPlan(
            segments, $"plane by plane, {lanes} pairs at a time", program.EntryLayers, Cost(program),
            (long)(program.Factors + program.SparePlaces) * size + 16, WorkspaceBytes(program, precision, lanes), preferredTile);
    }

    /// <summary>Fused multiply-adds for one pair of examples.</summary>
    public static double Cost(PlaneProgram program) => program.Segments.Sum(s => s.Entries * s.Cost) + program.Tail.Sum(step => step.Cost);

    private static long WorkspaceBytes(PlaneProgram program, Precision precision, int lanes)
    {
        if (precision == Precision.Float32)
        {
            using PlaneWorkspace<float> single = new(program, program.Segments, lanes, tangents: true, countsOnly: true);
            return single.Bytes;
        }

        using PlaneWorkspace<double> work = new(program, program.Segments, lanes, tangents: true, countsOnly: true);
        return work.Bytes;
    }

    private static int[] Sizes(PlaneGrid grid, ExampleShape shape) => shape.Positions.Count == 1 ? [grid.Columns] : [grid.Rows, grid.Columns];

    private static string Reason(PlaneProgram program, PlaneSegment segment)
    {
        const string Apart = "convolutions and layers on single positions keep displacements apart";
        long all = (2L * segment.Input.Rows - 1) * (2L * segment.Input.Columns - 1);
        if (segment.Planes == all)
            return $"{Apart}, and {program.EndTitle} needs all {all:N0}";
        return segment.Planes == 1
            ? $"{Apart}, and {program.EndTitle} reads equal positions only"
            : $"{Apart}; of {all:N0} the other {all - segment.Planes:N0} reach {program.EndTitle} by no pooling or stride";
    }
}
