using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Experiments;

/// <summary>Reads experiment files.</summary>
public static class ExperimentFile
{
    /// <summary>Whose options those of the whole file are, for messages and help.</summary>
    internal static readonly OptionOwner Owner = new("an experiment", "nk describe experiment");

    /// <summary>Options that say nothing of the computation: they are no parameters of a run.</summary>
    private static readonly string[] s_notParameters = ["name", "description", "tracking"];

    /// <summary>Reads, changes and checks an experiment file, and makes its components.</summary>
    /// <param name="path">The file: YAML or JSON, UTF-8.</param>
    /// <param name="overrides">Changes <c>path=value</c>, applied in this order, such as <c>solver.ridge=1e-3</c>.</param>
    /// <param name="catalog">The components that the file can choose.</param>
    /// <param name="refusedPlugins">Plugins that could not be loaded, and why: named where a component is not found.</param>
    /// <returns>The experiment, or all problems at once.</returns>
    public static ExperimentFileResult Load(string path, IEnumerable<string> overrides, ComponentCatalog catalog, IReadOnlyList<string>? refusedPlugins = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ProblemCollector problems = new(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.AddForFile("no such file.", $"{Suggestions.DidYouMean(Path.GetFileName(path), Neighbours(path))}Paths are relative to {Environment.CurrentDirectory}.");
            return new ExperimentFileResult(problems.Sorted());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.AddForFile($"cannot be read: {e.Message}", "Name a file that you may read.");
            return new ExperimentFileResult(problems.Sorted());
        }

        bool isJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
        return Bind(DocumentReader.Read(bytes, isJson, problems), overrides, catalog, problems, refusedPlugins);
    }

    /// <summary>Like <see cref="Load"/> for a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="name">What the text is called in messages.</param>
    /// <param name="overrides">Changes <c>path=value</c>, applied in this order.</param>
    /// <param name="catalog">The components that the text can choose.</param>
    /// <param name="refusedPlugins">Plugins that could not be loaded, and why.</param>
    /// <returns>The experiment, or all problems at once.</returns>
    public static ExperimentFileResult Parse(string text, string name, IEnumerable<string> overrides, ComponentCatalog catalog, IReadOnlyList<string>? refusedPlugins = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ProblemCollector problems = new(name);
        return Bind(DocumentReader.Read(text, problems), overrides, catalog, problems, refusedPlugins);
    }

    private static ExperimentFileResult Bind(
        DocumentNode? root, IEnumerable<string> overrides, ComponentCatalog catalog, ProblemCollector problems, IReadOnlyList<string>? refusedPlugins)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(catalog);
        switch (root)
        {
            case null:
                return new ExperimentFileResult(problems.Sorted());
            case ScalarNode { IsNull: true } when problems.IsEmpty:
                problems.AddForFile("the file is empty.", "An experiment needs at least name, dataset and kernel. See: nk describe experiment");
                return new ExperimentFileResult(problems.Sorted());
            case not MappingNode:
                problems.Add(root.Position, "", $"{root.Noun} stands where a mapping is expected.", "Write 'name: ...', 'dataset: ...', 'kernel: ...' on lines of their own. See: nk describe experiment");
                return new ExperimentFileResult(problems.Sorted());
        }

        MappingNode mapping = (MappingNode)root;
        mapping.Entries.RemoveAll(e => e.Key == ExperimentSchema.SchemaKey);
        DocumentOverrides.Apply(mapping, overrides, problems);
        OptionBinder binder = new(catalog, problems, refusedPlugins ?? []);
        Bound? bound = binder.BindRecord(OptionTable.For(typeof(ExperimentOptions)), Owner, mapping, "");
        if (bound is null || !problems.IsEmpty)
            return new ExperimentFileResult(problems.Sorted());

        return new ExperimentFileResult((ExperimentOptions)bound.Value!, () => DocumentWriter.Write(mapping), () => Parameters((BoundMapping)bound.Tree!));
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Parameters(BoundMapping experiment) =>
        RunParameters.Of(new BoundMapping([.. experiment.Entries.Where(e => !s_notParameters.Contains(e.Key))]));

    private static string[] Neighbours(string path)
    {
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>An experiment, or why there is none.</summary>
public sealed class ExperimentFileResult
{
    private readonly ExperimentOptions? _experiment;
    private readonly Lazy<string> _yaml = new("");
    private readonly Lazy<IReadOnlyList<KeyValuePair<string, string>>> _parameters = new([]);

    internal ExperimentFileResult(IReadOnlyList<OptionProblem> problems) => Problems = problems;

    internal ExperimentFileResult(ExperimentOptions experiment, Func<string> yaml, Func<IReadOnlyList<KeyValuePair<string, string>>> parameters)
    {
        _experiment = experiment;
        _yaml = new(yaml);
        _parameters = new(parameters);
        Problems = [];
    }

    /// <summary>True where there is an experiment.</summary>
    public bool Succeeded => _experiment is not null;

    /// <summary>The experiment.</summary>
    /// <exception cref="UserErrorException">There are problems: the message holds all of them.</exception>
    public ExperimentOptions Experiment => _experiment ?? throw new UserErrorException(
        string.Join('\n', Problems), $"{(Problems.Count == 1 ? "1 problem" : $"{Problems.Count} problems")}; nothing was run.");

    /// <summary>All that is wrong, in the order of the file and then of the overrides; empty where there is an experiment.</summary>
    public IReadOnlyList<OptionProblem> Problems { get; }

    /// <summary>The experiment as it is run: the file with its overrides, aliases written out, in one form. Empty where there are problems.</summary>
    public string Yaml => _yaml.Value;

    /// <summary>
    /// All options that bear on the results, defaults filled in, with paths such as <c>kernel.network.0.W_std</c>: parameters of a
    /// run. Keys are unique and hold only letters, digits and <c>/_.- :</c>. Empty where there are problems.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters.Value;

    /// <summary>All problems and how many there are, for the terminal; empty where there are none.</summary>
    public string Report() => Problems.Count == 0
        ? ""
        : $"{string.Join('\n', Problems)}\n{(Problems.Count == 1 ? "1 problem" : $"{Problems.Count} problems")}; nothing was run.";
}
