using System.IO.Compression;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute.Npy;

/// <summary>Reads numpy's npz archives: zip files of npy files.</summary>
/// <remarks>For one thread at a time. The arrays outlive the archive.</remarks>
public sealed class NpzArchive : IDisposable
{
    private const string Extension = ".npy";
    private readonly string _path;
    private readonly ZipArchive _zip;

    private NpzArchive(string path, ZipArchive zip)
    {
        _path = path;
        _zip = zip;
        Keys = [.. zip.Entries.Select(entry => entry.FullName.EndsWith(Extension, StringComparison.Ordinal) ? entry.FullName[..^Extension.Length] : entry.FullName)];
    }

    /// <summary>Names of the arrays.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Opens an archive.</summary>
    /// <exception cref="UserErrorException">Missing, unreadable, truncated, or no archive.</exception>
    public static NpzArchive Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new NpzArchive(path, ZipFile.OpenRead(path));
        }
        catch (InvalidDataException exception)
        {
            throw new UserErrorException($"{path}: no npz archive, or a truncated one: {exception.Message}", "Save the arrays with numpy.savez.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {exception.Message}", "Check the file and its permissions.", exception);
        }
    }

    /// <summary>Reads an array into native memory.</summary>
    /// <exception cref="UserErrorException">No array of this name, a damaged or truncated one, or numbers of another kind.</exception>
    public NpyArray Read(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ZipArchiveEntry entry = _zip.GetEntry(key + Extension) ?? _zip.GetEntry(key)
            ?? throw new UserErrorException($"{_path}: has no array '{key}'.", $"Choose one of: {string.Join(", ", Keys)}.");
        string name = $"{_path}[{key}]";
        try
        {
            using Stream stream = entry.Open();
            using var checkedStream = new Crc32Stream(stream);
            NpyArray array = NpyArray.Read(checkedStream, entry.Length, name);
            if (checkedStream.Crc == entry.Crc32)
                return array;
            array.Dispose();
            throw new UserErrorException($"{name}: damaged: its checksum differs.", "Fetch or save the file again.");
        }
        catch (InvalidDataException exception)
        {
            throw new UserErrorException($"{name}: damaged: {exception.Message}", "Fetch or save the file again.", exception);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();
}
