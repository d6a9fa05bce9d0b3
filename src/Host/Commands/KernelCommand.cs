using System.CommandLine;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Compute.Npy;
using NeuralKernels.Gram;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Pipeline;
using NeuralKernels.Host.Plugins;
using NeuralKernels.Host.Reporting;

namespace NeuralKernels.Host.Commands;

/// <summary><c>nk kernel</c>: kernels of arrays, for scripts.</summary>
internal static class KernelCommand
{
    private static readonly Option<string> s_x1 = new("--x1")
    {
        Description = "Examples as .npy: N x C vectors, N x L x C sequences, N x H x W x C images or N x D x H x W x C volumes.",
        Required = true,
    };
    private static readonly Option<string?> s_x2 = new("--x2") { Description = "Other examples; left out, the kernel of x1 with itself." };
    private static readonly Option<string[]> s_lengths1 = Lengths("--lengths1", "x1");
    private static readonly Option<string[]> s_lengths2 = Lengths("--lengths2", "x2");
    private static readonly Option<string?> s_get = new("--get") { Description = "nngp, ntk, or nngp,ntk. The default is all that the kernel has." };
    private static readonly Option<Precision> s_precision = new("--precision") { Description = "float64 or float32.", DefaultValueFactory = _ => Precision.Float64 };
    private static readonly Option<string> s_device = new("--device") { Description = "Where to compute.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<string> s_out = new("--out") { Description = "The .npz file to write: arrays 'nngp' and 'ntk', rows x1, columns x2.", Required = true };

    public static Command Create()
    {
        s_device.AcceptOnlyFromAmong("cpu");
        Command command = new("kernel", "Compute kernels of arrays.") { CommonOptions.Network, s_x1, s_x2, s_lengths1, s_lengths2, s_get, s_precision, s_device, s_out, CommonOptions.Threads };
        command.SetAction((parsed, _) => CommandLine.HostAsync(
            parsed, (services, cancellation) => Run(services, parsed, cancellation), "Interrupted: nothing was written."));
        return command;
    }

    /// <summary>Reads the kernel that <see cref="CommonOptions.Network"/> describes.</summary>
    public static KernelDescriptionResult Load(IServiceProvider services, ParseResult parsed) => KernelDescription.Load(
        parsed.GetRequiredValue(CommonOptions.Network), services.GetRequiredService<ComponentCatalog>(),
        [.. services.GetRequiredService<PluginReport>().Refused.Select(refused => refused.Message)]);

    private static int Run(IServiceProvider services, ParseResult parsed, CancellationToken cancellation)
    {
        KernelDescriptionResult description = Load(services, parsed);
        if (description.Kernel is not { } kernel)
        {
            Console.Error.WriteLine(description.Report);
            return ExitCodes.Usage;
        }

        KernelOutputs outputs = Outputs(parsed.GetValue(s_get), kernel);
        using NpyArray x1 = NpyArray.Open(parsed.GetRequiredValue(s_x1));
        using NpyArray? x2 = parsed.GetValue(s_x2) is { } path ? NpyArray.Open(path) : null;
        (Examples rows, Examples? columns) = ArrayExamples.Read(x1, parsed.GetValue(s_lengths1), x2, parsed.GetValue(s_lengths2));
        kernel.Check(rows.Shape);
        string folder = Path.GetDirectoryName(Path.GetFullPath(parsed.GetRequiredValue(s_out)))!;
        if (!Directory.Exists(folder))
            throw new UserErrorException($"--out: there is no folder {folder}.", "Make it, or name a file in a folder that exists.");
        GramOptions options = new() { Threads = parsed.GetValue(CommonOptions.Threads) };
        string output = parsed.GetRequiredValue(s_out);
        return parsed.GetValue(s_precision) == Precision.Float32
            ? Compute<float>(services, kernel, outputs, rows, columns, options, output, cancellation)
            : Compute<double>(services, kernel, outputs, rows, columns, options, output, cancellation);
    }

    private static int Compute<T>(
        IServiceProvider services, IKernel kernel, KernelOutputs outputs, Examples rows, Examples? columns, GramOptions options, string output, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IRunReporter reporter = services.GetRequiredService<IRunReporter>();
        using KernelMatrices<T> matrices = reporter.Stage("kernel", progress =>
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            using IPreparedExamples preparedRows = kernel.Prepare<T>(rows, outputs, cancellation);
            using IPreparedExamples? preparedColumns = columns is null ? null : kernel.Prepare<T>(columns, outputs, cancellation);
            GramOptions reporting = options with { Progress = new GramStage(progress) };
            KernelMatrices<T> result = preparedColumns is null
                ? GramEngine.Gram<T>(kernel, preparedRows, outputs, reporting, cancellation)
                : GramEngine.Cross<T>(kernel, preparedRows, preparedColumns, outputs, reporting, cancellation);
            return new StageResult<KernelMatrices<T>>(
                result, $"{kernel.Description}   {rows.Count:N0} x {(columns ?? rows).Count:N0}   {Amounts.Duration(System.Diagnostics.Stopwatch.GetElapsedTime(start))}");
        });
        try
        {
            using NpzWriter writer = new(output);
            if (matrices.Nngp is not null)
                writer.Add("nngp", matrices.Nngp.Entries);
            if (matrices.Ntk is not null)
                writer.Add("ntk", matrices.Ntk.Entries);
            writer.Complete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{output} cannot be written: {failure.Message}", "Name a file in a folder that exists, may be written and has room.", failure);
        }

        reporter.Line("written", output);
        return ExitCodes.Done;
    }

    private static KernelOutputs Outputs(string? get, IKernel kernel)
    {
        if (get is null)
            return kernel.Provides;
        KernelOutputs outputs = KernelOutputs.None;
        foreach (string name in get.Split(',', StringSplitOptions.TrimEntries))
        {
            outputs |= name switch
            {
                "nngp" => KernelOutputs.Nngp,
                "ntk" => KernelOutputs.Ntk,
                _ => throw new UserErrorException($"--get: '{name}' is no kernel.", "Write --get nngp, --get ntk or --get nngp,ntk."),
            };
        }

        return kernel.Provides.HasFlag(outputs)
            ? outputs
            : throw new UserErrorException($"--get: the kernel has {kernel.Provides.ToString().ToLowerInvariant()} only.", "Leave --get out.");
    }

    private static Option<string[]> Lengths(string name, string array) => new(name)
    {
        Description = $"Lengths of the sequences of {array}, whose further positions do not exist: numbers with commas, or a .npy file of whole numbers. "
            + "May be repeated: more numbers. Left out, all positions exist.",
        AllowMultipleArgumentsPerToken = false,
    };

    private sealed class GramStage(IProgress<StageProgress> progress) : IProgress<GramProgress>
    {
        public void Report(GramProgress value) =>
            progress.Report(new StageProgress((double)value.PairsDone / value.PairsTotal, $"{value.PairsDone:N0} pairs"));
    }
}
