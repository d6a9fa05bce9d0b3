using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Pipeline;

/// <summary>Finds data files: in the folders of <c>--data-dir</c>, of NK_DATA, and in <c>data/</c> beside the experiment file.</summary>
internal sealed class DataFiles : IDataFiles
{
    /// <summary>A list of data folders, separated as in PATH.</summary>
    public const string Variable = "NK_DATA";

    private readonly IReadOnlyList<string> _folders;

    public DataFiles(RunSettings settings)
    {
        string[] fromEnvironment = (Environment.GetEnvironmentVariable(Variable) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(settings.File))!, "data");
        _folders = [.. settings.DataFolders.Concat(fromEnvironment).Append(beside).Select(Path.GetFullPath)];
    }

    public string Find(string path) => TryFind(path) ?? throw new UserErrorException(
        Path.IsPathRooted(path)
            ? $"The data file '{path}' does not exist."
            : $"The data file '{path}' was found in none of the data folders {string.Join(", ", _folders)}.",
        $"Put it into one of them, or name its folder with --data-dir or the environment variable {Variable}.");

    public string? TryFind(string path)
    {
        IEnumerable<string> candidates = Path.IsPathRooted(path) ? [path] : _folders.Select(folder => Path.Combine(folder, path));
        return candidates.FirstOrDefault(candidate => File.Exists(candidate) || Directory.Exists(candidate));
    }
}
