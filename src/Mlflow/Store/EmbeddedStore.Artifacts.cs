namespace NeuralKernels.Mlflow;

public sealed partial class EmbeddedStore
{
    private const string ProxiedScheme = "mlflow-artifacts:";

    // Files being written bear this mark until they are complete; lists of artifacts pass over them.
    private const string PartialPrefix = ".partial-";

    /// <inheritdoc/>
    public void WriteArtifact(string runId, string path, Stream content)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(content);
        RequireArtifactPath(path);
        if (_database.IsReadOnly)
        {
            throw new TrackingException(
                TrackingErrorKind.ReadOnly,
                "Cannot write an artifact: the store was opened for reading alone",
                Location,
                "Open it for writing");
        }

        string target = Path.Combine(ArtifactFolder(runId), path);
        string partial = Path.Combine(Path.GetDirectoryName(target)!, $"{PartialPrefix}{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using (FileStream file = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                content.CopyTo(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, target, overwrite: true);
        }
        catch (Exception e)
        {
            DeleteQuietly(partial);
            if (e is IOException or UnauthorizedAccessException)
                throw SqliteErrors.FromFileSystem(e, $"Cannot write the artifact '{path}'", target);
            throw;
        }
    }

    /// <inheritdoc/>
    public Stream OpenArtifact(string runId, string path)
    {
        ArgumentNullException.ThrowIfNull(runId);
        RequireArtifactPath(path);
        string file = Path.Combine(ArtifactFolder(runId), path);
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TrackingException(
                TrackingErrorKind.NotFound,
                $"Run {runId} has no artifact '{path}'",
                file,
                "Check the path against the run's list of artifacts",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.FromFileSystem(e, $"Cannot read the artifact '{path}'", file);
        }
    }

    // The rules of MLflow's artifact handlers, and Windows' drive letters and separators on every system: a store may move.
    private static void RequireArtifactPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.AsSpan().ContainsAny('\\', ':', '\0')
            || path.Split('/').Any(part => part is "" or "." or ".." || part.StartsWith(PartialPrefix, StringComparison.Ordinal)))
        {
            throw Limits.Invalid(
                "The artifact path is not a plain relative path",
                $"'{Limits.Shorten(path)}'",
                "Use '/' between the parts, and no '..', '.', empty part, '\\' or ':'");
        }
    }

    private static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; a list of artifacts does not show the file.
        }
    }

    private string ArtifactFolder(string runId)
    {
        List<string> found = _database.Read(
            $"Cannot find the artifacts of run {runId}",
            () => _database.Query(
                "SELECT coalesce(artifact_uri, '') FROM runs WHERE run_uuid = $0", r => r.GetString(0), runId));
        string uri = found is [string only] ? only : throw NoRun(runId);
        return TryResolve(uri) ?? throw new TrackingException(
            TrackingErrorKind.Unsupported,
            $"The artifacts of run {runId} lie in a place that this program cannot reach",
            uri,
            "Use an experiment whose artifacts are in the store's own folder or in a local directory");
    }

    private List<ArtifactEntry> ListArtifacts(string artifactUri)
    {
        if (TryResolve(artifactUri) is not { } folder || !Directory.Exists(folder))
            return [];
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                    .Where(file => !file.Name.StartsWith(PartialPrefix, StringComparison.Ordinal))
                    .Select(file => new ArtifactEntry(Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'), file.Length))
                    .OrderBy(entry => entry.Path, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.FromFileSystem(e, "Cannot list the artifacts", folder);
        }
    }

    /// <summary>The local folder that an artifact URI means, or null if it is elsewhere.</summary>
    private string? TryResolve(string uri)
    {
        if (uri.StartsWith(ProxiedScheme, StringComparison.Ordinal))
        {
            // One or three slashes name this store, two a host.
            string path = uri[ProxiedScheme.Length..];
            bool isElsewhere = path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal);
            return isElsewhere || path.Split('/').Contains("..") ? null : Path.Combine(Location, ArtifactsFolderName, path.TrimStart('/'));
        }

        return Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed) && parsed.IsFile && parsed.Host.Length == 0 ? parsed.LocalPath : null;
    }
}
