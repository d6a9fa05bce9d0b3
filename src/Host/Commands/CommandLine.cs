using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Pipeline;

namespace NeuralKernels.Host.Commands;

/// <summary>The command line of nk.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command.</summary>
    /// <returns>The exit code of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        RootCommand root = new(
            "Kernel regression with infinitely wide neural networks.\n"
            + "Exit codes: 0 done, 1 failed, 2 wrong usage or experiment file, 130 interrupted.");
        root.Options.Add(CommonOptions.PluginDirs);
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(CatalogCommands.List());
        root.Subcommands.Add(CatalogCommands.Describe());
        root.Subcommands.Add(CatalogCommands.Schema());
        root.Subcommands.Add(CatalogCommands.Docs());
        root.Subcommands.Add(CatalogCommands.Plugins());
        root.Subcommands.Add(KernelCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            string command = parsed.CommandResult.Command == root ? "" : $" {parsed.CommandResult.Command.Name}";
            await Console.Error.WriteLineAsync($"See: nk{command} --help").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        // Signals are the generic host's business: it lets a command end in good order.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    /// <summary>Starts the generic host, runs the work of a command in it, and turns failures into messages and exit codes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">Gets the services and a token that ends with Ctrl-C or SIGTERM.</param>
    /// <param name="interrupted">What to say when interrupted.</param>
    public static async Task<int> HostAsync(ParseResult parsed, Func<IServiceProvider, CancellationToken, int> work, string? interrupted = null)
    {
        using IHost host = HostFactory.Create(parsed);
        await host.StartAsync().ConfigureAwait(false);
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            return await Task.Run(() => work(host.Services, stopping), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(interrupted ?? "Interrupted.").ConfigureAwait(false);
            return ExitCodes.Interrupted;
        }
        catch (UserErrorException failure)
        {
            await Console.Error.WriteLineAsync($"{failure.Message}\n  {failure.Remedy}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}

/// <summary>Exit codes of nk.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;
}

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string[]> PluginDirs { get; } = new("--plugin-dir")
    {
        Description = "A folder of plugins, or one plugin's folder, beside the usual places. May be repeated.",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    public static Argument<string> Network { get; } = new("NETWORK")
    {
        Description = "A file or a text in YAML or JSON: a list of layers, a kernel (a mapping with 'type'), or an experiment file, whose kernel is used.",
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON." };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Change an option of the experiment file, as in --set solver.ridge=1e-3. May be repeated.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<int> Threads { get; } = CreateThreads();

    public static Option<string> Store { get; } = new("--store") { Description = "The folder of the store that holds mlflow.db. The default is the current folder." };

    private static Option<int> CreateThreads()
    {
        Option<int> threads = new("--threads") { Description = "Worker threads; 0 for all cores.", DefaultValueFactory = _ => 0 };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value < 0)
                result.AddError("--threads: a number of at least 0 is expected.");
        });
        return threads;
    }
}
