using System.Buffers.Binary;
using System.IO.Compression;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Reads whole files that may be compressed with gzip, and refuses truncated and damaged ones.</summary>
internal static class GzipFile
{
    private const int TrailerBytes = 8;

    /// <summary>The content of a file, decompressed where it begins like a gzip file.</summary>
    /// <exception cref="UserErrorException">The file is empty, truncated, damaged, unreadable, or larger than an array.</exception>
    public static byte[] Read(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {exception.Message}", "Check the file and its permissions.", exception);
        }

        if (content.Length == 0)
            throw new UserErrorException($"{path}: the file is empty.", "Fetch the file again.");
        return IsGzip(content) ? Decompress(content, path) : content;
    }

    /// <summary>True for the two bytes that begin every gzip file.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> content) => content.Length >= 2 && content[0] == 0x1f && content[1] == 0x8b;

    /// <summary>Decompresses one or more gzip members.</summary>
    /// <param name="compressed">The file's content.</param>
    /// <param name="name">Names the file in messages.</param>
    /// <exception cref="UserErrorException">Truncated or damaged.</exception>
    public static byte[] Decompress(byte[] compressed, string name)
    {
        byte[] content = Inflate(compressed, 0, name);
        // GZipStream takes the end of a truncated file for the end of its data, so the length at the end of the file (RFC 1952, ISIZE)
        // is compared here. It counts the last member alone: where it differs, the members that might be the last one are tried.
        if (StoredLength(compressed) != (uint)content.Length && !EndsWithWholeMember(compressed, name))
        {
            throw new UserErrorException(
                $"{name}: the gzip file is truncated: it ends at byte {compressed.Length:N0}, after {content.Length:N0} decompressed bytes.", "Fetch the file again.");
        }

        return content;
    }

    private static byte[] Inflate(byte[] compressed, int start, string name)
    {
        // The stored length is a hint alone; deflate expands at most 1,032-fold.
        long hint = Math.Min(StoredLength(compressed), Math.Min(1032L * compressed.Length, Array.MaxLength));
        byte[] content = GC.AllocateUninitializedArray<byte>((int)hint + 1);
        int length = 0;
        try
        {
            using var stream = new GZipStream(new MemoryStream(compressed, start, compressed.Length - start), CompressionMode.Decompress);
            for (int read; (read = stream.Read(content, length, content.Length - length)) > 0;)
            {
                length += read;
                if (length < content.Length)
                    continue;
                if (length == Array.MaxLength)
                    throw new UserErrorException($"{name}: holds more than {Array.MaxLength:N0} bytes.", "Divide the file into several.");
                Array.Resize(ref content, (int)Math.Min(2L * length, Array.MaxLength));
            }
        }
        catch (InvalidDataException exception)
        {
            throw new UserErrorException($"{name}: the gzip file is damaged after {length:N0} decompressed bytes.", "Fetch the file again.", exception);
        }

        Array.Resize(ref content, length);
        return content;
    }

    private static uint StoredLength(byte[] compressed) =>
        compressed.Length < TrailerBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(compressed.AsSpan(compressed.Length - 4));

    private static bool EndsWithWholeMember(byte[] compressed, string name)
    {
        ReadOnlySpan<byte> header = [0x1f, 0x8b, 0x08];
        for (int start = compressed.Length; (start = compressed.AsSpan(0, start).LastIndexOf(header)) > 0;)
        {
            try
            {
                if (StoredLength(compressed) == (uint)Inflate(compressed, start, name).Length)
                    return true;
            }
            catch (UserErrorException)
            {
                // These bytes only look like a header.
            }
        }

        return false;
    }
}
