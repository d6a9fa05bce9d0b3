using System.Diagnostics;
using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Bench;

/// <summary>
/// NNGP and NTK of convolutional networks: time a pair, and the fused multiply-adds that the machine could have issued for 16 (float) or 8
/// (double) pairs of positions in one layer, the unit in which the arithmetic is counted.
/// </summary>
internal static class PlanesBenchmark
{
    private const int Rounds = 7;
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;

    public static void Run(Report report, string[] arguments)
    {
        ExampleShape image = new(ExampleKinds.Images, [32, 32], 3);
        ExampleShape sequence = new(ExampleKinds.Sequences, [200], 20);
        Layer[] end = [new Dense()];
        var cases = new (string Name, ExampleShape Shape, Layer[] Layers, int Rows, int Columns)[]
        {
            ("myrtle-5", image, [.. Convolutions(2), Pool(2), .. Convolutions(1), Pool(2), .. Convolutions(1), Pool(8), new Flatten(), .. end], 4, 32),
            ("myrtle-10", image, [.. Convolutions(3), Pool(2), .. Convolutions(3), Pool(2), .. Convolutions(3), Pool(8), new Flatten(), .. end], 4, 32),
            ("cnn-21-gap", image, [.. Convolutions(21), new GlobalAvgPool(), .. end], 2, 32),
            ("cnn-21-flatten", image, [.. Convolutions(21), new Flatten(), .. end], 64, 128),
            ("conv1d-3-gap", sequence, [.. Enumerable.Range(0, 3).SelectMany(_ => Convolution(5)), new GlobalAvgPool(), .. end], 64, 32),
        };
        foreach ((string name, ExampleShape shape, Layer[] layers, int rows, int columns) in cases)
        {
            if (arguments.Length > 0 && !arguments.Contains(name))
                continue;
            Measure<float>(report, $"{name} float32", shape, layers, rows, columns);
            Measure<double>(report, $"{name} float64", shape, layers, rows, columns);
        }
    }

    private static IEnumerable<Layer> Convolutions(int count) => Enumerable.Range(0, count).SelectMany(_ => Convolution(3, 3));

    private static Layer[] Convolution(params int[] filter) => [new Conv { Filter = filter, Padding = Padding.Same, WStd = Math.Sqrt(2) }, new Relu()];

    private static AvgPool Pool(int window) => new() { Window = [window, window], Strides = [window, window] };

    private static unsafe void Measure<T>(Report report, string name, ExampleShape shape, Layer[] layers, int rowCount, int columnCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int threads = Environment.ProcessorCount;
        PlaneNetwork planes = PlaneNetwork.TryCreate(new Network(layers), shape, out string reason) ?? throw new InvalidOperationException(reason);
        using PreparedPlanes<T> rows = planes.Prepare<T>(Examples(shape, rowCount, 1), Both, default);
        using PreparedPlanes<T> columns = planes.Prepare<T>(Examples(shape, columnCount, 2), Both, default);
        using NativeMatrix<T> nngp = new(rowCount, columnCount), ntk = new(rowCount, columnCount);
        double pairs = (double)rowCount * columnCount;
        double seconds = 0;
        double peak = 0;
        Func<double> measurePeak = Report.FmaPeak<T>(threads);
        double entryLayers = pairs * planes.EntryLayersPerPair;
        List<double> slots = [], times = [];
        int halves = threads == 1 ? 1 : 2;

        void Evaluate() => Parallelism.For(halves, threads, (_, half) =>
        {
            int width = columnCount / halves;
            planes.Evaluate(rows, 0, columns, half * width, nngp.View.Block(0, half * width, rowCount, width), ntk.View.Block(0, half * width, rowCount, width));
        });

        // Until the runtime has compiled what it compiles in the background.
        long warm = Stopwatch.GetTimestamp();
        do
        {
            Evaluate();
        }
        while (Stopwatch.GetElapsedTime(warm).TotalSeconds < 1);

        // The median over rounds of multiply-adds that could have been issued, by the peak that was measured just before.
        report.Compare(Rounds, entryLayers, "G entry-layers/s", () => peak = measurePeak(), (name, null, () =>
        {
            long start = Stopwatch.GetTimestamp();
            Evaluate();
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            times.Add(seconds);
            slots.Add(peak / 2 * seconds / entryLayers);
        }
        ));
        slots.Sort();
        times.Sort();
        Console.WriteLine($"    {1e3 * times[times.Count / 2] / pairs:g4} ms a pair on {threads} threads, {slots[slots.Count / 2]:f1} multiply-add slots a vector of entry-layers");
    }

    private static Examples Examples(ExampleShape shape, int count, ulong seed)
    {
        using NativeMatrix<double> random = Report.Random<double>(count, shape.Size, seed);
        double[] values = new double[(long)count * shape.Size];
        for (int i = 0; i < count; i++)
            random.Row(i).CopyTo(values.AsSpan(i * shape.Size));
        FeatureSource features = FeatureSource.FromArray(values, shape.Size);
        return shape.Kind == ExampleKinds.Sequences
            ? new SequenceExamples(features, shape.Positions[0], shape.Channels)
            : new ImageExamples(features, shape.Positions, shape.Channels);
    }
}
