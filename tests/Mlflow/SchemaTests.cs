using System.Reflection;
using System.Text.RegularExpressions;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed partial class SchemaTests
{
    [Fact]
    public void Open_OfNewFolder_MakesTheTablesOfMlflowItself()
    {
        using TempFolder folder = new();
        EmbeddedStore.Open(folder.Path).Dispose();
        Assert.Equal(Golden(), Normalized(Sql.Query(folder.Path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")));
        Assert.Equal(["19"], Sql.Query(folder.Path, "SELECT count(*) FROM sqlite_master WHERE type = 'table'"));
        Assert.Equal(["0584bdc529eb"], Sql.Query(folder.Path, "SELECT version_num FROM alembic_version"));
    }

    [Fact]
    public void Open_OfNewFolder_PutsEveryColumnAndConstraintOnItsOwnLine()
    {
        using TempFolder folder = new();
        EmbeddedStore.Open(folder.Path).Dispose();
        foreach (string table in Sql.Query(folder.Path, "SELECT name FROM sqlite_master WHERE type = 'table'"))
        {
            string sql = Sql.Query(folder.Path, $"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")[0];
            int columns = Sql.Query(folder.Path, $"PRAGMA table_info({table})").Count;
            string[] lines = [.. sql.Split('\n').Skip(1).SkipLast(1).Select(line => line.Trim())];
            Assert.Equal(columns, lines.Count(line => !ConstraintStart().IsMatch(line)));
            Assert.All(lines.SkipLast(1), line => Assert.EndsWith(",", line));
        }
    }

    [Fact]
    public void Open_OfNewFolder_MakesExperimentZeroAndNothingThatMlflowMistakesForAFileStore()
    {
        using TempFolder folder = new();
        using (EmbeddedStore store = EmbeddedStore.Open(folder.Path))
        {
            Experiment only = Assert.Single(store.ListExperiments());
            Assert.Equal(("0", "Default", "mlflow-artifacts:/0"), (only.Id, only.Name, only.ArtifactLocation));
            using ActiveRun run = store.StartRun(new RunSpec { ExperimentName = "first" });
            run.LogArtifactText("a/b.txt", "text");
            Assert.Equal($"mlflow-artifacts:/1/{run.Id}/artifacts", run.Info.ArtifactUri);
            Assert.True(File.Exists(folder.File($"mlartifacts/1/{run.Id}/artifacts/a/b.txt")));
        }

        Assert.Equal(["mlartifacts", "mlflow.db"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(["wal"], Sql.Query(folder.Path, "PRAGMA journal_mode"));
    }

    /// <summary>The statements that MLflow's own migrations leave at the revision, blanks collapsed.</summary>
    internal static string[] Golden()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("schema-0584bdc529eb.sql")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    internal static string[] Normalized(IEnumerable<string> statements) => [.. statements.Select(s => Blanks().Replace(s, " ").Trim())];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^(CONSTRAINT|UNIQUE|CHECK|FOREIGN KEY|PRIMARY KEY)\b")]
    private static partial Regex ConstraintStart();
}
