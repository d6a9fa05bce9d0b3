using System.CommandLine;
using NeuralKernels.Compute;
using NeuralKernels.Host.Pipeline;
using NeuralKernels.Host.Reporting;

namespace NeuralKernels.Host.Commands;

/// <summary><c>nk doctor</c>.</summary>
internal static class DoctorCommand
{
    private const int Size = 1536;

    public static Command Create()
    {
        Command command = new("doctor", "Show cores, vector instructions, memory, rates, native libraries and devices.") { CommonOptions.Json };
        command.SetAction((parsed, _) => CommandLine.HostAsync(parsed, (_, _) =>
        {
            List<KeyValuePair<string, string>> facts = [.. Facts()];
            if (parsed.GetValue(CommonOptions.Json))
            {
                Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(facts.ToDictionary()));
            }
            else
            {
                foreach ((string name, string value) in facts)
                    Console.WriteLine($"{name,-22} {value}");
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts()
    {
        MachineInfo machine = MachineInfo.Detect();
        yield return new("nk", ExperimentRunner.Version);
        yield return new("software", machine.Software);
        yield return new("processor", machine.ProcessorModel);
        yield return new("cores", $"{machine.Cores}");
        yield return new("vector instructions", machine.VectorInstructionSets.Count == 0 ? "none" : string.Join(", ", machine.VectorInstructionSets));
        yield return new("memory", $"{Amounts.Bytes(machine.TotalMemoryBytes)}, {Amounts.Bytes(machine.AvailableMemoryBytes)} available");
        yield return Rate<float>("float32");
        yield return Rate<double>("float64");
        double bandwidth = PeakRate.MeasureCopyBandwidth(machine.Cores, TimeSpan.FromMilliseconds(200));
        yield return new("copy bandwidth", $"{bandwidth / 1e9:f1} GB/s");
        yield return new("LAPACK", machine.LapackLibrary ?? "none found: eigendecompositions use the managed solver (Debian: libopenblas0)");
        yield return new("CUDA driver", machine.HasCudaDriver ? "found" : "none");
        yield return new("OpenCL", machine.HasOpenClLoader ? "found" : "none");
    }

    private static KeyValuePair<string, string> Rate<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using NativeMatrix<T> a = new(Size, Size);
        using NativeMatrix<T> b = new(Size, Size);
        using NativeMatrix<T> c = new(Size, Size);
        a.View.Fill(T.One);
        b.View.Fill(T.One);
        double best = double.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            Gemm.Multiply(T.One, a.View, false, b.View, true, T.Zero, c.View);
            best = Math.Min(best, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        double rate = 2.0 * Size * Size * Size / best;
        double peak = PeakRate.MeasureFma<T>(Environment.ProcessorCount, TimeSpan.FromMilliseconds(200));
        return new($"GEMM {name}", $"{rate / 1e9:f0} GFLOP/s, {rate / peak * 100:f0} % of the {peak / 1e9:f0} GFLOP/s of fused multiply-adds alone");
    }
}
