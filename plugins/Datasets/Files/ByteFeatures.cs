using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Where the pixels of an image lie in its record.</summary>
/// <param name="Skip">Bytes before the pixels: labels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Planar">True where all pixels of a channel come before the next channel.</param>
internal readonly record struct PixelLayout(int Skip, int Height, int Width, int Channels, bool Planar)
{
    /// <summary>Pixels times channels.</summary>
    public int Size => Height * Width * Channels;

    /// <summary>Bytes of a record.</summary>
    public int Record => Skip + Size;
}

/// <summary>Images of one byte a number, kept as bytes and scaled when they are read. A quarter to an eighth of the memory.</summary>
internal sealed class ByteFeatures : FeatureSource
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly PixelLayout _layout;
    private readonly double[] _scaled;

    /// <summary>Wraps bytes.</summary>
    /// <param name="bytes">Record after record; not copied.</param>
    /// <param name="count">Number of records.</param>
    /// <param name="largest">The byte that becomes 1.</param>
    /// <param name="layout">Layout of a record.</param>
    public ByteFeatures(ReadOnlyMemory<byte> bytes, int count, double largest, PixelLayout layout)
    {
        _bytes = bytes;
        _layout = layout;
        _scaled = new double[256];
        for (int value = 0; value < _scaled.Length; value++)
            _scaled[value] = value / largest;
        Count = count;
    }

    public override long Count { get; }

    public override int Width => _layout.Size;

    public override void Read(long index, Span<double> destination)
    {
        CheckRead(index, destination);
        ReadOnlySpan<byte> record = _bytes.Span.Slice(checked((int)(index * _layout.Record)) + _layout.Skip, _layout.Size);
        double[] scaled = _scaled;
        if (!_layout.Planar || _layout.Channels == 1)
        {
            for (int k = 0; k < record.Length; k++)
                destination[k] = scaled[record[k]];
            return;
        }

        int channels = _layout.Channels, plane = _layout.Height * _layout.Width;
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<byte> pixels = record.Slice(channel * plane, plane);
            for (int p = 0; p < pixels.Length; p++)
                destination[p * channels + channel] = scaled[pixels[p]];
        }
    }
}
