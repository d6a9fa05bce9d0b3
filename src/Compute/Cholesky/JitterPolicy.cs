namespace NeuralKernels.Compute;

/// <summary>
/// What to do when a factorisation meets a non-positive pivot: nothing, or start again with a multiple of the identity added.
/// </summary>
/// <remarks>The first attempt is without jitter; the i-th repetition adds RelativeStart Factor^(i-1) trace(A) / n to the diagonal.</remarks>
public sealed record JitterPolicy
{
    private readonly double _relativeStart = Math.BitIncrement(1.0) - 1;
    private readonly double _factor = 10;
    private readonly int _maxAttempts = 8;

    /// <summary>Never add anything: a non-positive pivot is an error.</summary>
    public static JitterPolicy None { get; } = new() { MaxAttempts = 0 };

    /// <summary>The first jitter as a fraction of the mean diagonal entry.</summary>
    /// <value>Greater than 0 and less than 1. The default is 2.2e-16, the machine epsilon of double.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double RelativeStart
    {
        get => _relativeStart;
        init => _relativeStart = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The first jitter is a fraction of the mean diagonal: greater than 0 and less than 1.");
    }

    /// <summary>By how much the jitter grows from one repetition to the next.</summary>
    /// <value>Greater than 1. The default is 10.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double Factor
    {
        get => _factor;
        init => _factor = value > 1 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The jitter must grow: a finite factor greater than 1.");
    }

    /// <summary>How many repetitions with jitter before giving up.</summary>
    /// <value>At least 0. The default is 8.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int MaxAttempts
    {
        get => _maxAttempts;
        init => _maxAttempts = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of repetitions is at least 0.");
    }
}

/// <summary>How a matrix is factored.</summary>
public sealed record CholeskyOptions
{
    private readonly int _threads;

    /// <summary>What to do about a non-positive pivot.</summary>
    /// <value>The default is <see cref="JitterPolicy.None"/>.</value>
    public JitterPolicy Jitter { get; init; } = JitterPolicy.None;

    /// <summary>Number of threads.</summary>
    /// <value>At least 0, where 0 means all cores. The default is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Threads
    {
        get => _threads;
        init => _threads = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of threads is at least 0.");
    }
}
