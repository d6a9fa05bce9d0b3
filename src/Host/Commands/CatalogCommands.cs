using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Help;
using NeuralKernels.Host.Plugins;

namespace NeuralKernels.Host.Commands;

/// <summary>Commands that show what is there: <c>nk list</c>, <c>describe</c>, <c>schema</c>, <c>docs</c> and <c>plugins</c>.</summary>
internal static class CatalogCommands
{
    public static Command List()
    {
        Argument<string?> kind = new("KIND") { Description = "A kind of component, such as kernel or layer.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("list", "List the components that experiment files can choose.") { kind, CommonOptions.Json };
        command.SetAction((parsed, _) => Print(parsed, catalog => parsed.GetValue(CommonOptions.Json)
            ? ComponentLister.ListJson(catalog, parsed.GetValue(kind))
            : ComponentLister.List(catalog, parsed.GetValue(kind))));
        return command;
    }

    public static Command Describe()
    {
        Argument<string[]> names = new("NAME")
        {
            Description = "A component, if need be after its kind, as in: describe layer Dense. Also 'experiment'.",
            Arity = new ArgumentArity(1, 2),
        };
        Option<string[]> set = new("--set")
        {
            Description = "An option of a named architecture, whose layers are shown for it, as in: describe myrtle --set layers=10. May be repeated.",
            AllowMultipleArgumentsPerToken = false,
        };
        Command command = new("describe", "Show what a component does, its options, and the layers that a named architecture stands for.") { names, set, CommonOptions.Json };
        command.SetAction((parsed, _) => Print(parsed, catalog =>
        {
            string[] given = parsed.GetRequiredValue(names);
            (string? kind, string name) = given.Length == 2 ? (given[0], given[1]) : (null, given[0]);
            string[] options = parsed.GetValue(set) ?? [];
            return parsed.GetValue(CommonOptions.Json)
                ? ComponentDescriber.DescribeJson(catalog, kind, name, options)
                : ComponentDescriber.Describe(catalog, kind, name, options);
        }));
        return command;
    }

    public static Command Schema()
    {
        Command command = new("schema", "Print the JSON schema of experiment files, for editors.");
        command.SetAction((parsed, _) => Print(parsed, ExperimentSchema.Create));
        return command;
    }

    public static Command Docs()
    {
        Command command = new("docs", "Print the reference of experiment files in Markdown.");
        command.SetAction((parsed, _) => Print(parsed, ExperimentDocs.Render));
        return command;
    }

    public static Command Plugins()
    {
        Command command = new("plugins", "Show which plugins were loaded from where, and which were refused and why.") { CommonOptions.Json };
        command.SetAction((parsed, _) => CommandLine.HostAsync(parsed, (services, _) =>
        {
            PluginReport report = services.GetRequiredService<PluginReport>();
            if (parsed.GetValue(CommonOptions.Json))
            {
                using Stream output = Console.OpenStandardOutput();
                PluginReportWriter.WriteJson(report, output);
            }
            else
            {
                PluginReportWriter.WriteText(report, Console.Out);
            }

            return report.Refused.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    private static Task<int> Print(ParseResult parsed, Func<ComponentCatalog, string> render) => CommandLine.HostAsync(parsed, (services, _) =>
    {
        Console.Out.Write(render(services.GetRequiredService<ComponentCatalog>()));
        return ExitCodes.Done;
    });
}
