using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class PackedRowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void MultiplyTile_AtAnyPlaceAndSize_IsWithinTheErrorBound(int width)
    {
        Gen<(int RowStart, int Rows, int ColumnStart, int Columns)> tiles =
            from rowStart in Gen.Choose(0, 90)
            from rows in Gen.Choose(0, 90 - rowStart)
            from columnStart in Gen.Choose(0, 110)
            from columns in Gen.Choose(0, 110 - columnStart)
            select (rowStart, rows, columnStart, columns);
        using NativeMatrix<float> a = Reference.Random<float>(90, 37, 1), b = Reference.Random<float>(110, 37, 2);
        using PackedRows<float> left = Pack(a, width), right = Pack(b, width);
        Prop.ForAll(tiles.ToArbitrary(), t =>
        {
            using NativeMatrix<float> c = new(t.Rows, t.Columns);
            c.View.Fill(float.NaN);
            PackedRows<float>.MultiplyTile(left, t.RowStart, t.Rows, right, t.ColumnStart, t.Columns, 0.5f, c.View);
            Reference.AssertProduct(
                0.5, a.View.Block(t.RowStart, 0, t.Rows, 37), false, b.View.Block(t.ColumnStart, 0, t.Columns, 37), true, 0, c.View, c.View);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 600)]
    [InlineData(1, 255)]
    [InlineData(1, 513)]
    [InlineData(2, 256)]
    [InlineData(2, 1000)]
    public void MultiplyTile_OfLongRows_IsWithinTheErrorBound(int width, int length)
    {
        using NativeMatrix<double> a = Reference.Random<double>(50, length, 1);
        using PackedRows<double> packed = Pack(a, width);
        using NativeMatrix<double> c = new(40, 45);
        PackedRows<double>.MultiplyTile(packed, 7, 40, packed, 5, 45, 1, c.View);
        Reference.AssertProduct(1, a.View.Block(7, 0, 40, length), false, a.View.Block(5, 0, 45, length), true, 0, c.View, c.View);
    }

    [Fact]
    public void MultiplyTile_OfManyRows_DoesNotDependOnTheTiling()
    {
        using NativeMatrix<float> a = Reference.Random<float>(500, 300, 1);
        using PackedRows<float> packed = Pack(a, (int)InstructionSet.Widest);
        using NativeMatrix<float> whole = new(500, 500), part = new(77, 91);
        PackedRows<float>.MultiplyTile(packed, 0, 500, packed, 0, 500, 1, whole.View);
        PackedRows<float>.MultiplyTile(packed, 401, 77, packed, 13, 91, 1, part.View);
        for (nint i = 0; i < part.Rows; i++)
            Assert.True(part.Row(i).SequenceEqual(whole.Row(401 + i).Slice(13, 91)), $"Row {i} differs.");
    }

    [Fact]
    public void MultiplyTile_OfRowsWithoutEntries_IsZero()
    {
        using var packed = new PackedRows<double>(3, 0);
        using NativeMatrix<double> c = new(3, 3);
        c.View.Fill(double.NaN);
        PackedRows<double>.MultiplyTile(packed, 0, 3, packed, 0, 3, 1, c.View);
        Assert.Equal(0, c[2, 1]);
    }

    [Fact]
    public void SetRow_FromManyThreads_StoresEveryRow()
    {
        using NativeMatrix<double> a = Reference.Random<double>(200, 30, 1);
        using var packed = new PackedRows<double>(200, 30);
        Parallelism.For(200, 4, (_, i) => packed.SetRow(i, a.Row(i)));
        using NativeMatrix<double> c = new(200, 200);
        PackedRows<double>.MultiplyTile(packed, 0, 200, packed, 0, 200, 1, c.View);
        Reference.AssertProduct(1, a.View, false, a.View, true, 0, c.View, c.View);
    }

    [Fact]
    public void PackedBytes_OfManyRows_AreAtMostTwiceTheRawSizeAndATwentieth()
    {
        using var packed = new PackedRows<float>(5000, 300);
        Assert.InRange(packed.PackedBytes, 0, (long)(2.1 * 5000 * 300 * sizeof(float)));
    }

    [Fact]
    public void SetRow_OfAnotherLength_NamesTheRow()
    {
        using var packed = new PackedRows<float>(3, 4);
        Assert.Contains("Row 2 has 5 entries", Assert.Throws<ArgumentException>(() => packed.SetRow(2, new float[5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => packed.SetRow(3, new float[4]));
    }

    [Fact]
    public void MultiplyTile_OutsideTheRows_Throws()
    {
        using var packed = new PackedRows<float>(30, 4);
        using NativeMatrix<float> c = new(10, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => PackedRows<float>.MultiplyTile(packed, 21, 10, packed, 0, 10, 1, c.View));
        Assert.Throws<ArgumentOutOfRangeException>(() => PackedRows<float>.MultiplyTile(packed, 0, 10, packed, -1, 10, 1, c.View));
        Assert.Throws<ArgumentException>(() => PackedRows<float>.MultiplyTile(packed, 0, 9, packed, 0, 10, 1, c.View));
    }

    [Fact]
    public void MultiplyTile_AfterDispose_Throws()
    {
        var packed = new PackedRows<float>(30, 4);
        packed.Dispose();
        using NativeMatrix<float> c = new(10, 10);
        Assert.Throws<ObjectDisposedException>(() => PackedRows<float>.MultiplyTile(packed, 0, 10, packed, 0, 10, 1, c.View));
    }

    private static PackedRows<T> Pack<T>(NativeMatrix<T> rows, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var packed = new PackedRows<T>(rows.Rows, rows.Columns, (VectorWidth)width);
        for (nint i = 0; i < rows.Rows; i++)
            packed.SetRow(i, rows.Row(i));
        return packed;
    }
}
