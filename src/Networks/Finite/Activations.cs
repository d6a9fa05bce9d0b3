namespace NeuralKernels.Networks;

/// <summary>What one example is at some place of a network of finite width: numbers for each position and channel; vectors have one position.</summary>
public sealed class Activations
{
    /// <summary>Zeros.</summary>
    /// <param name="positions">Number of positions, at least 1.</param>
    /// <param name="channels">Number of channels, at least 1.</param>
    /// <param name="exists">True for positions that exist; null where all do.</param>
    /// <exception cref="ArgumentException">As many flags as there are positions are needed.</exception>
    public Activations(int positions, int channels, bool[]? exists = null)
        : this(new double[checked(positions * channels)], positions, channels, exists)
    {
    }

    /// <summary>Wraps numbers.</summary>
    /// <param name="values">Positions x channels, row-major; not copied.</param>
    /// <param name="positions">Number of positions, at least 1.</param>
    /// <param name="channels">Number of channels, at least 1.</param>
    /// <param name="exists">True for positions that exist; null where all do.</param>
    /// <exception cref="ArgumentException">Numbers or flags that do not fit the positions and channels.</exception>
    public Activations(double[] values, int positions, int channels, bool[]? exists = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (values.Length != (long)positions * channels)
            throw new ArgumentException($"{values.Length} numbers do not make {positions} positions x {channels} channels.", nameof(values));
        if (exists is not null && exists.Length != positions)
            throw new ArgumentException($"{exists.Length} flags for {positions} positions.", nameof(exists));
        Values = values;
        Positions = positions;
        Channels = channels;
        Exists = exists;
    }

    /// <summary>Positions x channels, row-major.</summary>
    public double[] Values { get; }

    /// <summary>Number of positions.</summary>
    public int Positions { get; }

    /// <summary>Number of channels.</summary>
    public int Channels { get; }

    /// <summary>True for positions that exist; null where all do.</summary>
    public bool[]? Exists { get; }

    /// <summary>The channels of one position.</summary>
    public Span<double> At(int position) => Values.AsSpan(position * Channels, Channels);

    /// <summary>Whether a position exists.</summary>
    public bool Has(int position) => Exists is not { } exists || exists[position];

    /// <summary>Sets positions that do not exist to 0.</summary>
    internal Activations ClearMissing()
    {
        for (int p = 0; Exists is not null && p < Positions; p++)
        {
            if (!Exists[p])
                At(p).Clear();
        }

        return this;
    }
}
