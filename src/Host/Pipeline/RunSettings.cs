namespace NeuralKernels.Host.Pipeline;

/// <summary>What the command line says beside the experiment file.</summary>
/// <param name="File">The experiment file.</param>
/// <param name="DataFolders">Folders from <c>--data-dir</c>, sought first.</param>
/// <param name="Threads">Worker threads; 0 for all cores.</param>
internal sealed record RunSettings(string File, IReadOnlyList<string> DataFolders, int Threads);
