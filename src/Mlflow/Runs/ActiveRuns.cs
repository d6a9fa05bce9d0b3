using System.Runtime.InteropServices;

namespace NeuralKernels.Mlflow;

/// <summary>The runs of this process that have not ended.</summary>
/// <remarks>
/// <para>
/// MLflow has no heartbeat: a run whose process dies without a word stays RUNNING for ever. From the first run on, this
/// class therefore ends what is left when the process ends: as killed at an ordinary exit, as failed after an unhandled
/// exception.
/// </para>
/// <para>
/// SIGTERM, SIGINT (Ctrl+C) and SIGHUP end a .NET process without an event, unless the program handles them. At such a
/// signal the runs are marked as killed in the store but stay usable: a program that goes on, to save what it has, logs to
/// them as before and its own <see cref="ActiveRun.End"/> has the last word. Nothing can be done at SIGKILL.
/// </para>
/// </remarks>
public static class ActiveRuns
{
    private static readonly Lock s_lock = new();
    private static readonly List<ActiveRun> s_runs = [];
    private static PosixSignalRegistration[]? s_signals;

    /// <summary>Ends every run that has not ended, the innermost first. A run that cannot be ended is passed over.</summary>
    /// <param name="status">The state to leave.</param>
    /// <returns>The failures, empty when every run was ended.</returns>
    public static IReadOnlyList<TrackingException> EndAll(RunStatus status) =>
        ForEach(_ => true, run => run.End(status));

    internal static IReadOnlyList<TrackingException> EndAll(ITrackingStore store, RunStatus status) =>
        ForEach(run => run.Store == store, run => run.End(status));

    internal static void Abandon(ITrackingStore store)
    {
        lock (s_lock)
            s_runs.RemoveAll(run => run.Store == store);
    }

    internal static void Add(ActiveRun run)
    {
        lock (s_lock)
        {
            s_runs.Add(run);
            if (s_signals is not null)
                return;
            s_signals =
            [
                .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }
                    .Select(signal => PosixSignalRegistration.Create(signal, _ => ForEach(_ => true, run => run.MarkKilled()))),
            ];
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll(RunStatus.Killed);
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (e.IsTerminating)
                EndAll(RunStatus.Failed);
        };
    }

    internal static void Remove(ActiveRun run)
    {
        lock (s_lock)
            s_runs.Remove(run);
    }

    private static List<TrackingException> ForEach(Func<ActiveRun, bool> condition, Action<ActiveRun> action)
    {
        ActiveRun[] runs;
        lock (s_lock)
            runs = [.. s_runs.Where(condition)];
        List<TrackingException> failures = [];
        foreach (ActiveRun run in runs.Reverse())
        {
            try
            {
                action(run);
            }
            catch (TrackingException e)
            {
                failures.Add(e);
            }
            catch (ObjectDisposedException)
            {
                // Its store was disposed meanwhile, and has ended it or reported why not.
            }
        }

        return failures;
    }
}
