using System.Buffers.Binary;
using NeuralKernels.Abstractions;

// The format (LeCun, Cortes, Burges): two zero bytes, the type (8: unsigned byte), the number of axes, the sizes of the axes as 32-bit
// big-endian integers, the numbers with the last index fastest.

namespace NeuralKernels.Datasets;

/// <summary>An array of bytes from an idx file.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Sizes">Sizes of the axes.</param>
/// <param name="Numbers">The bytes behind the header.</param>
internal sealed record IdxFile(string Path, int[] Sizes, ReadOnlyMemory<byte> Numbers)
{
    private const byte UnsignedByte = 8;

    /// <summary>Bytes before the numbers.</summary>
    public int Offset => 4 + 4 * Sizes.Length;

    /// <summary>Reads a file with a known number of axes.</summary>
    /// <exception cref="UserErrorException">Another format, or a length that does not fit the header.</exception>
    public static IdxFile Read(string path, int axes)
    {
        byte[] content = GzipFile.Read(path);
        int header = 4 + 4 * axes;
        if (content.Length < 4 || content[0] != 0 || content[1] != 0 || content[2] != UnsignedByte || content[3] != axes)
        {
            string found = Convert.ToHexString(content.AsSpan(0, Math.Min(content.Length, 4)));
            throw new UserErrorException(
                $"{path}: the magic number at byte 0 is {found}, and an idx file of bytes with {axes} {(axes == 1 ? "axis" : "axes")} begins with 000008{axes:X2}.",
                "Check that the options name images and labels, and not the other way round.");
        }

        if (content.Length < header)
            throw new UserErrorException($"{path}: truncated: the header ends at byte {header}, and the file at {content.Length}.", "Fetch the file again.");
        int[] sizes = new int[axes];
        long expected = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            sizes[axis] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + 4 * axis));
            if (sizes[axis] < 1 || (expected *= sizes[axis]) > Array.MaxLength)
                throw new UserErrorException($"{path}: the size {sizes[axis]:N0} of axis {axis} at byte {4 + 4 * axis} cannot be.", "Fetch the file again.");
        }

        long length = content.Length - header;
        if (length != expected)
        {
            throw new UserErrorException(
                $"{path}: {(length < expected ? "truncated" : "too long")}: {string.Join(" x ", sizes)} bytes end at byte {header + expected:N0}, and the content at {content.Length:N0}.",
                "Fetch the file again.");
        }

        return new IdxFile(path, sizes, content.AsMemory(header));
    }
}
