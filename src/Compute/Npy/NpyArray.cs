using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute.Npy;

/// <summary>An array of numbers from an npy file, memory-mapped or in native memory, read as 64-bit floating point.</summary>
/// <remarks>Concurrent reads are safe. Not to be read after it was disposed or while it is being disposed.</remarks>
public sealed unsafe class NpyArray : IDisposable
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private void* _allocation;
    private byte* _data;

    private NpyArray(string name, NpyHeader header, byte* data, void* allocation, MemoryMappedFile? file, MemoryMappedViewAccessor? view)
    {
        Name = name;
        Type = header.Type;
        FortranOrder = header.FortranOrder;
        Count = header.Count;
        _shape = header.Shape;
        _strides = new long[_shape.Length];
        long stride = 1;
        for (int i = 0; i < _shape.Length; i++)
        {
            int axis = FortranOrder ? i : _shape.Length - 1 - i;
            _strides[axis] = stride;
            stride *= _shape[axis];
        }

        RowLength = 1;
        foreach (long size in _shape.AsSpan(Math.Min(1, _shape.Length)))
            RowLength *= size;
        _data = data;
        _allocation = allocation;
        _file = file;
        _view = view;
    }

    /// <summary>Frees what was not disposed.</summary>
    ~NpyArray() => FreeMemory();

    /// <summary>File, and key where it is an archive, for messages.</summary>
    public string Name { get; }

    /// <summary>Number format.</summary>
    public NpyType Type { get; }

    /// <summary>True where the first index runs fastest in the file. Rows are read in C order either way.</summary>
    public bool FortranOrder { get; }

    /// <summary>Sizes of the axes.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>Numbers in the array.</summary>
    public long Count { get; }

    /// <summary>Size of the first axis; 1 for a number without axes.</summary>
    public long Rows => _shape.Length == 0 ? 1 : _shape[0];

    /// <summary>Numbers in a row: the product of all axes but the first.</summary>
    public long RowLength { get; }

    /// <summary>Maps a file into memory: nothing is read before it is used.</summary>
    /// <param name="path">An npy file of version 1, 2 or 3.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, truncated, or has numbers of another kind: names the file and the place.</exception>
    public static NpyArray Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            (NpyHeader header, long offset) = NpyHeader.Read(stream, path);
            CheckLength(path, header, offset, stream.Length);
            if (header.Count == 0)
                return new NpyArray(path, header, null, null, null, null);
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* data = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
            return new NpyArray(path, header, data + view.PointerOffset + offset, null, file, view);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {exception.Message}", "Check the file and its permissions.", exception);
        }
    }

    /// <summary>Reads an array from a stream into native memory.</summary>
    /// <param name="stream">At the beginning of an npy file; read to the end of the array.</param>
    /// <param name="length">Bytes of the npy file.</param>
    /// <param name="name">Names the file in messages.</param>
    internal static NpyArray Read(Stream stream, long length, string name)
    {
        (NpyHeader header, long offset) = NpyHeader.Read(stream, name);
        long bytes = header.Count * header.Type.Size();
        CheckLength(name, header, offset, length);
        AvailableMemory.Require(bytes, $"the array {name}");
        void* memory = NativeMemory.Alloc((nuint)Math.Max(bytes, 1));
        var array = new NpyArray(name, header, (byte*)memory, memory, null, null);
        for (long done = 0; done < bytes;)
        {
            int read = stream.Read(new Span<byte>(array._data + done, (int)Math.Min(bytes - done, 1 << 26)));
            if (read == 0)
            {
                array.Dispose();
                throw new UserErrorException($"{name}: truncated: {done:N0} of {bytes:N0} bytes of numbers.", "Fetch or save the file again.");
            }

            done += read;
        }

        return array;
    }

    /// <summary>Reads one row: the numbers whose first index is <paramref name="row"/>, in C order of the other indices.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> - 1.</param>
    /// <param name="destination">Takes <see cref="RowLength"/> numbers. 64-bit integers beyond 2^53 are rounded.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    /// <exception cref="ArgumentException">A destination of another length.</exception>
    /// <exception cref="ObjectDisposedException">The array was disposed.</exception>
    public void ReadRow(long row, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (destination.Length != RowLength)
            throw new ArgumentException($"A row has {RowLength} numbers and the destination takes {destination.Length}.", nameof(destination));
        if (destination.IsEmpty)
            return;
        ObjectDisposedException.ThrowIf(_data == null, this);
        switch (Type)
        {
            case NpyType.Bool or NpyType.UInt8:
                Convert<byte>(row, destination);
                break;
            case NpyType.Int8:
                Convert<sbyte>(row, destination);
                break;
            case NpyType.Int16:
                Convert<short>(row, destination);
                break;
            case NpyType.Int32:
                Convert<int>(row, destination);
                break;
            case NpyType.Int64:
                Convert<long>(row, destination);
                break;
            case NpyType.UInt16:
                Convert<ushort>(row, destination);
                break;
            case NpyType.UInt32:
                Convert<uint>(row, destination);
                break;
            case NpyType.UInt64:
                Convert<ulong>(row, destination);
                break;
            case NpyType.Float32:
                Convert<float>(row, destination);
                break;
            default:
                Convert<double>(row, destination);
                break;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Closes the file or frees the memory. A second call does nothing.</summary>
    public void Dispose()
    {
        FreeMemory();
        _view?.Dispose();
        _file?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void CheckLength(string name, NpyHeader header, long offset, long length)
    {
        long expected = offset + header.Count * header.Type.Size();
        if (length == expected)
            return;
        string shape = string.Join(" x ", header.Shape);
        throw new UserErrorException(
            $"{name}: {(length < expected ? "truncated" : "too long")}: {shape} numbers of {header.Type.Size()} bytes end at byte {expected:N0}, and the file at {length:N0}.",
            "Fetch or save the file again.");
    }

    private void Convert<T>(long row, Span<double> destination)
        where T : unmanaged, INumber<T>
    {
        T* source = (T*)_data + (_shape.Length == 0 ? 0 : row * _strides[0]);
        if (!FortranOrder || _shape.Length < 2)
        {
            for (int k = 0; k < destination.Length; k++)
                destination[k] = double.CreateTruncating(source[k]);
            return;
        }

        Span<long> position = stackalloc long[_shape.Length];
        position.Clear();
        long offset = 0;
        for (int k = 0; k < destination.Length; k++)
        {
            destination[k] = double.CreateTruncating(source[offset]);
            for (int axis = _shape.Length - 1; axis > 0; axis--)
            {
                offset += _strides[axis];
                if (++position[axis] < _shape[axis])
                    break;
                offset -= _strides[axis] * _shape[axis];
                position[axis] = 0;
            }
        }
    }

    private void FreeMemory()
    {
        if (_view is not null && _data != null)
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _data = null;
        NativeMemory.Free(_allocation);
        _allocation = null;
    }
}
