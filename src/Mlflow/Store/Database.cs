using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NeuralKernels.Mlflow;

/// <summary>One connection to a store's database, used by one thread at a time.</summary>
/// <remarks>
/// <see cref="Execute"/> and <see cref="Query"/> are for use inside <see cref="Read"/> and <see cref="Write"/> alone, which
/// take the lock, make the transaction and translate errors. Parameters are named <c>$0</c>, <c>$1</c>, ... by position.
/// </remarks>
internal sealed class Database : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly SqliteConnection _connection;
    private readonly TimeSpan _busyTimeout;
    private bool _isDisposed;

    private Database(string file, SqliteConnection connection, TimeSpan busyTimeout, bool isReadOnly)
    {
        File = file;
        _connection = connection;
        _busyTimeout = busyTimeout;
        IsReadOnly = isReadOnly;
    }

    /// <summary>The database's file.</summary>
    internal string File { get; }

    internal bool IsReadOnly { get; }

    /// <summary>Opens a connection without touching the database's content.</summary>
    /// <param name="file">The file, created if absent unless <paramref name="mode"/> forbids.</param>
    /// <param name="mode">How to open it.</param>
    /// <param name="isImmutable">Whether nobody can change the file: SQLite then uses no locks and no files beside it.</param>
    /// <param name="busyTimeout">How long to wait for another process.</param>
    internal static Database Connect(string file, SqliteOpenMode mode, bool isImmutable, TimeSpan busyTimeout)
    {
        NativeSqlite.EnsureLoaded();
        SqliteConnectionStringBuilder builder = new()
        {
            DataSource = isImmutable ? ImmutableUri(file) : file,
            Mode = mode,
            ForeignKeys = true,
            // A pooled connection would keep the files open after disposal.
            Pooling = false,
            // SQLite's own busy handler does the waiting, at a finer step than the retries of the .NET layer (in whole seconds).
            DefaultTimeout = 1,
        };
        SqliteConnection connection = new(builder.ConnectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, (int)busyTimeout.TotalMilliseconds);
            return new Database(file, connection, busyTimeout, mode == SqliteOpenMode.ReadOnly);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.FromSqlite(e, "Cannot open the tracking store", file, busyTimeout);
        }
    }

    /// <summary>Whether SQLite could open the file for reading only, though asked for more.</summary>
    internal bool IsUnwritable() => raw.sqlite3_db_readonly(_connection.Handle, "main") == 1;

    /// <summary>Runs a body that sees one state of the database.</summary>
    /// <param name="what">What fails if it fails, for the message: "Cannot ...".</param>
    /// <param name="body">The body.</param>
    internal T Read<T>(string what, Func<T> body) => Transact(what, "BEGIN", body);

    /// <summary>Runs a body that changes the database: all of its changes are kept, or none.</summary>
    /// <param name="what">What fails if it fails, for the message: "Cannot ...".</param>
    /// <param name="body">The body.</param>
    internal T Write<T>(string what, Func<T> body)
    {
        if (IsReadOnly)
        {
            throw new TrackingException(
                TrackingErrorKind.ReadOnly, $"{what}: the store was opened for reading alone", File, "Open it for writing");
        }

        return Transact(what, "BEGIN IMMEDIATE", body);
    }

    /// <summary>Runs a body outside a transaction, for settings of the connection or the file.</summary>
    private T Configure<T>(string what, Func<T> body)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(EmbeddedStore));
            try
            {
                return body();
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.FromSqlite(e, what, File, _busyTimeout);
            }
        }
    }

    /// <summary>Bounds the database's size, in pages, for this connection.</summary>
    internal void LimitSize(int pages) =>
        Configure("Cannot limit the tracking store", () => Query($"PRAGMA max_page_count = {pages}", r => 0));

    /// <summary>Turns on write-ahead logging, which lets others read while one writes, where the file system supports it.</summary>
    internal void EnableWriteAheadLog() => Configure("Cannot prepare the tracking store", () =>
    {
        long deadline = Environment.TickCount64 + (long)_busyTimeout.TotalMilliseconds;
        while (true)
        {
            try
            {
                if (Query("PRAGMA journal_mode", r => r.GetString(0)) is not ["wal"])
                    Query("PRAGMA journal_mode = WAL", r => r.GetString(0));
                // A commit survives the end of the process at once, and a power failure after the next checkpoint.
                return Execute("PRAGMA synchronous = NORMAL");
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_BUSY && Environment.TickCount64 < deadline)
            {
                // SQLite does not call its busy handler for this change.
                Thread.Sleep(10);
            }
        }
    });

    /// <summary>Executes one statement, or several without parameters.</summary>
    /// <returns>The number of rows changed.</returns>
    internal int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>Executes a query.</summary>
    internal List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        List<T> rows = [];
        using SqliteDataReader reader = Prepare(sql, arguments).ExecuteReader();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            foreach (SqliteCommand command in _commands.Values)
                command.Dispose();
            _connection.Dispose();
        }
    }

    // Not System.Uri: it takes a '%' in a path for an escape that is there already.
    private static string ImmutableUri(string file)
    {
        string path = string.Join('/', file.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
        return $"file:///{path.TrimStart('/')}?immutable=1";
    }

    private T Transact<T>(string what, string begin, Func<T> body) => Configure(what, () =>
    {
        Execute(begin);
        try
        {
            T result = body();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            Rollback();
            throw;
        }
    });

    private void Rollback()
    {
        // A full disk, for one, makes SQLite roll back by itself.
        if (raw.sqlite3_get_autocommit(_connection.Handle) != 0)
            return;
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // The error that led here is the one to report; closing the connection rolls back as well.
        }
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.Parameters.Clear();
        for (int i = 0; i < arguments.Length; i++)
            command.Parameters.AddWithValue($"${i}", arguments[i] ?? DBNull.Value);
        return command;
    }

    /// <summary>Loads the native library once, when the first store is opened.</summary>
    private static class NativeSqlite
    {
        static NativeSqlite() => Batteries_V2.Init();

        internal static void EnsureLoaded()
        {
        }
    }
}
