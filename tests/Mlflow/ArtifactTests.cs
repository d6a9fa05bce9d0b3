using System.Text;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class ArtifactTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly EmbeddedStore _store;
    private readonly ActiveRun _run;

    public ArtifactTests()
    {
        _store = EmbeddedStore.Open(_folder.Path);
        _run = _store.StartRun(new RunSpec { ExperimentName = "e" });
    }

    public void Dispose()
    {
        _run.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void LogArtifact_OfFilesTextsBytesAndStreams_ListsAndReadsThemBack()
    {
        string local = _folder.File("report.html");
        File.WriteAllText(local, "<p>");
        _run.LogArtifact(local);
        _run.LogArtifact(local, "deep/er");
        _run.LogArtifactText("text.txt", "größe");
        _run.LogArtifactBytes("bytes.bin", [1, 2, 3]);
        using MemoryStream stream = new(new byte[300_000]);
        _run.LogArtifactStream("stream.bin", stream);
        Assert.Equal(
            [new("bytes.bin", 3), new("deep/er/report.html", 3), new("report.html", 3), new("stream.bin", 300_000), new("text.txt", 7)],
            _store.GetRun(_run.Id).Artifacts);
        Assert.Equal("größe", Read("text.txt"));
    }

    [Fact]
    public void LogArtifact_Again_Replaces()
    {
        _run.LogArtifactText("a.txt", "old and long");
        _run.LogArtifactText("a.txt", "new");
        Assert.Equal("new", Read("a.txt"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/a")]
    [InlineData("a\\b")]
    [InlineData("a//b")]
    public void LogArtifact_OutsideTheRunsFolder_Refuses(string path)
    {
        Assert.Equal(TrackingErrorKind.InvalidValue, Assert.Throws<TrackingException>(() => _run.LogArtifactText(path, "x")).Kind);
        Assert.Throws<TrackingException>(() => _store.OpenArtifact(_run.Id, path));
    }

    [Fact]
    public void LogArtifact_OfMissingFile_NamesIt()
    {
        TrackingException e = Assert.Throws<TrackingException>(() => _run.LogArtifact(_folder.File("none.txt")));
        Assert.Equal((TrackingErrorKind.NotFound, _folder.File("none.txt")), (e.Kind, e.Where));
        Assert.Equal(TrackingErrorKind.NotFound, Assert.Throws<TrackingException>(() => _store.OpenArtifact(_run.Id, "none.txt")).Kind);
    }

    [Fact]
    public void LogArtifact_FromAStreamThatFails_KeepsTheOldOneAndLeavesNoRemains()
    {
        _run.LogArtifactText("a.txt", "old");
        using FailingStream broken = new(new IOException("the source broke"));
        TrackingException e = Assert.Throws<TrackingException>(() => _run.LogArtifactStream("a.txt", broken));
        Assert.Contains("the source broke", e.Message);
        using FailingStream cancelled = new(new OperationCanceledException());
        Assert.Throws<OperationCanceledException>(() => _run.LogArtifactStream("a.txt", cancelled));
        Assert.Equal("old", Read("a.txt"));
        Assert.Single(Directory.GetFiles(_folder.File("mlartifacts"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void LogArtifact_InAnExperimentWithLocalFolder_PutsItThere_AndElsewhere_Refuses()
    {
        Sql.Query(_folder.Path, $"UPDATE experiments SET artifact_location = '{new Uri(_folder.File("own")).AbsoluteUri}' WHERE name = 'e'");
        using ActiveRun local = _store.StartRun(new RunSpec { ExperimentName = "e" });
        local.LogArtifactText("a.txt", "x");
        Assert.True(File.Exists(_folder.File($"own/{local.Id}/artifacts/a.txt")));
        foreach (string elsewhere in new[] { "s3://bucket/x", "mlflow-artifacts://host:5000/1" })
        {
            Sql.Query(_folder.Path, $"UPDATE experiments SET artifact_location = '{elsewhere}' WHERE name = 'e'");
            using ActiveRun remote = _store.StartRun(new RunSpec { ExperimentName = "e" });
            TrackingException e = Assert.Throws<TrackingException>(() => remote.LogArtifactText("a.txt", "x"));
            Assert.Equal((TrackingErrorKind.Unsupported, $"{elsewhere}/{remote.Id}/artifacts"), (e.Kind, e.Where));
        }
    }

    private string Read(string path)
    {
        using StreamReader reader = new(_store.OpenArtifact(_run.Id, path), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Gives some bytes, then throws.</summary>
    private sealed class FailingStream(Exception failure) : MemoryStream(new byte[100])
    {
        public override int Read(Span<byte> buffer) => Position == 0 ? base.Read(buffer[..50]) : throw failure;

        public override void CopyTo(Stream destination, int bufferSize)
        {
            byte[] buffer = new byte[bufferSize];
            while (Read(buffer.AsSpan()) is int count and > 0)
                destination.Write(buffer, 0, count);
        }
    }
}
