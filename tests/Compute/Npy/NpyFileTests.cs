using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Tests.Compute.Npy;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static NativeMatrix<T> Counting<T>(int rows, int columns, Func<int, T> number)
        where T : unmanaged
    {
        var matrix = new NativeMatrix<T>(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                matrix[i, j] = number(i * columns + j);
        }

        return matrix;
    }

    [Fact]
    public void Write_OfMatricesAndArrays_IsReadByNumpy()
    {
        using NativeMatrix<double> doubles = Counting(5, 101, i => i / 7.0);
        using NativeMatrix<float> floats = Counting(100, 40, i => i + 0.25f);
        NpyFile.Write(_folder["doubles.npy"], doubles.View);
        NpyFile.Write(_folder["block.npy"], floats.View.Block(10, 3, 7, 30));
        NpyFile.Write(_folder["labels.npy"], new long[] { 1, -2, 3 });
        NpyFile.Write(_folder["cube.npy"], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 2, 2, 2);
        NpyFile.Write(_folder["truth.npy"], new[] { true, false });
        using (var writer = new NpzWriter(_folder["all.npz"]))
        {
            writer.Add("nngp", doubles.View);
            writer.Add("ntk", floats.View);
            writer.Add<int>("labels", [4, 5, 6]);
            writer.Complete();
        }

        Numpy.Run("""
            d = np.arange(505).reshape(5, 101) / 7.0
            f = (np.arange(4000).reshape(100, 40) + 0.25).astype(np.float32)
            def same(name, expected):
                a = np.load(name, mmap_mode='r')
                assert a.dtype == expected.dtype and a.shape == expected.shape and (a == expected).all(), name
            same('doubles.npy', d)
            same('block.npy', f[10:17, 3:33])
            same('labels.npy', np.array([1, -2, 3], dtype=np.int64))
            same('cube.npy', np.arange(1, 9, dtype=np.uint8).reshape(2, 2, 2))
            same('truth.npy', np.array([True, False]))
            z = np.load('all.npz')
            assert sorted(z.files) == ['labels', 'nngp', 'ntk']
            assert (z['nngp'] == d).all() and (z['ntk'] == f).all() and z['ntk'].dtype == np.float32
            assert (z['labels'] == np.array([4, 5, 6], dtype=np.int32)).all()
            """, _folder.Path);
    }

    [Fact]
    public void Write_ThenOpen_GivesTheNumbersBack()
    {
        using NativeMatrix<float> matrix = Counting(9, 70, i => 1f / (i + 1));
        NpyFile.Write(_folder["x.npy"], matrix.View);
        using NpyArray array = NpyArray.Open(_folder["x.npy"]);
        Assert.Equal(NpyType.Float32, array.Type);
        double[] row = new double[70];
        for (int i = 0; i < 9; i++)
        {
            array.ReadRow(i, row);
            Assert.Equal(Array.ConvertAll(matrix.Row(i).ToArray(), value => (double)value), row);
        }

        Assert.Equal(["x.npy"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_OfAnEmptyMatrix_IsAnEmptyArray()
    {
        using var matrix = new NativeMatrix<double>(0, 4);
        NpyFile.Write(_folder["x.npy"], matrix.View);
        using NpyArray array = NpyArray.Open(_folder["x.npy"]);
        Assert.Equal([0, 4], array.Shape);
    }

    [Fact]
    public void Write_OfATypeWithoutFormat_Throws() =>
        Assert.Throws<NotSupportedException>(() => NpyFile.Write(_folder["x.npy"], new[] { 1m }));

    [Fact]
    public void Write_OfAWrongShape_ThrowsAndLeavesNothing()
    {
        Assert.Throws<ArgumentException>(() => NpyFile.Write(_folder["x.npy"], new[] { 1.0, 2, 3 }, 2, 2));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
