using System.Runtime.InteropServices;

namespace NeuralKernels.Compute;

/// <summary>
/// Zeroed native memory for many buffers that live equally long: buffers that are used together lie together, on large pages where the system has them.
/// </summary>
/// <remarks>For one thread at a time. Buffers are valid until the arena is disposed.</remarks>
public sealed unsafe class NativeArena : IDisposable
{
    private const int Alignment = 64;
    private const nuint ChunkAlignment = 2u << 20;
    private readonly List<nint> _chunks = [];
    private readonly bool _countsOnly;
    private byte* _next;
    private nuint _left;

    /// <summary>Makes an arena without memory.</summary>
    /// <param name="countsOnly">Whether to count the bytes and take no memory: no buffer may be read or written then.</param>
    public NativeArena(bool countsOnly = false) => _countsOnly = countsOnly;

    /// <summary>Frees the memory of an arena that was not disposed.</summary>
    ~NativeArena() => Free();

    /// <summary>Bytes that the arena holds, or would hold.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a zeroed buffer, aligned to 64 bytes.</summary>
    /// <typeparam name="T">Type of its numbers.</typeparam>
    /// <param name="count">How many, at least 0.</param>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        nuint bytes = ((nuint)checked(count * sizeof(T)) + Alignment - 1) / Alignment * Alignment;
        if (bytes > _left)
            Grow(bytes);
        T* buffer = (T*)_next;
        _next += bytes;
        _left -= bytes;
        return buffer;
    }

    /// <summary>Frees all buffers.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Grow(nuint bytes)
    {
        nuint chunk = (bytes + ChunkAlignment - 1) / ChunkAlignment * ChunkAlignment;
        Bytes += (long)chunk;
        _left = chunk;
        if (_countsOnly)
            return;
        _next = (byte*)NativeMemory.AlignedAlloc(chunk, ChunkAlignment);
        _chunks.Add((nint)_next);
        HugePages.Advise(_next, chunk);
        NativeMemory.Clear(_next, chunk);
    }

    private void Free()
    {
        foreach (nint chunk in _chunks)
            NativeMemory.AlignedFree((void*)chunk);
        _chunks.Clear();
        _next = null;
        _left = 0;
    }
}
