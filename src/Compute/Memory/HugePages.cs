using System.Runtime.InteropServices;

namespace NeuralKernels.Compute;

/// <summary>
/// Asks Linux to back large allocations with pages of 2 MiB: a product walks across many rows at once and would miss the TLB on pages of 4 KiB.
/// </summary>
internal static unsafe class HugePages
{
    private const nuint Size = 2u << 20;
    private const nuint SmallPage = 4096;
    private const int MadviseHugePage = 14;

    private static readonly delegate* unmanaged[Cdecl]<void*, nuint, int, int> s_madvise = Find();

    /// <summary>Advises for the whole pages inside a fresh allocation. Only speed depends on whether the system agrees.</summary>
    public static void Advise(void* address, nuint bytes)
    {
        if (s_madvise == null || bytes < Size)
            return;
        nuint begin = ((nuint)address + SmallPage - 1) / SmallPage * SmallPage;
        nuint end = ((nuint)address + bytes) / SmallPage * SmallPage;
        _ = s_madvise((void*)begin, end - begin, MadviseHugePage);
    }

    private static delegate* unmanaged[Cdecl]<void*, nuint, int, int> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out nint symbol)
            ? (delegate* unmanaged[Cdecl]<void*, nuint, int, int>)symbol
            : null;
}
