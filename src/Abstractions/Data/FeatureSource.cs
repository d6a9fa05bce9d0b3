namespace NeuralKernels.Abstractions;

/// <summary>
/// Numbers of a fixed width for each of many examples, read by row: an array, a memory-mapped file, or a view that computes
/// its rows from another source.
/// </summary>
/// <remarks>Implementers make <see cref="Read"/> safe for concurrent calls. A source may be larger than a .NET array.</remarks>
public abstract class FeatureSource
{
    /// <summary>Number of rows.</summary>
    public abstract long Count { get; }

    /// <summary>Numbers in a row.</summary>
    public abstract int Width { get; }

    /// <summary>Reads one row.</summary>
    /// <param name="index">The row, from 0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">Takes <see cref="Width"/> numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    /// <exception cref="UserErrorException">The row cannot be read, or holds NaN or infinity: names the file and the place.</exception>
    public abstract void Read(long index, Span<double> destination);

    /// <summary>A view of some rows in the given order.</summary>
    /// <param name="indices">Rows of this source; rows may repeat.</param>
    public virtual FeatureSource Select(long[] indices) => new SelectedFeatures(this, indices);

    /// <summary>A view of the same rows, each sent through a function when it is read.</summary>
    /// <param name="width">Width of the result.</param>
    /// <param name="map">Fills the second argument (of <paramref name="width"/> numbers) from the row's index and numbers.</param>
    public FeatureSource Map(int width, RowMap map) => new MappedFeatures(this, width, map);

    /// <summary>The rows of this source followed by the rows of others of the same width.</summary>
    public FeatureSource Append(params FeatureSource[] others) => new AppendedFeatures([this, .. others]);

    /// <summary>A source that keeps its numbers in an array, row after row.</summary>
    /// <param name="values">Row-major numbers; not copied.</param>
    /// <param name="width">Numbers in a row, at least 1.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the width.</exception>
    public static FeatureSource FromArray(double[] values, int width) => new ArrayFeatures(values, width);

    /// <summary>Throws unless the row exists and the destination has the right length.</summary>
    protected void CheckRead(long index, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (destination.Length != Width)
            throw new ArgumentException($"A row has {Width} numbers and the destination takes {destination.Length}.", nameof(destination));
    }

    private sealed class ArrayFeatures : FeatureSource
    {
        private readonly double[] _values;

        public ArrayFeatures(double[] values, int width)
        {
            ArgumentNullException.ThrowIfNull(values);
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
            if (values.Length % width != 0)
                throw new ArgumentException($"{values.Length} numbers do not make rows of {width}.", nameof(values));
            _values = values;
            Width = width;
        }

        public override long Count => _values.Length / Width;

        public override int Width { get; }

        public override void Read(long index, Span<double> destination)
        {
            CheckRead(index, destination);
            _values.AsSpan((int)index * Width, Width).CopyTo(destination);
        }
    }

    private sealed class SelectedFeatures : FeatureSource
    {
        private readonly FeatureSource _source;
        private readonly long[] _indices;

        public SelectedFeatures(FeatureSource source, long[] indices)
        {
            foreach (long index in indices)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, source.Count, nameof(indices));
            }

            _source = source;
            _indices = indices;
        }

        public override long Count => _indices.Length;

        public override int Width => _source.Width;

        public override void Read(long index, Span<double> destination)
        {
            CheckRead(index, destination);
            _source.Read(_indices[index], destination);
        }

        public override FeatureSource Select(long[] indices) =>
            new SelectedFeatures(_source, Array.ConvertAll(indices, i => _indices[i]));
    }

    private sealed class MappedFeatures(FeatureSource source, int width, RowMap map) : FeatureSource
    {
        public override long Count => source.Count;

        public override int Width => width;

        public override void Read(long index, Span<double> destination)
        {
            CheckRead(index, destination);
            double[] row = System.Buffers.ArrayPool<double>.Shared.Rent(source.Width);
            try
            {
                Span<double> input = row.AsSpan(0, source.Width);
                source.Read(index, input);
                map(index, input, destination);
            }
            finally
            {
                System.Buffers.ArrayPool<double>.Shared.Return(row);
            }
        }
    }

    private sealed class AppendedFeatures : FeatureSource
    {
        private readonly FeatureSource[] _sources;

        public AppendedFeatures(FeatureSource[] sources)
        {
            foreach (FeatureSource source in sources)
            {
                if (source.Width != sources[0].Width)
                    throw new ArgumentException($"Rows of {source.Width} numbers cannot follow rows of {sources[0].Width}.", nameof(sources));
                Count += source.Count;
            }

            _sources = sources;
        }

        public override long Count { get; }

        public override int Width => _sources[0].Width;

        public override void Read(long index, Span<double> destination)
        {
            CheckRead(index, destination);
            int part = 0;
            while (index >= _sources[part].Count)
                index -= _sources[part++].Count;
            _sources[part].Read(index, destination);
        }
    }
}

/// <summary>Computes a row from another.</summary>
/// <param name="index">The row's index.</param>
/// <param name="input">The row as the source has it; may be overwritten.</param>
/// <param name="output">Takes the result.</param>
public delegate void RowMap(long index, Span<double> input, Span<double> output);
