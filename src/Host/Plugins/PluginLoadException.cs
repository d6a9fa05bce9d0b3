using NeuralKernels.Abstractions;

namespace NeuralKernels.Host.Plugins;

/// <summary>Why a plugin was refused.</summary>
public enum PluginLoadCause
{
    /// <summary>The folder or its main assembly is missing or cannot be read.</summary>
    NotFound,

    /// <summary>The main assembly is no .NET assembly.</summary>
    NotManaged,

    /// <summary>The folder or its main assembly does not declare a plugin.</summary>
    NotAPlugin,

    /// <summary>Built against a plugin API or a .NET that this host does not offer.</summary>
    IncompatibleApi,

    /// <summary>An assembly that the plugin needs is missing.</summary>
    MissingDependency,

    /// <summary>The plugin class could not be created, or failed to register its components.</summary>
    EntryPointFailed,
}

/// <summary>A plugin that was refused: why, where, and what to do about it.</summary>
public sealed class PluginLoadException : UserErrorException
{
    /// <summary>States why a plugin was refused.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="plugin">The plugin's name, where it is known.</param>
    /// <param name="path">The plugin's folder or the file at fault.</param>
    /// <param name="message">What is wrong, without the path.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="innerException">What the plugin or the runtime threw, where there is something.</param>
    public PluginLoadException(PluginLoadCause cause, string? plugin, string path, string message, string remedy, Exception? innerException = null)
        : base($"{path}: {message}", remedy, innerException)
    {
        Cause = cause;
        Plugin = plugin;
        Path = path;
        Problem = message;
    }

    /// <summary>Why.</summary>
    public PluginLoadCause Cause { get; }

    /// <summary>The plugin's name; null where it is not known.</summary>
    public string? Plugin { get; }

    /// <summary>The plugin's folder or the file at fault.</summary>
    public string Path { get; }

    /// <summary>What is wrong, without the path.</summary>
    public string Problem { get; }
}
