namespace NeuralKernels.Abstractions;

/// <summary>The entry point of a plugin: registers the components that the plugin offers.</summary>
/// <remarks>
/// Named by <see cref="PluginEntryPointAttribute"/>; created once through its public parameterless constructor. Loading a
/// plugin runs its code with the rights of the user.
/// </remarks>
public interface IPlugin
{
    /// <summary>Registers the plugin's components. Called once, before any experiment is read.</summary>
    /// <param name="catalog">Where components are registered by name.</param>
    /// <remarks>Must be quick and must not touch files or devices: components are created later, from their options.</remarks>
    void Register(IComponentCatalog catalog);
}

/// <summary>Takes the components that plugins offer.</summary>
public interface IComponentCatalog
{
    /// <summary>Registers a component under the name that experiment files use.</summary>
    /// <typeparam name="TComponent">
    /// The kind: an interface or class that carries <see cref="ComponentKindAttribute"/>, such as <see cref="IKernel"/>.
    /// </typeparam>
    /// <typeparam name="TOptions">
    /// The options record. Its settable public properties are the options: their initial values are the defaults, the attributes of
    /// <see cref="System.ComponentModel.DataAnnotations"/> the constraints, their XML documentation the help texts. The
    /// documentation of the record itself is the component's help text.
    /// </typeparam>
    /// <param name="name">The name in experiment files: letters, digits, '_', '-', unique within the kind.</param>
    /// <param name="create">
    /// Makes the component from validated options. Throws <see cref="UserErrorException"/> where options contradict each other.
    /// </param>
    /// <exception cref="ArgumentException">A malformed name, a name that is taken, or a type that is no component kind.</exception>
    void Add<TComponent, TOptions>(string name, Func<TOptions, TComponent> create)
        where TComponent : class
        where TOptions : class, new();
}

/// <summary>Marks an interface or base class as a kind of component that plugins offer and experiment files choose.</summary>
/// <param name="name">The kind's name in the singular, as in <c>nk list kernel</c>.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class, Inherited = false)]
public sealed class ComponentKindAttribute(string name) : Attribute
{
    /// <summary>The kind's name in the singular.</summary>
    public string Name { get; } = name;

    /// <summary>The key that chooses the component in an experiment file.</summary>
    /// <value>The default is <c>type</c>.</value>
    public string Discriminator { get; init; } = "type";
}

/// <summary>States the plugin API that an assembly was built against; read from the file before anything is loaded.</summary>
/// <param name="major">Changes that break plugins.</param>
/// <param name="minor">Additions.</param>
/// <remarks>The file <c>NeuralKernels.Plugin.targets</c> writes this attribute for a plugin project.</remarks>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PluginApiAttribute(int major, int minor) : Attribute
{
    /// <summary>Changes that break plugins.</summary>
    public int Major { get; } = major;

    /// <summary>Additions.</summary>
    public int Minor { get; } = minor;
}

/// <summary>Names the plugin class of an assembly.</summary>
/// <param name="type">A public class that implements <see cref="IPlugin"/> and has a public parameterless constructor.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PluginEntryPointAttribute(Type type) : Attribute
{
    /// <summary>The plugin class.</summary>
    public Type Type { get; } = type;
}

/// <summary>The plugin API of this assembly.</summary>
public static class PluginApi
{
    /// <summary>Plugins built against another major number are refused.</summary>
    public const int Major = 1;

    /// <summary>Plugins built against a greater minor number are refused.</summary>
    public const int Minor = 0;
}
