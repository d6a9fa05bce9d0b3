using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NeuralKernels.Mlflow;

/// <summary>Says what an error of SQLite or of the file system means for the person at the terminal.</summary>
internal static class SqliteErrors
{
    // Writing fails a little before a disk is empty to the last byte: file systems hand space out in blocks and pages.
    private const long NearlyFull = 1 << 18;
    private const int UnixNoSpace = 28;
    private const int UnixQuotaExceeded = 122;
    private const int UnixReadOnlyFileSystem = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    internal static TrackingException FromSqlite(SqliteException e, string what, string file, TimeSpan busyTimeout)
    {
        string directory = Path.GetDirectoryName(file)!;
        TrackingException Make(TrackingErrorKind kind, string reason, string remedy) =>
            new(kind, $"{what}: {reason}", file, remedy, e);

        switch (e.SqliteErrorCode)
        {
            case raw.SQLITE_FULL:
            case raw.SQLITE_IOERR when FreeSpace(directory) < NearlyFull:
                return Make(
                    TrackingErrorKind.DiskFull,
                    "the disk is full",
                    "Free some space and try again, or use a store on another disk; what was logged before is kept");
            case raw.SQLITE_BUSY:
            case raw.SQLITE_LOCKED:
                return Make(
                    TrackingErrorKind.Locked,
                    $"another process has held the store's lock for {busyTimeout.TotalSeconds:0.#} seconds",
                    "Wait for that process or stop it (a 'mlflow' command, a database browser, another run), then try again");
            case raw.SQLITE_READONLY:
            case raw.SQLITE_CANTOPEN when File.Exists(file) && !CanWriteTo(directory):
                return Make(
                    TrackingErrorKind.ReadOnly,
                    "the store cannot be written",
                    "Make the file and its directory writable, copy the store elsewhere, or open it for reading alone");
            case raw.SQLITE_NOTADB:
                return Make(
                    TrackingErrorKind.NotADatabase,
                    "the file is not an SQLite database",
                    "Move that file away, or choose another directory");
            case raw.SQLITE_CORRUPT:
                return Make(
                    TrackingErrorKind.NotADatabase,
                    "the database is damaged",
                    "Restore it from a copy, or recover what is left with 'sqlite3 mlflow.db .recover'");
            case raw.SQLITE_CANTOPEN:
            case raw.SQLITE_PERM:
            case raw.SQLITE_AUTH:
                return Make(
                    TrackingErrorKind.NoAccess,
                    Directory.Exists(file) ? "there is a directory of that name" : "the file cannot be opened",
                    "Check that the directory exists and that you may read and write in it");
            default:
                return Make(
                    TrackingErrorKind.Failed,
                    $"{e.Message.TrimEnd('.')}, extended code {e.SqliteExtendedErrorCode}",
                    "Check the disk and the file; 'sqlite3 mlflow.db \"PRAGMA integrity_check\"' says whether it is sound");
        }
    }

    /// <summary>Describes an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    internal static TrackingException FromFileSystem(Exception e, string what, string where)
    {
        string reason = e.Message.TrimEnd('.');
        int code = e.HResult;
        return code switch
        {
            UnixNoSpace or UnixQuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull => new(
                TrackingErrorKind.DiskFull,
                $"{what}: the disk is full",
                where,
                "Free some space and try again, or use a store on another disk; what was logged before is kept",
                e),
            UnixReadOnlyFileSystem or WindowsWriteProtected => new(
                TrackingErrorKind.ReadOnly,
                $"{what}: {reason}",
                where,
                "Choose a directory on a file system that can be written",
                e),
            _ => new(
                e is UnauthorizedAccessException ? TrackingErrorKind.NoAccess : TrackingErrorKind.Failed,
                $"{what}: {reason}",
                where,
                "Check the path and your permissions there",
                e),
        };
    }

    private static long FreeSpace(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    private static bool CanWriteTo(string directory)
    {
        try
        {
            string probe = Path.Combine(directory, $".{Guid.NewGuid():N}");
            using FileStream _ = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
