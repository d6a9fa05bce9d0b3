using System.IO.Compression;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute.Npy;

/// <summary>Writes numpy's npz archives: uncompressed zip files of npy files, as numpy.savez does.</summary>
/// <remarks>For one thread. The file appears under its name when <see cref="Complete"/> is called; without that nothing is left.</remarks>
public sealed class NpzWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ZipArchive _zip;
    private readonly HashSet<string> _keys = [];
    private bool _closed;

    /// <summary>Begins an archive.</summary>
    /// <param name="path">A file that is made or replaced.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public NpzWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _stream = File.Create(NewFile.TemporaryName(path));
        _zip = new ZipArchive(_stream, ZipArchiveMode.Create);
    }

    /// <summary>Adds a matrix; may have more than 2^31 entries.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="key">Its name, not used before.</param>
    /// <param name="matrix">Rows x columns.</param>
    /// <exception cref="ArgumentException">A name that is used already.</exception>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public void Add<T>(string key, MatrixView<T> matrix)
        where T : unmanaged
    {
        using Stream entry = Entry(key);
        NpyFile.Write(entry, matrix);
    }

    /// <summary>Adds an array.</summary>
    /// <typeparam name="T">A number type of <see cref="NpyType"/>.</typeparam>
    /// <param name="key">Its name, not used before.</param>
    /// <param name="values">The numbers in C order.</param>
    /// <param name="shape">Sizes of the axes; none for one axis with all numbers.</param>
    /// <exception cref="ArgumentException">A name that is used already, or a shape that does not have as many numbers.</exception>
    /// <exception cref="NotSupportedException">A type without npy format.</exception>
    public void Add<T>(string key, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        using Stream entry = Entry(key);
        NpyFile.Write(entry, values, shape);
    }

    /// <summary>Ends the archive and gives the file its name.</summary>
    /// <exception cref="IOException">The disk is full, or the name cannot be given.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        Close();
        File.Move(NewFile.TemporaryName(_path), _path, overwrite: true);
    }

    /// <summary>Removes the archive where it was not completed.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        Close();
        File.Delete(NewFile.TemporaryName(_path));
    }

    private Stream Entry(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_keys.Add(key))
            throw new ArgumentException($"The archive has an array '{key}' already.", nameof(key));
        return _zip.CreateEntry(key + ".npy", CompressionLevel.NoCompression).Open();
    }

    private void Close()
    {
        _closed = true;
        _zip.Dispose();
        _stream.Dispose();
    }
}
