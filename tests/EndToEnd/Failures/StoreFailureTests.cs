using System.Text.Json;
using Microsoft.Data.Sqlite;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Stores that cannot be written: what was computed is told, what was recorded stays.</summary>
public sealed class StoreFailureTests : IDisposable
{
    private readonly Workspace _workspace = new Workspace().WithTable();

    [Fact]
    public void DiskThatIsFullFromTheStart_EndsTheRunBeforeTheWork()
    {
        _workspace.Mount("full", "160k");
        NkResult result = Run("full").Failed(1, "the disk is full", _workspace.File("full", "mlflow.db"), "Free some space");
        Assert.DoesNotContain("gram", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DiskThatFillsUp_KeepsTheResultsAndWhatWasNotRecorded()
    {
        string mount = _workspace.Mount("filling", "420k");
        string journals = Directory.CreateDirectory(_workspace.File("temporary")).FullName;
        NkResult result = Nk.Run(["run", "table.yaml", "--set", "tracking.store=filling", "--json"], _workspace.Path, ("TMPDIR", journals))
            .Failed(1, "could not be written to the store", journals, "Make room");
        Assert.Contains(result.JsonLines, l => l.GetProperty("event").GetString() == "warning" && l.GetProperty("text").GetString()!.Contains("the disk is full", StringComparison.Ordinal));
        IReadOnlyDictionary<string, double> metrics = result.Metrics;
        Assert.InRange(metrics["test/mse"], 0, 10);

        string journal = Assert.Single(Directory.GetFiles(journals, "nk-unrecorded-*.jsonl"));
        JsonElement[] records = [.. File.ReadLines(journal).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement mse = Assert.Single(records, r => r.TryGetProperty("metric", out JsonElement name) && name.GetString() == "test/mse");
        Assert.Equal(metrics["test/mse"], double.Parse(mse.GetProperty("value").GetString()!));
        Assert.Contains(records, r => r.TryGetProperty("artifact", out JsonElement path) && path.GetString() == "predictions.csv");
        Assert.Equal("Finished", records[^1].GetProperty("status").GetString());

        // What had been recorded is there still, and is not taken for a complete run.
        using EmbeddedStore store = EmbeddedStore.Open(mount, new EmbeddedStoreOptions { ReadOnly = true });
        Assert.NotEqual(RunStatus.Finished, Assert.Single(store.SearchRuns(new RunQuery())).Info.Status);
    }

    [Fact]
    public void ReadOnlyDisk_EndsTheRunBeforeTheWorkAndIsShown()
    {
        string mount = _workspace.Mount("read-only", "4m");
        Run("read-only").Succeeded();
        Workspace.MakeReadOnly(mount);
        NkResult result = Run("read-only").Failed(1, "the store cannot be written", _workspace.File("read-only", "mlflow.db"), "writable");
        Assert.DoesNotContain("gram", result.Output, StringComparison.Ordinal);
        Assert.Contains("finished", _workspace.Nk("show", "--store", "read-only").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderWithoutPermission_EndsTheRunBeforeTheWork()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs permissions of POSIX");
            return;
        }

        Assert.SkipWhen(Nk.IsRoot, "needs a user whom permissions bind: run as another user than root");
        string folder = Directory.CreateDirectory(_workspace.File("closed")).FullName;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Run("closed").Failed(1, folder);
    }

    [Fact]
    public void StoreThatIsNone_IsLeftAsItIs()
    {
        _workspace.Write("mlflow.db", "This is no database, and long enough to look at: " + new string('x', 200));
        byte[] before = File.ReadAllBytes(_workspace.File("mlflow.db"));
        Run(".").Failed(1, "mlflow.db");
        Assert.Equal(before, File.ReadAllBytes(_workspace.File("mlflow.db")));
    }

    [Fact]
    public void StoreOfAServer_IsRefusedWithTheVariableThatNamesIt() =>
        Nk.Run(["run", "table.yaml"], _workspace.Path, ("MLFLOW_TRACKING_URI", "http://localhost:5000")).Failed(1, "MLFLOW_TRACKING_URI", "http://localhost:5000", "Unset");

    [Fact]
    public void StoreLockedByAnotherProcess_EndsTheRunWhenTheWaitIsOver()
    {
        Run(".").Succeeded();
        using SqliteConnection other = new($"Data Source={_workspace.File("mlflow.db")};Pooling=False");
        other.Open();
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        Run(".").Failed(1, _workspace.File("mlflow.db"), "lock");
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        Assert.Equal(RunStatus.Finished, _workspace.OnlyRun().Summary.Info.Status);
        Run(".").Succeeded();
    }

    public void Dispose() => _workspace.Dispose();

    private NkResult Run(string store) => _workspace.Nk("run", "table.yaml", "--set", $"tracking.store={store}");
}
