using System.Buffers.Binary;

// CRC-32 of IEEE 802.3 with the reflected polynomial 0xEDB88320, eight bytes at a time: Kounavis and Berry,
// "A systematic approach to building high performance software-based CRC generators" (ISCC 2005).

namespace NeuralKernels.Compute.Npy;

/// <summary>Passes on what it reads and computes the checksum that zip archives use.</summary>
internal sealed class Crc32Stream(Stream inner) : Stream
{
    private static readonly uint[][] s_tables = MakeTables();
    private uint _state = uint.MaxValue;

    /// <summary>Checksum of everything that was read.</summary>
    public uint Crc => ~_state;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        _state = Update(_state, buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        uint[][] t = s_tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state, high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = t[7][low & 255] ^ t[6][(low >> 8) & 255] ^ t[5][(low >> 16) & 255] ^ t[4][low >> 24]
                ^ t[3][high & 255] ^ t[2][(high >> 8) & 255] ^ t[1][(high >> 16) & 255] ^ t[0][high >> 24];
        }

        foreach (byte value in bytes)
            state = t[0][(state ^ value) & 255] ^ (state >> 8);
        return state;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (int k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                uint remainder = k == 0 ? value : tables[k - 1][value];
                for (int bit = 0; bit < 8; bit++)
                    remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
                tables[k][value] = remainder;
            }
        }

        return tables;
    }
}
