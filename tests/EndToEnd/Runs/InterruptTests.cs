using System.Diagnostics;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Keeps tests that measure a time from running beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "alone";
}

/// <summary>Ctrl-C and SIGTERM during a long computation.</summary>
[Collection(Alone.Name)]
public sealed class InterruptTests
{
    private const int Examples = 8000, Features = 2000;

    // The promise is a second; the rest is for a machine that runs other tests beside this one.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Signal_DuringTheGramMatrix_EndsTheRunSoonAndRecordsItAsKilled(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs signals of POSIX, and env from coreutils");
        using Workspace workspace = new();
        // Twenty seconds of work on two cores.
        workspace.WriteNpy("data/x.npy", [.. Enumerable.Range(0, Examples * Features).Select(i => MathF.Sin(i))], Examples, Features)
            .WriteNpy("data/y.npy", [.. Enumerable.Range(0, Examples).Select(i => i % 3)], Examples)
            .Write("long.yaml", "name: long\ndataset: npy\nsplit: { type: random, test: 100 }\n"
                + "kernel: { type: network, network: [ { layer: Repeat, times: 2000, layers: [ { layer: Dense }, { layer: Erf } ] }, { layer: Dense } ] }\n");
        using Process process = Nk.Start(["run", "long.yaml"], workspace.Path);
        try
        {
            // The rate of pairs is recorded once a second while the matrix is computed.
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || Rates(workspace) > 0, TimeSpan.FromSeconds(60)), "no rate of pairs within a minute");
            Assert.False(process.HasExited, "nk ended before it was interrupted: the work is too short, or failed");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Stopwatch watch = Stopwatch.StartNew();
        Nk.Signal(process, signal);
        NkResult result = Nk.End(process, TimeSpan.FromSeconds(60));
        TimeSpan taken = watch.Elapsed;
        result.Failed(130, "recorded as killed");
        Assert.True(taken < s_limit, $"{taken.TotalSeconds:f2} s from SIG{signal} to the end");

        RunDetails run = workspace.OnlyRun();
        Assert.Equal(RunStatus.Killed, run.Summary.Info.Status);
        Assert.NotNull(run.Summary.Info.EndedAt);
        Assert.Equal("network", run.Summary.Params["kernel.type"]);
        Assert.Equal(["experiment.yaml"], run.Artifacts.Select(a => a.Path));
        // The store takes the next run.
        workspace.WithTable().Nk("run", "table.yaml", "--quiet").Succeeded();
    }

    private static int Rates(Workspace workspace)
    {
        Thread.Sleep(200);
        if (!EmbeddedStore.Exists(workspace.Path))
            return 0;
        try
        {
            using EmbeddedStore store = workspace.Store();
            return store.SearchRuns(new RunQuery()).Count(run => run.Metrics.Keys.Any(key => key.EndsWith("pairs_per_second", StringComparison.Ordinal)));
        }
        catch (TrackingException)
        {
            // Not complete yet.
            return 0;
        }
    }
}
