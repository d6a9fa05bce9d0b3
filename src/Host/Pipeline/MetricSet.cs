using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Pipeline;

/// <summary>The metrics of a run.</summary>
internal sealed class MetricSet
{
    private readonly IReadOnlyList<IMetric> _metrics;
    private readonly TargetKinds _targets;

    private MetricSet(IReadOnlyList<IMetric> metrics, TargetKinds targets) => (_metrics, _targets) = (metrics, targets);

    /// <summary>The metric that validation chooses by: the first that needs no variance, else null.</summary>
    public IMetric? Selection => _metrics.FirstOrDefault(m => !m.Needs(_targets).HasFlag(MetricNeeds.Variance));

    /// <summary>Whether predictive variances are needed.</summary>
    public bool NeedVariance => _metrics.Any(m => m.Needs(_targets).HasFlag(MetricNeeds.Variance));

    /// <summary>The metrics that an experiment lists, or those that suit its targets.</summary>
    /// <param name="listed">The experiment's metrics.</param>
    /// <param name="targets">The kind of targets.</param>
    /// <param name="catalog">Where default metrics are found.</param>
    /// <param name="problems">Takes metrics that are not defined for the targets.</param>
    public static MetricSet Choose(IReadOnlyList<IMetric> listed, TargetKinds targets, ComponentCatalog catalog, ICollection<UserErrorException> problems)
    {
        foreach (IMetric metric in listed.Where(m => !m.Accepts.HasFlag(targets)))
        {
            problems.Add(new UserErrorException(
                $"metrics: {metric.Name} is not defined for {(targets == TargetKinds.Classes ? "class labels" : "real-valued targets")}.",
                $"Defined are {string.Join(", ", Defined(catalog, targets))}."));
        }

        IReadOnlyList<IMetric> chosen = listed.Count > 0
            ? listed
            : [.. (targets == TargetKinds.Classes ? (string[])["accuracy", "mse", "expected_calibration_error"] : ["mse", "mae", "r2"])
                .Select(name => catalog.Find("metric", name)).OfType<ComponentDescriptor>().Select(Create)];
        return new MetricSet(chosen, targets);
    }

    /// <summary>All values, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Evaluate(Predictions predictions, Targets targets) =>
        [.. _metrics.Select(m => new KeyValuePair<string, double>(m.Name, m.Evaluate(predictions, targets)))];

    private static IEnumerable<string> Defined(ComponentCatalog catalog, TargetKinds targets) =>
        catalog.OfKind("metric").Where(d => Create(d).Accepts.HasFlag(targets)).Select(d => d.Name);

    private static IMetric Create(ComponentDescriptor descriptor) =>
        (IMetric)descriptor.Create(Activator.CreateInstance(descriptor.OptionsType)!);
}
