using System.IO.Compression;
using System.Text;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Datasets;

/// <summary>A folder of data files that is removed with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nk-tests-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, params byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string WriteGzip(string name, byte[] content) => Write(name, Gzip(content));

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>Loads a dataset from this folder.</summary>
    public LoadedDataset Load(string name, object options) => Make.Load(name, options, Path);

    /// <summary>Loads a dataset that cannot be loaded; the message begins with the path of a file of this folder.</summary>
    public UserErrorException Fails(string name, object options, string file)
    {
        var error = Assert.Throws<UserErrorException>(() => Load(name, options).Dispose());
        Assert.StartsWith(this[file], error.Message);
        Assert.NotEmpty(error.Remedy);
        return error;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
