using System.CommandLine;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Plugins;

Option<string[]> pluginDir = new("--plugin-dir") { Description = "A folder of plugins, or one plugin's folder, beside the usual places." };
Option<bool> json = new("--json") { Description = "Print JSON." };
Command plugins = new("plugins", "Show which plugins were loaded from where, and which were refused and why.") { pluginDir, json };
plugins.SetAction(arguments =>
{
    PluginReport report = PluginLoader.Load(PluginRoots.All(arguments.GetValue(pluginDir) ?? []), new ComponentCatalog());
    if (arguments.GetValue(json))
    {
        using Stream output = Console.OpenStandardOutput();
        PluginReportWriter.WriteJson(report, output);
    }
    else
    {
        PluginReportWriter.WriteText(report, Console.Out);
    }

    return report.Refused.Count == 0 ? 0 : 1;
});

return new RootCommand("Kernel regression with infinitely wide neural networks.") { plugins }.Parse(args).Invoke();
