using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Pipeline;
using NeuralKernels.Host.Plugins;
using NeuralKernels.Host.Reporting;
using NeuralKernels.Host.Tracking;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Commands;

/// <summary>Builds the generic host of a command.</summary>
internal static class HostFactory
{
    /// <summary>Name under which the layers of the framework itself are listed.</summary>
    private const string BuiltIn = "built in";

    public static IHost Create(ParseResult parsed)
    {
        // The empty builder: no configuration files are watched and no logging providers started, as a command needs none.
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "nk" });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.AddSingleton<IHostLifetime, Microsoft.Extensions.Hosting.Internal.ConsoleLifetime>();
        builder.Services.AddSingleton(_ => Load(parsed.GetValue(CommonOptions.PluginDirs) ?? []));
        builder.Services.AddSingleton(services => services.GetRequiredService<LoadedComponents>().Catalog);
        builder.Services.AddSingleton(services => services.GetRequiredService<LoadedComponents>().Report);
        builder.Services.AddSingleton<Trackers>();
        builder.Services.AddSingleton(_ => Reporters.Create(RunCommand.VerbosityOf(parsed)));
        builder.Services.AddSingleton<ExperimentRunner>();
        return builder.Build();
    }

    private static LoadedComponents Load(string[] pluginDirs)
    {
        ComponentCatalog catalog = new();
        ComponentCatalog.Registration builtIn = catalog.Register(BuiltIn);
        BuiltInLayers.Register(builtIn);
        builtIn.Commit();
        return new LoadedComponents(catalog, PluginLoader.Load(PluginRoots.All(pluginDirs), catalog));
    }
}

/// <summary>The components of the framework and of all plugins, and what became of each plugin.</summary>
internal sealed record LoadedComponents(ComponentCatalog Catalog, PluginReport Report);
