using System.Diagnostics;
using System.Numerics;
using System.Text.Json;
using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>One measured throughput beside the ceiling that was measured between the same repetitions.</summary>
/// <param name="Name">What ran.</param>
/// <param name="Unit">The unit of the rates.</param>
/// <param name="Median">Median rate by the clock on the wall.</param>
/// <param name="Best">Best rate by the clock on the wall.</param>
/// <param name="Ceiling">Median rate of the ceiling.</param>
/// <param name="Ratio">Median ratio of rate to ceiling.</param>
/// <param name="CpuRatio">The same by processor time, spinning included: what the ratio would be if nobody else used the cores.</param>
/// <param name="PerCore">Median rate for each second of processor time: what one core does.</param>
/// <param name="Seconds">Median seconds of one run.</param>
internal sealed record Line(string Name, string Unit, double Median, double Best, double Ceiling, double Ratio, double CpuRatio, double PerCore, double Seconds);

/// <summary>Runs contestants in turns, prints medians and ratios, and keeps them for a file.</summary>
internal sealed class Report(string name)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };
    private readonly List<object> _lines = [];

    /// <summary>
    /// Measures each contestant once a round, the ceiling before each; the ratio is the median of the rounds' ratios. One round before the first warms up.
    /// </summary>
    /// <param name="rounds">Number of rounds, odd.</param>
    /// <param name="work">Units of work of one run (operations, bytes).</param>
    /// <param name="unit">What a billion of them a second is called.</param>
    /// <param name="ceiling">Measures the machine's rate now, units a second.</param>
    /// <param name="contestants">What to run: prepare (untimed) and run (timed).</param>
    public void Compare(int rounds, double work, string unit, Func<double> ceiling, params ReadOnlySpan<(string Name, Action? Prepare, Action Run)> contestants)
    {
        var seconds = new double[contestants.Length, rounds];
        var ceilings = new double[contestants.Length, rounds];
        var cpuRatios = new double[contestants.Length, rounds];
        var perCore = new double[contestants.Length, rounds];
        for (int round = -1; round < rounds; round++)
        {
            for (int c = 0; c < contestants.Length; c++)
            {
                contestants[c].Prepare?.Invoke();
                double peak = 0;
                (double peakElapsed, double peakCpu) = Time(() => peak = ceiling());
                (double elapsed, double cpu) = Time(contestants[c].Run);
                if (round < 0)
                    continue;
                (seconds[c, round], ceilings[c, round]) = (elapsed, peak);
                perCore[c, round] = work / cpu / 1e9;
                cpuRatios[c, round] = work / cpu / (peak * peakElapsed / peakCpu);
            }
        }

        for (int c = 0; c < contestants.Length; c++)
        {
            double[] times = Row(seconds, c), peaks = Row(ceilings, c);
            double[] ratios = [.. times.Select((t, i) => work / t / peaks[i])];
            Add(new Line(
                contestants[c].Name,
                unit,
                work / Median(times) / 1e9,
                work / times.Min() / 1e9,
                Median(peaks) / 1e9,
                Median(ratios),
                Median(Row(cpuRatios, c)),
                Median(Row(perCore, c)),
                Median(times)));
        }
    }

    private static (double Elapsed, double Cpu) Time(Action run)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        run();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    /// <summary>Prints and keeps a line.</summary>
    public void Add(Line line)
    {
        _lines.Add(line);
        Console.WriteLine(
            $"{line.Name,-44} {line.Median,8:F1} {line.Unit} (best {line.Best,6:F1})  ceiling {line.Ceiling,7:F1}  " +
            $"ratio {line.Ratio,6:F3}  by CPU time {line.CpuRatio,6:F3}  per core {line.PerCore,6:F1}  {line.Seconds,9:F4} s");
    }

    /// <summary>Keeps a line that is no rate.</summary>
    public void Keep(object line) => _lines.Add(line);

    /// <summary>Writes bench/results/NAME-DATE.json below the current folder's repository.</summary>
    public void Save()
    {
        MachineInfo machine = MachineInfo.Detect();
        string date = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd");
        string folder = Path.Combine(FindRoot(), "bench", "results");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{name}-{date}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new { Date = date, Machine = machine, Lines = _lines }, s_json) + "\n");
        Console.WriteLine($"saved to {path}");
    }

    /// <summary>The sizes on the command line, or the defaults.</summary>
    public static int[] Sizes(string[] arguments, params int[] defaults) => arguments.Length > 0 ? [.. arguments.Select(int.Parse)] : defaults;

    /// <summary>A matrix of uniform numbers in [-1, 1).</summary>
    public static NativeMatrix<T> Random<T>(nint rows, nint columns, ulong seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var matrix = new NativeMatrix<T>(rows, columns);
        Parallelism.For(rows, 0, (_, i) =>
        {
            var stream = new RandomStream(seed, "bench", i);
            foreach (ref T value in matrix.Row(i))
                value = T.CreateChecked(2 * stream.NextDouble() - 1);
        });
        return matrix;
    }

    public static Func<double> FmaPeak<T>(int threads)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        () => PeakRate.MeasureFma<T>(threads, TimeSpan.FromMilliseconds(60));

    private static double[] Row(double[,] table, int row) => [.. Enumerable.Range(0, table.GetLength(1)).Select(i => table[row, i])];

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>The repository.</summary>
    public static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Framework.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the program holds Framework.sln: run the benchmarks from a checkout.");
    }
}
