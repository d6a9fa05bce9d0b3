using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Experiments;

/// <summary>Writes the layers that a named architecture stands for.</summary>
internal static class Architecture
{
    /// <summary>Whether a component is a named architecture.</summary>
    public static bool Is(ComponentDescriptor component) => component.OptionsType.IsSubclassOf(typeof(ArchitectureOptions));

    /// <summary>The kernel with all layers written out.</summary>
    /// <param name="catalog">The components.</param>
    /// <param name="component">A named architecture.</param>
    /// <param name="overrides">Options <c>name=value</c>; others have their defaults.</param>
    /// <exception cref="UserErrorException">The options are wrong: holds all problems.</exception>
    public static MappingNode Expand(ComponentCatalog catalog, ComponentDescriptor component, IReadOnlyList<string> overrides)
    {
        ProblemCollector problems = new(component.Name);
        MappingNode given = new(default);
        DocumentOverrides.Apply(given, overrides, problems);
        OptionOwner owner = new($"{component.Kind.Name} {component.Name}", $"nk describe {component.Kind.Name} {component.Name}");
        Bound? bound = new OptionBinder(catalog, problems, []).BindRecord(OptionTable.For(component.OptionsType), owner, given, "");
        if (bound is null || !problems.IsEmpty)
            throw new UserErrorException(string.Join('\n', problems.Sorted()), $"See: {owner.Describe}");
        return Expand(catalog, (ArchitectureOptions)bound.Value!);
    }

    /// <summary>The kernel with all layers written out.</summary>
    public static MappingNode Expand(ComponentCatalog catalog, ArchitectureOptions options)
    {
        OptionWriter writer = new(catalog);
        SequenceNode layers = new(default);
        foreach (Layer layer in options.ToNetwork().Layers)
            layers.Items.Add(writer.Component("layer", layer));
        return new MappingNode(default)
        {
            Entries =
            {
                new DocumentEntry("type", default, new ScalarNode(default, KernelDescription.NetworkKernel)),
                new DocumentEntry("get", default, new ScalarNode(default, ScalarText.Of(options.Get))),
                new DocumentEntry("network", default, layers),
            },
        };
    }
}
