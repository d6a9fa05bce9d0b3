using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Pipeline;
using NeuralKernels.Host.Plugins;
using NeuralKernels.Host.Reporting;

namespace NeuralKernels.Host.Commands;

/// <summary><c>nk run</c>.</summary>
internal static class RunCommand
{
    private static readonly Option<bool> s_quiet = new("--quiet") { Description = "Say nothing but warnings and errors." };
    private static readonly Option<bool> s_json = new("--json") { Description = "Print one JSON object a line: stages, warnings, the outcome." };

    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "The experiment file, YAML or JSON." };
        Option<string[]> dataDirs = new("--data-dir")
        {
            Description = $"A folder with data files, sought before those of the environment variable {DataFiles.Variable} and data/ beside the file. May be repeated.",
            AllowMultipleArgumentsPerToken = false,
        };
        Command command = new("run", "Run an experiment and record it.") { file, CommonOptions.Set, dataDirs, CommonOptions.Threads, s_quiet, s_json };
        command.SetAction((parsed, _) =>
        {
            RunSettings settings = new(parsed.GetRequiredValue(file), parsed.GetValue(dataDirs) ?? [], parsed.GetValue(CommonOptions.Threads));
            return CommandLine.HostAsync(
                parsed,
                (services, cancellation) =>
                {
                    ExperimentFileResult experiment = Load(services, parsed, settings.File);
                    if (!experiment.Succeeded)
                    {
                        Console.Error.WriteLine(experiment.Report());
                        return ExitCodes.Usage;
                    }

                    services.GetRequiredService<ExperimentRunner>().Run(experiment, settings, cancellation);
                    return ExitCodes.Done;
                },
                "Interrupted: the run is recorded as killed, with what it had logged.");
        });
        return command;
    }

    /// <summary>What the command line says of the amount of output.</summary>
    public static Verbosity VerbosityOf(ParseResult parsed) =>
        parsed.GetResult(s_json) is not null && parsed.GetValue(s_json) ? Verbosity.Json
        : parsed.GetResult(s_quiet) is not null && parsed.GetValue(s_quiet) ? Verbosity.Quiet
        : Verbosity.Normal;

    /// <summary>Reads an experiment file with the overrides of the command line.</summary>
    public static ExperimentFileResult Load(IServiceProvider services, ParseResult parsed, string file)
    {
        PluginReport plugins = services.GetRequiredService<PluginReport>();
        return ExperimentFile.Load(
            file, parsed.GetValue(CommonOptions.Set) ?? [], services.GetRequiredService<ComponentCatalog>(),
            [.. plugins.Refused.Select(refused => refused.Message)]);
    }
}

/// <summary><c>nk validate</c>.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Experiment files, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        Command command = new("validate", "Check experiment files without running them.") { files, CommonOptions.Set };
        command.SetAction((parsed, _) => CommandLine.HostAsync(parsed, (services, _) =>
        {
            int exitCode = ExitCodes.Done;
            foreach (string file in parsed.GetRequiredValue(files))
            {
                ExperimentFileResult result = RunCommand.Load(services, parsed, file);
                if (result.Succeeded)
                {
                    Console.WriteLine($"{file}: valid");
                }
                else
                {
                    Console.Error.WriteLine(result.Report());
                    exitCode = ExitCodes.Usage;
                }
            }

            return exitCode;
        }));
        return command;
    }
}
