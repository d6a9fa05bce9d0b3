using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Gram;

/// <summary>One tile of a kernel matrix.</summary>
internal readonly record struct Tile(nint Row, nint Column, nint Rows, nint Columns);

/// <summary>The tiles of a matrix in the order in which they are computed: row after row, of a Gram matrix from the diagonal on.</summary>
internal sealed class TileSchedule
{
    private readonly long _rows;
    private readonly long _columns;
    private readonly int _size;
    private readonly List<(int Row, int Column)> _tiles = [];

    public TileSchedule(long rows, long columns, int size, bool isSymmetric)
    {
        (_rows, _columns, _size) = (rows, columns, size);
        for (int i = 0; (long)i * size < rows; i++)
        {
            for (int j = isSymmetric ? i : 0; (long)j * size < columns; j++)
                _tiles.Add((i, j));
        }
    }

    public int Count => _tiles.Count;

    public Tile this[nint index]
    {
        get
        {
            (int i, int j) = _tiles[(int)index];
            nint row = (nint)i * _size;
            nint column = (nint)j * _size;
            return new Tile(row, column, (nint)Math.Min(_size, _rows - row), (nint)Math.Min(_size, _columns - column));
        }
    }

    /// <summary>The side of a tile: what the kernel prefers, but small enough that every worker gets several.</summary>
    public static int TileSize(GramOptions options, IPreparedExamples rows, IPreparedExamples columns)
    {
        if (options.TileSize is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1);
            return given;
        }

        int preferred = Math.Max(1, Math.Min(rows.PreferredTile, columns.PreferredTile));
        double workers = Compute.Parallelism.Resolve(options.Threads);
        double fair = Math.Sqrt((double)rows.Count * columns.Count / (8 * workers));
        int smallest = Math.Max(1, preferred / 8);
        return (int)Math.Clamp(Math.Floor(fair / smallest) * smallest, smallest, preferred);
    }

    /// <exception cref="UserErrorException">An entry that is NaN or infinite.</exception>
    public static void RequireFinite<T>(MatrixView<T> entries, Tile tile, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!entries.IsNull && TileMath<T>.FindNotFinite(entries, out nint row, out nint column))
        {
            throw new UserErrorException(
                $"The {name} of the examples {tile.Row + row} and {tile.Column + column} is {entries[row, column]}.",
                "Use precision: float64, or smaller weights and fewer layers; if it stays, the kernel has a defect.");
        }
    }
}
