namespace NeuralKernels.Mlflow;

/// <summary>A failure of experiment tracking, told as what failed, where, and what to do about it.</summary>
/// <remarks>
/// The operation that threw it had no effect: a batch is written whole or not at all, an artifact replaces its
/// predecessor only when complete, and everything written before stays.
/// </remarks>
public sealed class TrackingException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="what">What failed: a sentence without its full stop.</param>
    /// <param name="where">The file, directory, run or key concerned.</param>
    /// <param name="remedy">What the reader can do: a sentence without its full stop.</param>
    /// <param name="innerException">The cause, if it was another exception.</param>
    public TrackingException(TrackingErrorKind kind, string what, string where, string remedy, Exception? innerException = null)
        : base($"{what} ({where}). {remedy}.", innerException)
    {
        Kind = kind;
        What = what;
        Where = where;
        Remedy = remedy;
    }

    /// <summary>The kind of failure.</summary>
    public TrackingErrorKind Kind { get; }

    /// <summary>What failed.</summary>
    public string What { get; }

    /// <summary>The file, directory, run or key concerned.</summary>
    public string Where { get; }

    /// <summary>What the reader can do.</summary>
    public string Remedy { get; }
}
