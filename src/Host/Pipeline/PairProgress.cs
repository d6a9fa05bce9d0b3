using System.Diagnostics;
using NeuralKernels.Abstractions;
using NeuralKernels.Gram;
using NeuralKernels.Host.Reporting;

namespace NeuralKernels.Host.Pipeline;

/// <summary>Shows the rate of pairs, and records it once a second from the first second on.</summary>
internal sealed class PairProgress(IProgress<StageProgress> progress, IRun run, string metric) : IProgress<GramProgress>
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private long _recordedSeconds;

    public void Report(GramProgress value)
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        double rate = value.PairsDone / Math.Max(seconds, 1e-9);
        progress.Report(new StageProgress((double)value.PairsDone / value.PairsTotal, $"{value.PairsDone:N0} pairs   {Amounts.Rate(rate, "pairs")}"));
        lock (_lock)
        {
            if ((long)seconds <= _recordedSeconds)
                return;
            _recordedSeconds = (long)seconds;
        }

        run.LogMetric(metric, rate, _recordedSeconds);
    }
}
