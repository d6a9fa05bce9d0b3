using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Options;

/// <summary>A component that an experiment file chose, with its options.</summary>
public abstract class Component
{
    private protected Component(ComponentDescriptor descriptor, object options)
    {
        Descriptor = descriptor;
        Options = options;
    }

    /// <summary>What the catalog knows of it.</summary>
    public ComponentDescriptor Descriptor { get; }

    /// <summary>The name that the file chose.</summary>
    public string Name => Descriptor.Name;

    /// <summary>The bound and validated options, of the type <see cref="ComponentDescriptor.OptionsType"/>.</summary>
    public object Options { get; }
}

/// <summary>A component of one kind that an experiment file chose, with its options.</summary>
/// <typeparam name="T">The kind: a type with <see cref="ComponentKindAttribute"/>.</typeparam>
public sealed class Component<T> : Component
    where T : class
{
    /// <summary>Joins a choice and the component that was made from it.</summary>
    /// <param name="descriptor">What the catalog knows of it.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="instance">The component, made from these options.</param>
    public Component(ComponentDescriptor descriptor, object options, T instance)
        : base(descriptor, options) => Instance = instance;

    /// <summary>The component that was made when the file was loaded, to have it check its options.</summary>
    public T Instance { get; }

    /// <summary>Makes another component from the same options.</summary>
    /// <exception cref="UserErrorException">Options contradict each other.</exception>
    public T Create() => (T)Descriptor.Create(Options);
}
