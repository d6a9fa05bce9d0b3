using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class ActiveRunTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;

    public ActiveRunTests() => _store = EmbeddedStore.Open(_folder.Path);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Dispose_WithoutEnd_LeavesFinishedWithAnEndTime()
    {
        ActiveRun run = Start();
        run.Dispose();
        RunInfo stored = _store.GetRun(run.Id).Summary.Info;
        Assert.Equal(RunStatus.Finished, stored.Status);
        Assert.True(stored.EndedAt >= stored.StartedAt);
    }

    [Fact]
    public void End_Twice_KeepsTheFirstState()
    {
        using ActiveRun run = Start();
        run.End(RunStatus.Failed);
        run.End(RunStatus.Finished);
        Assert.Equal(RunStatus.Failed, StatusOf(run.Id));
        Assert.True(run.HasEnded);
    }

    [Theory]
    [InlineData(RunStatus.Running)]
    [InlineData(RunStatus.Scheduled)]
    public void End_AsNotEnded_Refuses(RunStatus status)
    {
        using ActiveRun run = Start();
        Assert.Equal(TrackingErrorKind.InvalidValue, Assert.Throws<TrackingException>(() => run.End(status)).Kind);
        Assert.False(run.HasEnded);
    }

    [Fact]
    public void Log_AfterEnd_Refuses()
    {
        ActiveRun run = Start();
        run.End();
        Assert.Equal(TrackingErrorKind.NotActive, Assert.Throws<TrackingException>(() => run.LogMetric("m", 1)).Kind);
        Assert.Throws<TrackingException>(() => run.LogArtifactText("a", "x"));
        Assert.Throws<TrackingException>(() => run.LogDatasetInput(new DatasetInput("n", "d", "local", "{}")));
    }

    [Fact]
    public void Track_LeavesTheStateThatTheActionDeserves()
    {
        RunSpec spec = new() { ExperimentName = "e" };
        Assert.Equal(RunStatus.Finished, StatusOf(_store.Track(spec, run => run.LogMetric("m", 1))));
        Assert.Throws<InvalidOperationException>(() => _store.Track(spec with { RunName = "bad" }, _ => throw new InvalidOperationException()));
        Assert.Throws<OperationCanceledException>(() => _store.Track(spec with { RunName = "cut" }, _ => throw new OperationCanceledException()));
        Assert.Equal(RunStatus.Failed, StatusOf("bad"));
        Assert.Equal(RunStatus.Killed, StatusOf("cut"));
    }

    [Fact]
    public void ProcessThatExitsWithoutEnding_LeavesKilled()
    {
        using SecondProcess process = SecondProcess.Start("leave", _folder.Path, "exit");
        Assert.Equal(RunStatus.Running, StatusOf("exit"));
        process.Continue();
        Assert.Equal(RunStatus.Killed, StatusOf("exit"));
    }

    [Fact]
    public void ProcessThatDiesOfAnException_LeavesFailed()
    {
        using SecondProcess process = SecondProcess.Start("leave", _folder.Path, "throw");
        process.Continue();
        Assert.Equal(RunStatus.Failed, StatusOf("throw"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public void ProcessThatIsEndedByASignal_LeavesKilled(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals: not on Windows");
        Assert.SkipWhen(IsIgnored(signal), $"needs SIG{signal}, which this process was started to ignore: start the tests in the foreground");
        using SecondProcess process = SecondProcess.Start("leave", _folder.Path, signal);
        process.Signal(signal);
        process.WaitForExit();
        Assert.Equal(RunStatus.Killed, StatusOf(signal));
    }

    [Fact]
    public void ProcessThatGoesOnAfterASignal_HasTheLastWord()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals: not on Windows");
        using SecondProcess process = SecondProcess.Start("survive", _folder.Path, "survivor");
        process.Signal("TERM");
        process.Continue();
        RunDetails run = _store.GetRun("survivor");
        Assert.Equal(RunStatus.Finished, run.Summary.Info.Status);
        Assert.Equal(1, run.Summary.Metrics["after"].Value);
    }

    // Processes in a shell's background or under nohup ignore some signals, and so do their children.
    private static bool IsIgnored(string signal)
    {
        const string Status = "/proc/self/status";
        if (!File.Exists(Status))
            return false;
        string mask = File.ReadLines(Status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1];
        int number = signal switch { "HUP" => 1, "INT" => 2, _ => 15 };
        return (Convert.ToUInt64(mask, 16) >> (number - 1) & 1) == 1;
    }

    private RunStatus StatusOf(string idOrName) => _store.GetRun(idOrName).Summary.Info.Status;

    private ActiveRun Start() => _store.StartRun(new RunSpec { ExperimentName = "e" });
}
