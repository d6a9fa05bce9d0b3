using System.Numerics;
using System.Numerics.Tensors;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Gram;

/// <summary>Operations on tiles of kernel entries: products in float64, conversion, and the check for NaN.</summary>
internal static class TileMath<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows that are converted to float64 at a time: with as many columns they fill half of a second-level cache.</summary>
    public const int BlockRows = 128;

    private const int BlockColumns = 512;

    public static Precision Precision => typeof(T) == typeof(float) ? Precision.Float32 : Precision.Float64;

    /// <summary>result = tile vectors + beta result, in float64 whatever the type of the tile.</summary>
    public static unsafe void Multiply(MatrixView<T> tile, MatrixView<double> vectors, MatrixView<double> result, double beta)
    {
        if (typeof(T) == typeof(double))
        {
            MatrixView<double> exact = new((double*)tile.Data, tile.Rows, tile.Columns, tile.Stride);
            Gemm.Multiply(1.0, exact, false, vectors, false, beta, result, threads: 1);
            return;
        }

        using NativeMatrix<double> converted = new(Math.Min(tile.Rows, BlockRows), Math.Min(tile.Columns, BlockColumns), clear: false);
        for (nint row = 0; row < tile.Rows; row += BlockRows)
        {
            nint rows = Math.Min(BlockRows, tile.Rows - row);
            MatrixView<double> target = result.Block(row, 0, rows, result.Columns);
            for (nint column = 0; column < tile.Columns; column += BlockColumns)
            {
                nint columns = Math.Min(BlockColumns, tile.Columns - column);
                MatrixView<double> block = converted.View.Block(0, 0, rows, columns);
                Convert(tile.Block(row, column, rows, columns), block);
                Gemm.Multiply(
                    1.0, block, false, vectors.Block(column, 0, columns, vectors.Columns), false, column == 0 ? beta : 1, target, threads: 1);
            }
        }
    }

    public static void Convert(MatrixView<T> source, MatrixView<double> destination)
    {
        for (nint i = 0; i < source.Rows; i++)
            TensorPrimitives.ConvertChecked<T, double>(source.Row(i), destination.Row(i));
    }

    /// <summary>Copies the transpose of a tile, in blocks that stay in the first-level cache.</summary>
    public static void Transpose(MatrixView<T> source, MatrixView<T> destination)
    {
        const int Side = 32;
        for (nint i = 0; i < source.Rows; i += Side)
        {
            for (nint j = 0; j < source.Columns; j += Side)
                TransposeBlock(source, destination, i, Math.Min(source.Rows, i + Side), j, Math.Min(source.Columns, j + Side));
        }
    }

    /// <summary>The first entry that is NaN or infinite.</summary>
    public static bool FindNotFinite(MatrixView<T> tile, out nint row, out nint column)
    {
        column = 0;
        for (row = 0; row < tile.Rows; row++)
        {
            Span<T> entries = tile.Row(row);

            // x - x is 0 for finite x and NaN else: one pass without branches.
            Vector<T> sum = Vector<T>.Zero;
            int j = 0;
            for (; j <= entries.Length - Vector<T>.Count; j += Vector<T>.Count)
            {
                Vector<T> value = new(entries[j..]);
                sum += value - value;
            }

            bool finite = Vector.EqualsAll(sum, Vector<T>.Zero);
            for (; j < entries.Length && finite; j++)
                finite = T.IsFinite(entries[j]);
            if (finite)
                continue;
            for (j = 0; T.IsFinite(entries[j]); j++)
            {
            }

            column = j;
            return true;
        }

        return false;
    }

    public static void CheckProduct(IKernelMatrix matrix, MatrixView<double> vectors, MatrixView<double> result)
    {
        if (vectors.Rows != matrix.Columns || result.Rows != matrix.Rows || result.Columns != vectors.Columns)
        {
            throw new ArgumentException(
                $"A {matrix.Rows} x {matrix.Columns} matrix cannot take {vectors.Rows} x {vectors.Columns} vectors to a {result.Rows} x {result.Columns} result.",
                nameof(vectors));
        }
    }

    private static unsafe void TransposeBlock(MatrixView<T> source, MatrixView<T> destination, nint rowStart, nint rowEnd, nint columnStart, nint columnEnd)
    {
        for (nint i = rowStart; i < rowEnd; i++)
        {
            T* from = source.Data + i * source.Stride;
            for (nint j = columnStart; j < columnEnd; j++)
                destination.Data[j * destination.Stride + i] = from[j];
        }
    }
}
