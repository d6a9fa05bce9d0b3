using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options;

/// <summary>Something wrong in an experiment file or an override.</summary>
/// <param name="Location">The place: <c>file:line:column</c>, or <c>--set path=value</c>.</param>
/// <param name="Path">The option, such as <c>kernel.network[0].W_std</c>; empty where the whole file is meant.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What is allowed and what to do about it.</param>
public sealed record OptionProblem(string Location, string Path, string Message, string Remedy)
{
    /// <summary>Two lines for the terminal: what is wrong, and the remedy, indented.</summary>
    public override string ToString() => $"{Location}: {(Path.Length == 0 ? "" : Path + ": ")}{Message}\n  {Remedy}";
}

/// <summary>Collects problems, so that all of them are reported at once.</summary>
/// <param name="file">The file as the user named it.</param>
internal sealed class ProblemCollector(string file)
{
    private readonly List<(SourcePosition Position, OptionProblem Problem)> _problems = [];

    public bool IsEmpty => _problems.Count == 0;

    public void Add(SourcePosition position, string path, string message, string remedy) =>
        _problems.Add((position, new OptionProblem(position.Render(file), path, message, remedy)));

    /// <summary>Adds a problem of the file as a whole.</summary>
    public void AddForFile(string message, string remedy) => _problems.Add((default, new OptionProblem(file, "", message, remedy)));

    /// <summary>In the order of the file, then of the overrides.</summary>
    public IReadOnlyList<OptionProblem> Sorted() => [.. _problems.OrderBy(p => p.Position).Select(p => p.Problem)];
}
