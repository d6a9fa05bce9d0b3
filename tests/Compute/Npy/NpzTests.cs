using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Tests.Compute.Npy;

public sealed class NpzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Archive()
    {
        string path = _folder["x.npz"];
        using var writer = new NpzWriter(path);
        writer.Add<double>("x", [1, 2, 3, 4, 5, 6], 3, 2);
        writer.Add<byte>("y", [7, 8, 9]);
        writer.Complete();
        return path;
    }

    private static double[] Row(NpyArray array, long row)
    {
        double[] values = new double[array.RowLength];
        array.ReadRow(row, values);
        return values;
    }

    [Fact]
    public void Open_OfWhatNumpyWrote_ReadsStoredAndCompressedArrays()
    {
        Numpy.Run("""
            a = np.arange(30000, dtype=np.float32).reshape(100, 300)
            np.savez('stored.npz', a=a, b=np.array([1, 2]))
            np.savez_compressed('compressed.npz', a=np.asfortranarray(a), b=np.array([1, 2]))
            """, _folder.Path);
        foreach (string name in (string[])["stored.npz", "compressed.npz"])
        {
            using NpzArchive archive = NpzArchive.Open(_folder[name]);
            Assert.Equal(["a", "b"], archive.Keys);
            using NpyArray a = archive.Read("a"), b = archive.Read("b");
            Assert.Equal([100, 300], a.Shape);
            Assert.Equal(Enumerable.Range(99 * 300, 300).Select(i => (double)i), Row(a, 99));
            Assert.Equal([1], Row(b, 0));
        }
    }

    [Fact]
    public void Read_AfterTheArchiveIsClosed_StillWorks()
    {
        NpyArray x;
        using (NpzArchive archive = NpzArchive.Open(Archive()))
            x = archive.Read("x");
        using (x)
            Assert.Equal([3, 4], Row(x, 1));
    }

    [Fact]
    public void Read_OfAnUnknownKey_ListsTheKeys()
    {
        using NpzArchive archive = NpzArchive.Open(Archive());
        var error = Assert.Throws<UserErrorException>(() => archive.Read("z"));
        Assert.Contains("no array 'z'", error.Message);
        Assert.Contains("x, y", error.Remedy);
    }

    [Fact]
    public void Read_OfAChangedByte_ReportsTheChecksum()
    {
        string path = Archive();
        byte[] content = File.ReadAllBytes(path);
        content[content.AsSpan().IndexOf(BitConverter.GetBytes(5.0)) + 3] ^= 1;
        File.WriteAllBytes(path, content);
        using NpzArchive archive = NpzArchive.Open(path);
        Assert.Contains("checksum", Assert.Throws<UserErrorException>(() => archive.Read("x")).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(300)]
    public void Open_OfATruncatedArchive_SaysSo(int length)
    {
        string path = Archive();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.Contains("truncated", Assert.Throws<UserErrorException>(() => NpzArchive.Open(path)).Message);
    }

    [Fact]
    public void Writer_WithoutComplete_LeavesNothing()
    {
        using (var writer = new NpzWriter(_folder["x.npz"]))
            writer.Add<double>("x", [1]);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Add_OfAKeyTwice_Throws()
    {
        using var writer = new NpzWriter(_folder["x.npz"]);
        writer.Add<double>("x", [1]);
        Assert.Throws<ArgumentException>(() => writer.Add<double>("x", [1]));
    }
}
