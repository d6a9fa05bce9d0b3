namespace NeuralKernels.Mlflow;

/// <summary>Conveniences over any tracking store.</summary>
public static class TrackingStoreExtensions
{
    /// <summary>Runs an action as a run: finished if it returns, killed if it is cancelled, failed if it throws.</summary>
    /// <param name="store">The store.</param>
    /// <param name="spec">What the run is to be.</param>
    /// <param name="action">The action; its exception passes through.</param>
    /// <returns>The run's identifier.</returns>
    public static string Track(this ITrackingStore store, RunSpec spec, Action<ActiveRun> action)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(action);
        ActiveRun run = store.StartRun(spec);
        try
        {
            action(run);
        }
        catch (Exception e)
        {
            EndQuietly(run, e is OperationCanceledException ? RunStatus.Killed : RunStatus.Failed);
            throw;
        }

        run.End();
        return run.Id;
    }

    // The action's exception is the one to report: a store that cannot take the final state as well must not hide it.
    private static void EndQuietly(ActiveRun run, RunStatus status)
    {
        try
        {
            run.End(status);
        }
        catch (TrackingException)
        {
        }
    }
}
