using System.Runtime.InteropServices;

namespace NeuralKernels.Compute;

/// <summary>
/// Scratch memory for packed panels, 4 KiB aligned. Buffers are kept for the next call, because fresh pages would cost more than the packing.
/// </summary>
/// <typeparam name="T">The entry type.</typeparam>
internal readonly unsafe ref struct Workspace<T>
    where T : unmanaged
{
    private readonly WorkspacePool.Buffer _buffer;

    /// <summary>Rents room for <paramref name="length"/> entries of undefined value.</summary>
    public Workspace(nint length)
    {
        _buffer = WorkspacePool.Rent(checked((nuint)length * (nuint)sizeof(T)));
        Pointer = (T*)_buffer.Address;
    }

    public T* Pointer { get; }

    public void Dispose() => WorkspacePool.Return(_buffer);
}

/// <summary>The buffers that wait for their next user. Safe for concurrent use.</summary>
internal static unsafe class WorkspacePool
{
    private const nuint Page = 4096;
    private const nuint MostBytesKept = 128u << 20;
    private static readonly Lock s_lock = new();
    private static readonly List<Buffer> s_kept = [];
    private static nuint s_bytesKept;

    public readonly record struct Buffer(nint Address, nuint Bytes);

    public static Buffer Rent(nuint bytes)
    {
        bytes = Math.Max(Page, (bytes + Page - 1) / Page * Page);
        lock (s_lock)
        {
            int best = -1;
            for (int i = 0; i < s_kept.Count; i++)
            {
                if (s_kept[i].Bytes >= bytes && (best < 0 || s_kept[i].Bytes < s_kept[best].Bytes))
                    best = i;
            }

            if (best >= 0)
            {
                Buffer kept = s_kept[best];
                s_kept.RemoveAt(best);
                s_bytesKept -= kept.Bytes;
                return kept;
            }
        }

        return new Buffer((nint)NativeMemory.AlignedAlloc(bytes, Page), bytes);
    }

    public static void Return(Buffer buffer)
    {
        lock (s_lock)
        {
            if (s_bytesKept + buffer.Bytes <= MostBytesKept)
            {
                s_kept.Add(buffer);
                s_bytesKept += buffer.Bytes;
                return;
            }
        }

        NativeMemory.AlignedFree((void*)buffer.Address);
    }
}
