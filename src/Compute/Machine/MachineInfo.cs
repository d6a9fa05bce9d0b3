using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NeuralKernels.Compute;

/// <summary>What the machine offers: cores, memory, vector instructions, native libraries.</summary>
public sealed record MachineInfo
{
    private MachineInfo()
    {
    }

    /// <summary>The processor's name, or its architecture where the system does not tell.</summary>
    public required string ProcessorModel { get; init; }

    /// <summary>Logical cores that this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Bytes of memory of the machine or the container, whichever is less.</summary>
    public required long TotalMemoryBytes { get; init; }

    /// <summary>Bytes of memory that can be allocated now.</summary>
    public required long AvailableMemoryBytes { get; init; }

    /// <summary>The vector instruction sets that this program can use, widest first.</summary>
    public required IReadOnlyList<string> VectorInstructionSets { get; init; }

    /// <summary>The LAPACK library that eigendecompositions use; null where the managed code does the work.</summary>
    public required string? LapackLibrary { get; init; }

    /// <summary>Whether the CUDA driver's library can be loaded. Whether a device is there, the driver says.</summary>
    public required bool HasCudaDriver { get; init; }

    /// <summary>Whether an OpenCL loader can be loaded. Whether a device is there, the loader says.</summary>
    public required bool HasOpenClLoader { get; init; }

    /// <summary>The operating system and the .NET version.</summary>
    public required string Software { get; init; }

    /// <summary>Looks at the machine now.</summary>
    public static MachineInfo Detect() => new()
    {
        ProcessorModel = ReadProcessorModel(),
        Cores = Environment.ProcessorCount,
        TotalMemoryBytes = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, AvailableMemory.ReadMemInfo("MemTotal:") ?? long.MaxValue),
        AvailableMemoryBytes = AvailableMemory.Bytes,
        VectorInstructionSets = ListVectorInstructionSets(),
        LapackLibrary = Lapack.Find()?.Name,
        HasCudaDriver = CanLoad("libcuda.so.1", "nvcuda.dll"),
        HasOpenClLoader = CanLoad("libOpenCL.so.1", "OpenCL.dll", "/System/Library/Frameworks/OpenCL.framework/OpenCL"),
        Software = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
    };

    private static string ReadProcessorModel()
    {
        const string Path = "/proc/cpuinfo", Key = "model name";
        string? line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static List<string> ListVectorInstructionSets()
    {
        List<string> sets = [];
        Add(Avx512F.IsSupported && Vector512.IsHardwareAccelerated, "AVX-512");
        Add(Avx2.IsSupported, "AVX2");
        Add(Fma.IsSupported, "FMA");
        Add(Sse42.IsSupported, "SSE4.2");
        Add(AdvSimd.IsSupported, "NEON");
        return sets;

        void Add(bool isSupported, string name)
        {
            if (isSupported)
                sets.Add(name);
        }
    }

    private static bool CanLoad(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                NativeLibrary.Free(handle);
                return true;
            }
        }

        return false;
    }
}
