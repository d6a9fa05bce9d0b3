namespace NeuralKernels.Mlflow;

/// <summary>The runs of this process that have not ended.</summary>
/// <remarks>
/// <para>
/// MLflow has no heartbeat: a run whose process dies without a word stays RUNNING for ever. From the first run on, this
/// class therefore ends what is left when the process ends: as killed at an ordinary exit and on SIGTERM (both raise
/// <see cref="AppDomain.ProcessExit"/>), as failed after an unhandled exception.
/// </para>
/// <para>
/// An interrupt (Ctrl+C) ends a .NET process without that event unless somebody handles it, and whether it should end the
/// process is for the program to decide: a program that handles it calls <see cref="EndAll(RunStatus)"/>. Nothing can be
/// done after SIGKILL.
/// </para>
/// </remarks>
public static class ActiveRuns
{
    private static readonly Lock s_lock = new();
    private static readonly List<ActiveRun> s_runs = [];
    private static bool s_isHooked;

    /// <summary>Ends every run that has not ended, the innermost first. A run that cannot be ended is passed over.</summary>
    /// <param name="status">The state to leave.</param>
    /// <returns>The failures, empty when every run was ended.</returns>
    public static IReadOnlyList<TrackingException> EndAll(RunStatus status) => EndWhere(_ => true, status);

    internal static IReadOnlyList<TrackingException> EndAll(ITrackingStore store, RunStatus status) =>
        EndWhere(run => run.Store == store, status);

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
            if (s_isHooked)
                return;
            s_isHooked = true;
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

    private static List<TrackingException> EndWhere(Func<ActiveRun, bool> condition, RunStatus status)
    {
        ActiveRun[] runs;
        lock (s_lock)
            runs = [.. s_runs.Where(condition)];
        List<TrackingException> failures = [];
        foreach (ActiveRun run in runs.Reverse())
        {
            try
            {
                run.End(status);
            }
            catch (TrackingException e)
            {
                failures.Add(e);
            }
        }

        return failures;
    }
}
