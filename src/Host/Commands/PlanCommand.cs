using System.CommandLine;
using System.Globalization;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options.Help;
using NeuralKernels.Host.Planning;
using NeuralKernels.Networks;

namespace NeuralKernels.Host.Commands;

/// <summary><c>nk plan</c>: how a network is evaluated, and what that takes, before any work.</summary>
internal static class PlanCommand
{
    private const long MostExamples = 1_000_000_000;

    private static readonly Option<string> s_shape = new("--shape")
    {
        Description = "Shape of an example: 784 for vectors, 200x20 for sequences (length x channels), 32x32x3 for images, 8x8x8x1 for volumes.",
        Required = true,
    };
    private static readonly Option<long?> s_examples = Count("--examples", "Training examples, to predict time and memory of their Gram matrix.");
    private static readonly Option<long?> s_test = Count("--test", "Test examples, to predict the time of their kernel with the training examples.");
    private static readonly Option<Precision> s_precision = new("--precision") { Description = "float32 or float64.", DefaultValueFactory = _ => Precision.Float32 };
    private static readonly Option<bool> s_lengths = new("--lengths") { Description = "Sequences have lengths: positions beyond them do not exist." };

    public static Command Create()
    {
        Command command = new("plan", "Show how a network is evaluated on examples of a shape, why, and what time and memory it takes.")
        {
            CommonOptions.Network, s_shape, s_examples, s_test, s_precision, s_lengths, CommonOptions.Threads, CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(s_test) is not null && result.GetResult(s_examples) is null)
                result.AddError("--test: there are no --examples to compare test examples with.");
        });
        command.SetAction((parsed, _) => CommandLine.HostAsync(parsed, (services, _) =>
        {
            KernelDescriptionResult description = KernelCommand.Load(services, parsed);
            if (description.Kernel is not { } kernel)
            {
                Console.Error.WriteLine(description.Report);
                return ExitCodes.Usage;
            }

            PlanForecast forecast = Forecast(kernel, parsed);
            if (parsed.GetValue(CommonOptions.Json))
                Console.Write(JsonText.Write(PlanWriter.ToJson(forecast)));
            else
                PlanWriter.WriteText(forecast, Console.Out);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static PlanForecast Forecast(IKernel kernel, ParseResult parsed)
    {
        PlanRequest request = new(
            ShapeText.Parse(parsed.GetRequiredValue(s_shape)), parsed.GetValue(s_precision), parsed.GetValue(s_lengths),
            parsed.GetValue(s_examples), parsed.GetValue(s_test), Parallelism.Resolve(parsed.GetValue(CommonOptions.Threads)));
        if (request.HasLengths && request.Shape.Kind != ExampleKinds.Sequences)
            throw new UserErrorException($"--lengths: {ShapeText.Describe(request.Shape)} are no sequences.", "Leave --lengths out, or give a shape such as 200x20.");
        if (kernel is not NetworkKernel network)
        {
            throw new UserErrorException(
                $"The kernel '{kernel.Description}' is no network, and has no plan.",
                "Give a list of layers, or an architecture such as '{type: myrtle}'; of a combination, the kernels in it one by one.");
        }

        NetworkPlan plan = network.Plan(request.Shape, request.Precision, request.HasLengths);
        TimeSpan sample = TimeSpan.FromMilliseconds(50);
        double operations = PlanForecast.ArithmeticOf(plan, request.Precision) == Precision.Float32
            ? PeakRate.MeasureFma<float>(request.Threads, sample)
            : PeakRate.MeasureFma<double>(request.Threads, sample);
        return new PlanForecast(kernel.Description, request, plan, operations / 2);
    }

    private static Option<long?> Count(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count is > 0 and <= MostExamples)
                return count;
            result.AddError($"{name}: a whole number from 1 to {MostExamples:N0} is expected, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };
}
