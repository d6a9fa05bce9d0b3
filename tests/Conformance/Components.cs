using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>Makes components as the program does: through what a plugin registers.</summary>
public static class Components
{
    /// <summary>Makes a component from its options.</summary>
    /// <typeparam name="TPlugin">The plugin.</typeparam>
    /// <typeparam name="TComponent">The component kind.</typeparam>
    /// <param name="name">The component's name in experiment files.</param>
    /// <param name="options">Its options.</param>
    /// <exception cref="ArgumentException">The plugin registers no such component with options of this type.</exception>
    public static TComponent Create<TPlugin, TComponent>(string name, object options)
        where TPlugin : IPlugin, new()
        where TComponent : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var catalog = new Catalog();
        new TPlugin().Register(catalog);
        return catalog.Factories.TryGetValue((typeof(TComponent), name, options.GetType()), out Func<object, object>? create)
            ? (TComponent)create(options)
            : throw new ArgumentException($"{typeof(TPlugin).Name} registers no {typeof(TComponent).Name} '{name}' with {options.GetType().Name}.", nameof(name));
    }

    /// <summary>Everything that a plugin registers: component kind, name and type of the options.</summary>
    public static IReadOnlyCollection<(Type Component, string Name, Type Options)> All<TPlugin>()
        where TPlugin : IPlugin, new()
    {
        var catalog = new Catalog();
        new TPlugin().Register(catalog);
        return catalog.Factories.Keys;
    }

    private sealed class Catalog : IComponentCatalog
    {
        public Dictionary<(Type Component, string Name, Type Options), Func<object, object>> Factories { get; } = [];

        public void Add<TComponent, TOptions>(string name, Func<TOptions, TComponent> create)
            where TComponent : class
            where TOptions : class, new() =>
            Factories.Add((typeof(TComponent), name, typeof(TOptions)), options => create((TOptions)options));
    }
}
