using Microsoft.Data.Sqlite;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

/// <summary>Looks at a store's database, or changes it, behind the store's back.</summary>
internal static class Sql
{
    internal static List<string> Query(string directory, string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(directory, EmbeddedStore.DatabaseFileName)};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))));
        return rows;
    }
}
