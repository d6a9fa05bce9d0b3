namespace NeuralKernels.Abstractions;

/// <summary>
/// A failure that the person at the terminal can mend: bad data, options that do not fit, a resource that is missing. The
/// host prints the message without a stack trace.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>States a failure.</summary>
    /// <param name="message">What is wrong and where: a file, a line, an option.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public UserErrorException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
