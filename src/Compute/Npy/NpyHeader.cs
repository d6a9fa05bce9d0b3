using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using NeuralKernels.Abstractions;

// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
// "\x93NUMPY", version (2 bytes), length of the header (2 bytes in version 1, 4 bytes in 2 and 3), the header: a Python dictionary.

namespace NeuralKernels.Compute.Npy;

/// <summary>What stands before the numbers of an npy file.</summary>
/// <param name="Type">Number format.</param>
/// <param name="FortranOrder">True where the first index runs fastest.</param>
/// <param name="Shape">Sizes of the axes.</param>
internal sealed partial record NpyHeader(NpyType Type, bool FortranOrder, long[] Shape)
{
    private const int Alignment = 64, Longest = 1 << 20;
    private static readonly byte[] s_magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Numbers in the array.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Shape)
                count = checked(count * size);
            return count;
        }
    }

    /// <summary>Reads a header and leaves the stream at the first number.</summary>
    /// <returns>The header and its length.</returns>
    /// <exception cref="UserErrorException">No npy array, or one that this program cannot read.</exception>
    public static (NpyHeader Header, long Bytes) Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..8], name, 0);
        if (!start[..6].SequenceEqual(s_magic))
            throw new UserErrorException($"{name}: no npy array: the file does not begin with \\x93NUMPY.", "Save the array with numpy.save.");
        int version = start[6], lengthBytes = version == 1 ? 2 : 4;
        if (version is < 1 or > 3)
            throw new UserErrorException($"{name}: npy version {version}.{start[7]} at byte 6 is unknown.", "Save the array in version 1, 2 or 3 of the format.");
        Fill(stream, start.Slice(8, lengthBytes), name, 8);
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > Longest)
            throw new UserErrorException($"{name}: a header of {length:N0} bytes at byte 8.", "The file is damaged: save it again.");
        byte[] text = new byte[length];
        Fill(stream, text, name, 8 + lengthBytes);
        return (Parse(Encoding.UTF8.GetString(text), name), 8 + lengthBytes + length);
    }

    /// <summary>The bytes before the numbers, padded so that these begin at a multiple of 64.</summary>
    public byte[] ToBytes()
    {
        string shape = Shape.Length == 1 ? $"({Shape[0]},)" : $"({string.Join(", ", Shape)})";
        string text = $"{{'descr': '{Type.Code()}', 'fortran_order': {(FortranOrder ? "True" : "False")}, 'shape': {shape}, }}";
        int prefix = s_magic.Length + 4, total = (prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] bytes = new byte[total];
        s_magic.CopyTo(bytes, 0);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)(total - prefix)));
        bytes.AsSpan(prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(prefix));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static NpyHeader Parse(string text, string name)
    {
        Match descr = Descr().Match(text), order = Order().Match(text), shape = ShapeTuple().Match(text);
        if (!order.Success || !shape.Success || !text.Contains("'descr'", StringComparison.Ordinal))
            throw new UserErrorException($"{name}: the header '{text.Trim()}' lacks descr, fortran_order or shape.", "Save the array with numpy.save.");
        if (!descr.Success)
            throw new UserErrorException($"{name}: structured arrays are not supported: {text.Trim()}.", "Save each field as an array of its own.");
        string code = descr.Groups[1].Value;
        NpyType type = NpyTypes.FromCode(code) ?? throw new UserErrorException($"{name}: numbers of the type '{code}' are not supported.",
            $"Convert the array in numpy, with astype('<f4') for example. Supported: {string.Join(", ", Enum.GetValues<NpyType>().Select(known => known.Code()))}.");
        try
        {
            long[] sizes = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(size => long.Parse(size.TrimEnd('L')))];
            var header = new NpyHeader(type, order.Groups[1].Value == "True", sizes);
            _ = checked(header.Count * type.Size());
            return header;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new UserErrorException($"{name}: the shape ({shape.Groups[1].Value}) is not a shape.", "The file is damaged: save it again.", exception);
        }
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name, long offset)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new UserErrorException($"{name}: truncated: the npy header ends at byte {offset + read}.", "Fetch or save the file again.");
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)", RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9L,\s]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex ShapeTuple();
}
