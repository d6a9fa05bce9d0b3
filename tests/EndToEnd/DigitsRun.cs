using NeuralKernels.Mlflow;

[assembly: AssemblyFixture(typeof(NeuralKernels.Tests.EndToEnd.DigitsRun))]

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>The first experiment of the examples, run once in an empty folder for all tests that look at its results.</summary>
public sealed class DigitsRun : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly Lazy<NkResult> _result;
    private readonly Lazy<RunDetails> _recorded;

    public DigitsRun()
    {
        _result = new(() => _workspace.Nk("run", ExampleFile, "--json").Succeeded());
        _recorded = new(() =>
        {
            _ = _result.Value;
            return _workspace.OnlyRun();
        });
    }

    internal static string ExampleFile => Path.Combine(Experiments.Examples, "digits.yaml");

    /// <summary>What the command printed.</summary>
    internal NkResult Result => _result.Value;

    /// <summary>What it recorded.</summary>
    internal RunDetails Recorded => _recorded.Value;

    /// <summary>Where it ran.</summary>
    internal Workspace Workspace
    {
        get
        {
            _ = _result.Value;
            return _workspace;
        }
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>Metrics that are functions of the experiment, not of the machine and its load.</summary>
    internal static IEnumerable<KeyValuePair<string, double>> Reproducible(IEnumerable<KeyValuePair<string, double>> metrics) =>
        metrics.Where(m => !m.Key.EndsWith("seconds", StringComparison.Ordinal) && !m.Key.EndsWith("_per_second", StringComparison.Ordinal)
            && !m.Key.StartsWith("memory/", StringComparison.Ordinal) && !m.Key.StartsWith("progress/", StringComparison.Ordinal)).OrderBy(m => m.Key, StringComparer.Ordinal);

    /// <summary>The latest metrics of a recorded run.</summary>
    internal static IEnumerable<KeyValuePair<string, double>> Metrics(RunDetails run) =>
        run.Summary.Metrics.Select(m => KeyValuePair.Create(m.Key, m.Value.Value));
}
