using Microsoft.Data.Sqlite;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class StoreFailureTests : IDisposable
{
    private static readonly EmbeddedStoreOptions s_impatient = new() { BusyTimeout = TimeSpan.FromSeconds(1) };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Log_WithTheDatabaseAtItsLargestSize_SaysTheDiskIsFullAndKeepsWhatWasWritten()
    {
        using EmbeddedStore store = EmbeddedStore.Open(_folder.Path, new EmbeddedStoreOptions { MaxPageCount = 70 });
        using ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e" });
        int stored = FillUntilRefused(run, out TrackingException failure);
        Assert.Equal((TrackingErrorKind.DiskFull, _folder.File("mlflow.db")), (failure.Kind, failure.Where));
        Assert.Equal(stored, store.GetRun(run.Id).Summary.Params.Count);
    }

    [Fact]
    public void Open_WithoutRoomForTheTables_SaysTheDiskIsFullAndCanBeRepeated()
    {
        Assert.Equal(
            TrackingErrorKind.DiskFull,
            Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path, new EmbeddedStoreOptions { MaxPageCount = 10 })).Kind);
        using EmbeddedStore store = EmbeddedStore.Open(_folder.Path);
        Assert.Single(store.ListExperiments());
    }

    [Fact]
    public void Log_OnAFullDisk_SaysSoAndKeepsWhatWasWritten()
    {
        using TempFolder small = TempFolder.Mounted("2m");
        string id;
        int stored;
        using (EmbeddedStore store = EmbeddedStore.Open(small.Path))
        {
            ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e" });
            id = run.Id;
            run.LogArtifactText("a.txt", "kept");
            TrackingException e = Assert.Throws<TrackingException>(() => run.LogArtifactBytes("a.txt", new byte[4_000_000]));
            Assert.Equal((TrackingErrorKind.DiskFull, true), (e.Kind, e.Message.Contains("'a.txt'")));
            stored = FillUntilRefused(run, out TrackingException failure);
            Assert.Equal((TrackingErrorKind.DiskFull, small.File("mlflow.db")), (failure.Kind, failure.Where));
            Assert.Equal(stored, store.GetRun(id).Summary.Params.Count);
            // Room again: the same store and run go on.
            File.Delete(small.File($"mlartifacts/1/{id}/artifacts/a.txt"));
            run.End();
        }

        using EmbeddedStore again = EmbeddedStore.Open(small.Path);
        Assert.Equal(stored, again.GetRun(id).Summary.Params.Count);
    }

    [Fact]
    public void Open_OnAReadOnlyFileSystem_IsRefusedForWritingAndWorksForReading()
    {
        using TempFolder mounted = TempFolder.Mounted("4m");
        string directory = mounted.File("größe; a='%41'?b#c");
        string id;
        using (EmbeddedStore store = EmbeddedStore.Open(directory))
        {
            using ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e", RunName = "kept" });
            run.LogArtifactText("a.txt", "x");
            id = run.Id;
        }

        mounted.Remount(readOnly: true);
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(directory));
        Assert.Equal((TrackingErrorKind.ReadOnly, Path.Combine(directory, "mlflow.db")), (e.Kind, e.Where));
        Assert.Equal(TrackingErrorKind.ReadOnly, Assert.Throws<TrackingException>(() => EmbeddedStore.Open(mounted.File("new"))).Kind);
        using (EmbeddedStore store = EmbeddedStore.Open(directory, new EmbeddedStoreOptions { ReadOnly = true }))
            Assert.Equal([new ArtifactEntry("a.txt", 1)], store.GetRun("kept").Artifacts);
        mounted.Remount(readOnly: false);
        using EmbeddedStore again = EmbeddedStore.Open(directory);
        Assert.Equal(id, again.GetRun("kept").Summary.Info.Id);
    }

    [Fact]
    public void Open_OfFilesWithoutWritePermission_IsRefused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "needs a user whom file permissions bind: not an administrator");
        EmbeddedStore.Open(_folder.Path).Dispose();
        File.SetAttributes(_folder.File("mlflow.db"), FileAttributes.ReadOnly);
        Assert.Equal(TrackingErrorKind.ReadOnly, Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path)).Kind);
        File.SetAttributes(_folder.File("mlflow.db"), FileAttributes.Normal);
    }

    [Fact]
    public void OpenForReading_RefusesToWriteAndToMakeAStore()
    {
        EmbeddedStoreOptions reading = new() { ReadOnly = true };
        Assert.Equal(TrackingErrorKind.NotFound, Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path, reading)).Kind);
        Assert.False(EmbeddedStore.Exists(_folder.Path));
        using EmbeddedStore writer = EmbeddedStore.Open(_folder.Path);
        using ActiveRun run = writer.StartRun(new RunSpec { ExperimentName = "e" });
        using EmbeddedStore reader = EmbeddedStore.Open(_folder.Path, reading);
        Assert.Equal(run.Id, Assert.Single(reader.SearchRuns(new RunQuery())).Info.Id);
        Assert.Equal(TrackingErrorKind.ReadOnly, Assert.Throws<TrackingException>(() => reader.EndRun(run.Id, RunStatus.Failed)).Kind);
        Assert.Equal(TrackingErrorKind.ReadOnly, Assert.Throws<TrackingException>(() => reader.WriteArtifact(run.Id, "a", Stream.Null)).Kind);
    }

    [Fact]
    public void Log_WhileAnotherProcessHoldsTheLock_NamesItAfterTheTimeoutAndWorksLater()
    {
        using EmbeddedStore store = EmbeddedStore.Open(_folder.Path, s_impatient);
        using ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e" });
        run.LogParam("before", 1);
        using (SecondProcess locker = SecondProcess.Start("lock", _folder.File("mlflow.db")))
        {
            TrackingException e = Assert.Throws<TrackingException>(() => run.LogParam("during", 2));
            Assert.Equal((TrackingErrorKind.Locked, _folder.File("mlflow.db")), (e.Kind, e.Where));
            Assert.Contains("1 seconds", e.Message);
            Assert.Equal(["before"], store.GetRun(run.Id).Summary.Params.Keys);
            locker.Continue();
        }

        run.LogParam("after", 3);
        Assert.Equal(["after", "before"], store.GetRun(run.Id).Summary.Params.Keys);
    }

    [Fact]
    public void Open_OfANewStoreThatAnotherProcessHasLocked_IsRefusedAfterTheTimeout()
    {
        File.WriteAllBytes(_folder.File("mlflow.db"), []);
        using SecondProcess locker = SecondProcess.Start("lock", _folder.File("mlflow.db"));
        Assert.Equal(TrackingErrorKind.Locked, Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path, s_impatient)).Kind);
        locker.Continue();
        EmbeddedStore.Open(_folder.Path, s_impatient).Dispose();
    }

    [Fact]
    public void Open_OfAFileThatIsNoDatabase_SaysSoAndLeavesItAlone()
    {
        string text = string.Concat(Enumerable.Repeat("not a database. ", 100));
        File.WriteAllText(_folder.File("mlflow.db"), text);
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path));
        Assert.Equal((TrackingErrorKind.NotADatabase, _folder.File("mlflow.db")), (e.Kind, e.Where));
        Assert.Equal(text, File.ReadAllText(_folder.File("mlflow.db")));
    }

    [Fact]
    public void Open_OfADatabaseOfAnotherProgram_SaysSoAndLeavesItAlone()
    {
        Sql.Query(_folder.Path, "CREATE TABLE songs (title TEXT)");
        byte[] before = File.ReadAllBytes(_folder.File("mlflow.db"));
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path));
        Assert.Equal(TrackingErrorKind.UnknownSchema, e.Kind);
        Assert.Contains("alembic_version", e.Message);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("mlflow.db")));
    }

    [Theory]
    [InlineData("ALTER TABLE runs RENAME COLUMN artifact_uri TO uri", "runs.artifact_uri")]
    [InlineData("ALTER TABLE params RENAME TO parameters", "params.key")]
    [InlineData("CREATE TABLE t (key, value, run_uuid, kind TEXT NOT NULL); DROP TABLE tags; ALTER TABLE t RENAME TO tags", "tags.kind")]
    public void Open_OfAStoreWithoutTheColumnsNeeded_NamesTheColumnAndTheRevision(string change, string column)
    {
        EmbeddedStore.Open(_folder.Path).Dispose();
        Sql.Query(_folder.Path, change);
        Sql.Query(_folder.Path, "UPDATE alembic_version SET version_num = 'ffff00001111'");
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path));
        Assert.Equal(TrackingErrorKind.UnknownSchema, e.Kind);
        Assert.Contains(column, e.Message);
        Assert.Contains("ffff00001111", e.Message);
    }

    [Fact]
    public void Open_OfAStoreAtAnUnknownRevisionWithTheColumnsNeeded_Works()
    {
        EmbeddedStore.Open(_folder.Path).Dispose();
        Sql.Query(_folder.Path, "ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL");
        Sql.Query(_folder.Path, "UPDATE alembic_version SET version_num = 'ffff00001111'");
        using EmbeddedStore store = EmbeddedStore.Open(_folder.Path);
        Sql.Query(_folder.Path, "INSERT INTO experiments (name, lifecycle_stage, workspace) VALUES ('theirs', 'active', 'other')");
        store.GetOrCreateExperiment("ours");
        Assert.Equal(["Default", "ours"], store.ListExperiments().Select(e => e.Name));
    }

    [Fact]
    public void Open_BelowAFile_SaysThatTheDirectoryCannotBeMade()
    {
        File.WriteAllText(_folder.File("file"), "");
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.File("file/store")));
        Assert.Equal((TrackingErrorKind.NoAccess, _folder.File("file/store")), (e.Kind, e.Where));
    }

    [Fact]
    public void Open_WhereNobodyMayMakeDirectories_SaysSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc: Linux only");
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open("/proc/store"));
        Assert.Equal((TrackingErrorKind.NoAccess, "/proc/store"), (e.Kind, e.Where));
    }

    [Fact]
    public void Open_WithADirectoryInPlaceOfTheDatabase_SaysSo()
    {
        Directory.CreateDirectory(_folder.File("mlflow.db"));
        TrackingException e = Assert.Throws<TrackingException>(() => EmbeddedStore.Open(_folder.Path));
        Assert.Equal(TrackingErrorKind.NoAccess, e.Kind);
        Assert.Contains("directory of that name", e.Message);
    }

    [Fact]
    public void Dispose_OfAStoreThatCannotEndItsRuns_SaysWhy()
    {
        EmbeddedStore store = EmbeddedStore.Open(_folder.Path, s_impatient);
        ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "e" });
        using SecondProcess locker = SecondProcess.Start("lock", _folder.File("mlflow.db"));
        Assert.Equal(TrackingErrorKind.Locked, Assert.Throws<TrackingException>(store.Dispose).Kind);
        Assert.False(run.HasEnded);
        locker.Continue();
        Assert.Empty(ActiveRuns.EndAll(store, RunStatus.Killed));
    }

    /// <summary>Logs one long parameter after another.</summary>
    /// <returns>The number that was stored.</returns>
    private static int FillUntilRefused(ActiveRun run, out TrackingException failure)
    {
        string value = new('x', 6000);
        for (int i = 0; i < 10_000; i++)
        {
            try
            {
                run.LogParam($"p{i}", value);
            }
            catch (TrackingException e)
            {
                Assert.IsType<SqliteException>(e.InnerException);
                failure = e;
                return i;
            }
        }

        throw new InvalidOperationException("The disk never became full.");
    }
}
