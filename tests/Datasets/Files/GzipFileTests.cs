using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

/// <summary>Compressed files, seen through the dataset that reads any of them.</summary>
public sealed class GzipFileTests : IDisposable
{
    private static readonly byte[] s_text = [.. "a,b,y\n"u8, .. Enumerable.Range(0, 500).SelectMany(i => System.Text.Encoding.ASCII.GetBytes($"{i},{i * i},{i / 7.0}\n"))];
    private readonly TemporaryFolder _folder = new();
    private readonly CsvOptions _options = new() { Path = "x.csv.gz" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OfAWholeFile_GivesItsContent()
    {
        _folder.WriteGzip("x.csv.gz", s_text);
        using LoadedDataset data = _folder.Load("csv", _options);
        Assert.Equal(500, data.Examples.Count);
        Assert.Equal([499, 499 * 499], Samples.Rows(data.Examples)[499]);
    }

    [Fact]
    public void Read_OfSeveralMembers_GivesAll()
    {
        _folder.Write("x.csv.gz", [.. TemporaryFolder.Gzip(s_text[..1000]), .. TemporaryFolder.Gzip(s_text[1000..])]);
        using LoadedDataset data = _folder.Load("csv", _options);
        Assert.Equal(500, data.Examples.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void Read_OfATruncatedFile_SaysWhereItEnds(int missing)
    {
        byte[] compressed = TemporaryFolder.Gzip(s_text);
        _folder.Write("x.csv.gz", compressed[..^missing]);
        Assert.Contains($"truncated: it ends at byte {compressed.Length - missing:N0}", _folder.Fails("csv", _options, "x.csv.gz").Message);
    }

    [Fact]
    public void Read_OfATruncatedSecondMember_SaysSo()
    {
        _folder.Write("x.csv.gz", [.. TemporaryFolder.Gzip(s_text[..1000]), .. TemporaryFolder.Gzip(s_text[1000..])[..^20]]);
        Assert.Contains("truncated", _folder.Fails("csv", _options, "x.csv.gz").Message);
    }

    [Fact]
    public void Read_OfChangedBytes_SaysThatTheFileIsDamaged()
    {
        byte[] compressed = TemporaryFolder.Gzip(s_text);
        compressed[^6] ^= 1;
        _folder.Write("x.csv.gz", compressed);
        Assert.Contains("damaged", _folder.Fails("csv", _options, "x.csv.gz").Message);
    }

    [Fact]
    public void Read_OfAnEmptyFile_SaysSo()
    {
        _folder.Write("x.csv.gz");
        Assert.Contains("the file is empty", _folder.Fails("csv", _options, "x.csv.gz").Message);
    }

    [Fact]
    public void Read_OfAFolder_SaysThatItCannotBeRead()
    {
        Directory.CreateDirectory(_folder["x.csv.gz"]);
        Assert.Contains("cannot be read", _folder.Fails("csv", _options, "x.csv.gz").Message);
    }
}
