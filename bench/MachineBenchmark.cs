using NeuralKernels.Compute;

namespace NeuralKernels.Bench;

/// <summary>What the machine is and what it can do at most.</summary>
internal static class MachineBenchmark
{
    public static void Run(Report report, string[] arguments)
    {
        MachineInfo machine = MachineInfo.Detect();
        const double GiB = 1L << 30;
        Console.WriteLine($"{machine.ProcessorModel}, {machine.Cores} cores, {string.Join(' ', machine.VectorInstructionSets)}");
        Console.WriteLine($"{machine.TotalMemoryBytes / GiB:F1} GiB memory, {machine.AvailableMemoryBytes / GiB:F1} GiB available; {machine.Software}");
        Console.WriteLine($"LAPACK: {machine.LapackLibrary ?? "managed"}; CUDA driver: {machine.HasCudaDriver}; OpenCL loader: {machine.HasOpenClLoader}");
        TimeSpan duration = TimeSpan.FromMilliseconds(200);
        foreach (int threads in new[] { 1, machine.Cores }.Distinct())
        {
            Add(threads, $"FMA float, {threads} threads", "GFLOP/s", PeakRate.MeasureFma<float>(threads, duration));
            Add(threads, $"FMA double, {threads} threads", "GFLOP/s", PeakRate.MeasureFma<double>(threads, duration));
            Add(threads, $"copy, {threads} threads", "GB/s", PeakRate.MeasureCopyBandwidth(threads, duration));
        }

        void Add(int threads, string name, string unit, double rate) => report.Add(new Line(name, unit, rate / 1e9, rate / 1e9, rate / 1e9, 1, 1, rate / 1e9 / threads, duration.TotalSeconds));
    }
}
