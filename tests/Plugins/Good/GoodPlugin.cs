using NeuralKernels.Abstractions;

[assembly: PluginEntryPoint(typeof(NeuralKernels.Tests.Plugins.Good.GoodPlugin))]

namespace NeuralKernels.Tests.Plugins.Good;

/// <summary>A plugin without faults.</summary>
public sealed class GoodPlugin : IPlugin
{
    /// <inheritdoc/>
    public void Register(IComponentCatalog catalog) => catalog.Add<ISplit, EvenSplitOptions>("even", _ => new EvenSplit());
}

/// <summary>Options of <see cref="EvenSplit"/>.</summary>
public sealed record EvenSplitOptions;

/// <summary>Trains on the even examples, tests on the odd ones.</summary>
public sealed class EvenSplit : ISplit
{
    /// <inheritdoc/>
    public IReadOnlyList<SplitIndices> Split(SplitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        long[] all = [.. Enumerable.Range(0, (int)request.Targets.Count).Select(i => (long)i)];
        return [new([.. all.Where(i => i % 2 == 0)], [], [.. all.Where(i => i % 2 == 1)])];
    }
}
