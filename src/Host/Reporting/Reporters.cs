using System.Diagnostics;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace NeuralKernels.Host.Reporting;

/// <summary>Chooses the reporter.</summary>
internal static class Reporters
{
    /// <summary>The reporter for a verbosity and the kind of output that the process has.</summary>
    public static IRunReporter Create(Verbosity verbosity) => verbosity switch
    {
        Verbosity.Quiet => new QuietReporter(Console.Error),
        Verbosity.Json => new JsonReporter(Console.Out),
        _ when AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected => new TerminalReporter(AnsiConsole.Console),
        _ => new PlainReporter(Console.Out, TimeProvider.System),
    };
}

/// <summary>Lines of text; of long stages one every ten seconds.</summary>
internal sealed class PlainReporter(TextWriter output, TimeProvider clock) : IRunReporter
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();

    public void Line(string stage, string text)
    {
        lock (_lock)
            output.WriteLine($"{stage,-12} {text}");
    }

    public void Warn(string text) => Line("warning", text);

    public T Stage<T>(string name, Func<IProgress<StageProgress>, StageResult<T>> work)
    {
        Progress progress = new(this, name, clock);
        StageResult<T> result = work(progress);
        Line(name, result.Summary);
        return result.Value;
    }

    public void Outcome(JsonObject outcome)
    {
    }

    private sealed class Progress(PlainReporter reporter, string name, TimeProvider clock) : IProgress<StageProgress>
    {
        private readonly long _start = clock.GetTimestamp();
        private readonly Lock _lock = new();
        private long _last = clock.GetTimestamp();

        public void Report(StageProgress value)
        {
            lock (_lock)
            {
                if (clock.GetElapsedTime(_last) < s_interval)
                    return;
                _last = clock.GetTimestamp();
            }

            TimeSpan elapsed = clock.GetElapsedTime(_start);
            string left = value.Fraction > 0 ? $"   {Text.Duration(elapsed / value.Fraction - elapsed)} left" : "";
            reporter.Line(name, $"{value.Fraction * 100:f0} %   {value.Text}{left}");
        }
    }
}

/// <summary>A line a stage that lives while it works.</summary>
internal sealed class TerminalReporter(IAnsiConsole console) : IRunReporter
{
    public void Line(string stage, string text) => console.MarkupLineInterpolated($"[grey]{stage,-12}[/] {text}");

    public void Warn(string text) => console.MarkupLineInterpolated($"[yellow]{"warning",-12}[/] {text}");

    public T Stage<T>(string name, Func<IProgress<StageProgress>, StageResult<T>> work)
    {
        StageResult<T> result = console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask($"[grey]{Markup.Escape($"{name,-12}")}[/]", maxValue: 1);
                return work(new Progress(task, name));
            });
        Line(name, result.Summary);
        return result.Value;
    }

    public void Outcome(JsonObject outcome)
    {
    }

    private sealed class Progress(ProgressTask task, string name) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            task.Value = value.Fraction;
            task.Description = $"[grey]{Markup.Escape($"{name,-12}")}[/] {Markup.Escape(value.Text)}";
        }
    }
}

/// <summary>Warnings only.</summary>
internal sealed class QuietReporter(TextWriter errors) : IRunReporter
{
    public void Line(string stage, string text)
    {
    }

    public void Warn(string text) => errors.WriteLine($"warning: {text}");

    public T Stage<T>(string name, Func<IProgress<StageProgress>, StageResult<T>> work) => work(new Progress<StageProgress>(_ => { })).Value;

    public void Outcome(JsonObject outcome)
    {
    }
}

/// <summary>One JSON object a line: stages as they end, then the outcome.</summary>
internal sealed class JsonReporter(TextWriter output) : IRunReporter
{
    private readonly Lock _lock = new();

    public void Line(string stage, string text) => Write(new JsonObject { ["event"] = "fact", ["stage"] = stage, ["text"] = text });

    public void Warn(string text) => Write(new JsonObject { ["event"] = "warning", ["text"] = text });

    public T Stage<T>(string name, Func<IProgress<StageProgress>, StageResult<T>> work)
    {
        long start = Stopwatch.GetTimestamp();
        StageResult<T> result = work(new Progress<StageProgress>(_ => { }));
        Write(new JsonObject
        {
            ["event"] = "stage",
            ["stage"] = name,
            ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 6),
            ["text"] = result.Summary,
        });
        return result.Value;
    }

    public void Outcome(JsonObject outcome) => Write(outcome);

    private void Write(JsonObject value)
    {
        lock (_lock)
            output.WriteLine(value.ToJsonString());
    }
}
