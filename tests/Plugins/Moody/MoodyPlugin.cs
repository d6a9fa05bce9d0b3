using NeuralKernels.Abstractions;

[assembly: PluginEntryPoint(typeof(NeuralKernels.Tests.Plugins.Moody.MoodyPlugin))]

namespace NeuralKernels.Tests.Plugins.Moody;

/// <summary>A plugin that fails as a file <c>mood.txt</c> beside it says.</summary>
public sealed class MoodyPlugin : IPlugin
{
    private readonly string _mood = File.ReadAllText(Path.Combine(Path.GetDirectoryName(typeof(MoodyPlugin).Assembly.Location)!, "mood.txt"));

    /// <summary>Fails in the mood <c>constructor</c>.</summary>
    public MoodyPlugin()
    {
        if (_mood == "constructor")
            throw new InvalidOperationException("no mood to exist");
    }

    /// <summary>Registers one component, then fails in the mood <c>register</c>, and takes another's name in the mood <c>taken</c>.</summary>
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<ISplit, MoodySplitOptions>("moody", _ => throw new NotSupportedException());
        if (_mood == "register")
            throw new InvalidOperationException("no mood to register");
        if (_mood == "taken")
            catalog.Add<ISplit, MoodySplitOptions>("even", _ => throw new NotSupportedException());
    }
}

/// <summary>No options.</summary>
public sealed record MoodySplitOptions;
