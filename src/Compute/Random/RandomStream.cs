using System.Runtime.CompilerServices;

namespace NeuralKernels.Compute;

/// <summary>
/// Random numbers that depend on a seed, a purpose and an index alone: not on threads, machines or what else was drawn.
/// </summary>
/// <remarks>
/// The generator is Philox4x32-10 (Salmon et al., SC 2011). Seed and purpose make the 64-bit key, the index the upper half of
/// the 128-bit counter: streams of one key never overlap, each has 2^66 words. One stream is for one thread at a time; give
/// every work item its own index.
/// </remarks>
#pragma warning disable CA1711 // A stream of random numbers is what the literature calls it; nobody takes it for System.IO.Stream.
public sealed class RandomStream
#pragma warning restore CA1711
{
    private readonly uint _k0;
    private readonly uint _k1;
    private readonly ulong _index;
    private ulong _block;
    private PhiloxBlock _words;
    private int _left;
    private double _spareGaussian;
    private bool _hasSpare;

    /// <summary>Opens a stream at its beginning.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="purpose">What the numbers are for, such as "shuffle" or "weights": different purposes are independent.</param>
    /// <param name="index">Which of many, such as an ensemble member or a row.</param>
    public RandomStream(ulong seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ulong key = Mix(seed ^ Mix(Hash(purpose)));
        _k0 = (uint)key;
        _k1 = (uint)(key >> 32);
        _index = (ulong)index;
    }

    /// <summary>A uniform 32-bit word.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            var counter = new PhiloxBlock((uint)_block, (uint)(_block >> 32), (uint)_index, (uint)(_index >> 32));
            _words = Philox.Generate(counter, _k0, _k1);
            _block++;
            _left = 4;
        }

        return _left-- switch
        {
            4 => _words.X0,
            3 => _words.X1,
            2 => _words.X2,
            _ => _words.X3,
        };
    }

    /// <summary>A uniform 64-bit word.</summary>
    public ulong NextUInt64()
    {
        ulong high = NextUInt32();
        return (high << 32) | NextUInt32();
    }

    /// <summary>Fills with uniform words, from the next whole block of the generator on.</summary>
    internal void Fill(Span<ulong> destination)
    {
        _left = 0;
        for (int i = 0; i < destination.Length; i += 2)
        {
            PhiloxBlock words = Philox.Generate(new PhiloxBlock((uint)_block, (uint)(_block >> 32), (uint)_index, (uint)(_index >> 32)), _k0, _k1);
            _block++;
            destination[i] = ((ulong)words.X0 << 32) | words.X1;
            if (i + 1 < destination.Length)
                destination[i + 1] = ((ulong)words.X2 << 32) | words.X3;
        }
    }

    /// <summary>A uniform multiple of 2^-53 in [0, 1).</summary>
    public double NextDouble()
    {
        const double Unit = 1.0 / (1L << 53);
        return (NextUInt64() >> 11) * Unit;
    }

    /// <summary>A uniform integer in [0, <paramref name="n"/>), without bias.</summary>
    /// <param name="n">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is less than 1.</exception>
    public int NextInt(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return (int)Below((uint)n);
    }

    /// <summary>A number of the standard normal distribution (Box and Muller 1958).</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spareGaussian;
        }

        // 1 - u lies in (0, 1], so that the logarithm is finite.
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * NextDouble());
        _spareGaussian = radius * sin;
        _hasSpare = true;
        return radius * cos;
    }

    /// <summary>Fills with numbers of the standard normal distribution, several times as fast as <see cref="NextGaussian"/> and in another sequence.</summary>
    /// <remarks>The numbers depend on how many are asked for at a time.</remarks>
    public void FillGaussian(Span<double> destination) => Ziggurat.Fill(destination, this);

    /// <summary>Permutes uniformly (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values) => ShuffleCore(values);

    /// <summary>Permutes uniformly (Fisher and Yates).</summary>
    public void Shuffle(Span<long> values) => ShuffleCore(values);

    private void ShuffleCore<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    // Lemire, "Fast random integer generation in an interval" (2019): the high word of a product, rejecting the surplus.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Below(uint n)
    {
        ulong product = (ulong)NextUInt32() * n;
        if ((uint)product < n)
        {
            uint surplus = (0u - n) % n;
            while ((uint)product < surplus)
                product = (ulong)NextUInt32() * n;
        }

        return (uint)(product >> 32);
    }

    // FNV-1a on the UTF-16 code units: string.GetHashCode differs from process to process.
    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
