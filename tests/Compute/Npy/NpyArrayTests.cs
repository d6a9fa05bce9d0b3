using System.Text;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Tests.Compute.Npy;

public sealed class NpyArrayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static double[] Row(NpyArray array, long row)
    {
        double[] values = new double[array.RowLength];
        array.ReadRow(row, values);
        return values;
    }

    private static double[] All(NpyArray array) => [.. Enumerable.Range(0, (int)array.Rows).SelectMany(row => Row(array, row))];

    private string Header(string dictionary, int version = 1, int numberBytes = 0)
    {
        string path = _folder["made.npy"];
        byte[] text = Encoding.ASCII.GetBytes(dictionary + "\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. Enumerable.Range(0, numberBytes).Select(i => (byte)i)]);
        return path;
    }

    private static UserErrorException Fails(string path)
    {
        var error = Assert.Throws<UserErrorException>(() => NpyArray.Open(path));
        Assert.StartsWith(path, error.Message);
        Assert.NotEmpty(error.Remedy);
        return error;
    }

    [Fact]
    public void Open_OfEveryType_ReadsWhatNumpyWrote()
    {
        Numpy.Run("""
            for code in ['|b1', '|i1', '<i2', '<i4', '<i8', '|u1', '<u2', '<u4', '<u8', '<f4', '<f8']:
                a = np.arange(24).reshape(2, 3, 4)
                a = (a % 2 if code == '|b1' else a - 5 if code[1] in 'if' else a).astype(code)
                np.save(code[1:] + '_c.npy', a)
                np.save(code[1:] + '_f.npy', np.asfortranarray(a))
            """, _folder.Path);
        foreach (string code in (string[])["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"])
        {
            double[] expected = [.. Enumerable.Range(0, 24).Select(i => code == "b1" ? i % 2 : code[0] == 'u' ? i : i - 5.0)];
            foreach (string order in (string[])["c", "f"])
            {
                using NpyArray array = NpyArray.Open(_folder[$"{code}_{order}.npy"]);
                Assert.Equal([2, 3, 4], array.Shape);
                Assert.Equal(order == "f", array.FortranOrder);
                Assert.Equal(expected, All(array));
            }
        }
    }

    [Fact]
    public void Open_OfNumpyVersions2And3_AndOddShapes_Reads()
    {
        Numpy.Run("""
            for version in [(2, 0), (3, 0)]:
                with open('v%d.npy' % version[0], 'wb') as f:
                    np.lib.format.write_array(f, np.arange(3.0), version=version)
            np.save('scalar.npy', np.float32(2.5))
            np.save('empty.npy', np.zeros((0, 7)))
            """, _folder.Path);
        foreach (string name in (string[])["v2.npy", "v3.npy"])
        {
            using NpyArray array = NpyArray.Open(_folder[name]);
            Assert.Equal([0, 1, 2], All(array));
        }

        using NpyArray scalar = NpyArray.Open(_folder["scalar.npy"]);
        Assert.Equal([2.5], Row(scalar, 0));
        using NpyArray empty = NpyArray.Open(_folder["empty.npy"]);
        Assert.Equal((0, 7), (empty.Rows, empty.RowLength));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(empty, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_OfAFileMadeByHand_ReadsFortranOrder(int version)
    {
        using NpyArray array = NpyArray.Open(Header("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3L), }", version, 6));
        Assert.Equal([0, 2, 4], Row(array, 0));
        Assert.Equal([1, 3, 5], Row(array, 1));
    }

    [Theory]
    [InlineData("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }", "'>f8' are not supported")]
    [InlineData("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", "'<c16' are not supported")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured arrays")]
    [InlineData("{'descr': '<f8', 'shape': (1,), }", "lacks descr, fortran_order or shape")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", "is not a shape")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }", "is not a shape")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "truncated: 2 numbers of 8 bytes end at byte 84, and the file at 76")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "too long")]
    public void Open_OfAHeaderItCannotRead_SaysWhy(string dictionary, string reason) =>
        Assert.Contains(reason, Fails(Header(dictionary, numberBytes: 8)).Message);

    [Fact]
    public void Open_OfAnotherFormat_SaysSo()
    {
        string path = _folder["x.npy"];
        File.WriteAllText(path, "sepal_length,sepal_width");
        Assert.Contains("no npy array", Fails(path).Message);
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 9, 0, 0, 0, 0, 0]);
        Assert.Contains("version 9.0 at byte 6", Fails(path).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(30)]
    public void Open_OfATruncatedHeader_NamesTheByte(int length)
    {
        string path = Header("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", numberBytes: 3);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.Contains($"ends at byte {length}", Fails(path).Message);
    }

    [Fact]
    public void Open_OfAMissingFile_SaysSo() => Assert.Contains("cannot be read", Fails(_folder["none.npy"]).Message);

    [Fact]
    public void ReadRow_AfterDispose_Throws()
    {
        NpyArray array = NpyArray.Open(Header("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", numberBytes: 3));
        array.Dispose();
        array.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Row(array, 0));
    }

    [Fact]
    public void ReadRow_WithWrongArguments_Throws()
    {
        using NpyArray array = NpyArray.Open(Header("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", numberBytes: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(array, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(array, -1));
        Assert.Throws<ArgumentException>(() => array.ReadRow(0, new double[2]));
    }
}
