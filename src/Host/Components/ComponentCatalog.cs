using System.Reflection;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Components;

/// <summary>All components that the loaded plugins offer, by kind and name.</summary>
/// <remarks>Filled at start-up by one thread; afterwards read by many.</remarks>
public sealed class ComponentCatalog
{
    private readonly SortedDictionary<string, SortedDictionary<string, ComponentDescriptor>> _kinds = new(StringComparer.Ordinal);

    /// <summary>Names of all kinds that have components, sorted.</summary>
    public IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>All components of a kind, sorted by name; none for an unknown kind.</summary>
    public IReadOnlyCollection<ComponentDescriptor> OfKind(string kind) =>
        _kinds.TryGetValue(kind, out SortedDictionary<string, ComponentDescriptor>? components) ? components.Values : [];

    /// <summary>The component of a kind that has this name; null where there is none. Names are case-sensitive.</summary>
    public ComponentDescriptor? Find(string kind, string name) =>
        _kinds.TryGetValue(kind, out SortedDictionary<string, ComponentDescriptor>? components) ? components.GetValueOrDefault(name) : null;

    /// <summary>The registration interface for one plugin: collects, and adds to this catalog when told to.</summary>
    /// <param name="plugin">Name of the plugin, for messages.</param>
    internal Registration Register(string plugin) => new(this, plugin);

    /// <summary>Collects what one plugin registers, so that a plugin which fails half-way leaves nothing behind.</summary>
    internal sealed class Registration(ComponentCatalog catalog, string plugin) : IComponentCatalog
    {
        private readonly List<ComponentDescriptor> _added = [];

        public void Add<TComponent, TOptions>(string name, Func<TOptions, TComponent> create)
            where TComponent : class
            where TOptions : class, new()
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(create);
            ComponentKindAttribute kind = typeof(TComponent).GetCustomAttribute<ComponentKindAttribute>(inherit: false)
                ?? throw new ArgumentException($"{typeof(TComponent)} is no component kind: it lacks [ComponentKind].", nameof(create));
            if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                throw new ArgumentException($"The {kind.Name} name '{name}' has characters other than letters, digits, '_' and '-'.", nameof(name));
            if (_added.Any(d => d.Kind.Name == kind.Name && d.Name == name))
                throw new ArgumentException($"The {kind.Name} '{name}' is registered twice.", nameof(name));
            if (catalog.Find(kind.Name, name) is { } other)
                throw new ArgumentException($"The {kind.Name} '{name}' is already offered by the plugin {other.Plugin}.", nameof(name));
            _added.Add(new ComponentDescriptor(kind, name, typeof(TComponent), typeof(TOptions), options => create((TOptions)options), plugin));
        }

        /// <summary>Adds what was collected to the catalog.</summary>
        /// <returns>The components that were added.</returns>
        public IReadOnlyList<ComponentDescriptor> Commit()
        {
            foreach (ComponentDescriptor component in _added)
            {
                if (!catalog._kinds.TryGetValue(component.Kind.Name, out SortedDictionary<string, ComponentDescriptor>? components))
                    catalog._kinds.Add(component.Kind.Name, components = new(StringComparer.Ordinal));
                components.Add(component.Name, component);
            }

            return _added;
        }
    }
}

/// <summary>One component that a plugin offers.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name in experiment files.</param>
/// <param name="ComponentType">The interface or base class of the kind.</param>
/// <param name="OptionsType">The options record; a new one has the default values.</param>
/// <param name="Create">Makes the component from options of that type.</param>
/// <param name="Plugin">The plugin that offers it.</param>
public sealed record ComponentDescriptor(
    ComponentKindAttribute Kind, string Name, Type ComponentType, Type OptionsType, Func<object, object> Create, string Plugin);
