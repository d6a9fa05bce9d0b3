namespace NeuralKernels.Networks;

// Notation
//   x, y       the row and the column example       p, p'   positions of x and of y
//   K[p, p']   NNGP of the two positions            T[p, p']   NTK, 0 before the first affine layer

/// <summary>Covariances of all pairs of positions of two examples, or of one example with itself, on the way through a network.</summary>
/// <remarks>
/// Everything is stored: the simple form that any layer can work on, in float64. Positions that do not exist are masked and have
/// covariance 0 with everything.
/// </remarks>
internal sealed class PairCovariance
{
    public PairCovariance(double[,] k, bool[]? rowMask, bool[]? columnMask, bool isSelf)
    {
        K = k;
        T = new double[k.GetLength(0), k.GetLength(1)];
        RowMask = rowMask;
        ColumnMask = columnMask;
        IsSelf = isSelf;
        Remask();
    }

    private PairCovariance(PairCovariance other)
    {
        K = (double[,])other.K.Clone();
        T = (double[,])other.T.Clone();
        RowMask = other.RowMask;
        ColumnMask = other.ColumnMask;
        IsSelf = other.IsSelf;
    }

    public double[,] K { get; private set; }

    public double[,] T { get; private set; }

    /// <summary>True for positions of the row example that exist; null where all do.</summary>
    public bool[]? RowMask { get; private set; }

    /// <summary>True for positions of the column example that exist; null where all do.</summary>
    public bool[]? ColumnMask { get; private set; }

    /// <summary>Whether both sides are the same example, with the same dropout masks.</summary>
    public bool IsSelf { get; }

    public int Rows => K.GetLength(0);

    public int Columns => K.GetLength(1);

    public PairCovariance Copy() => new(this);

    /// <summary>Applies a function to both covariances, which may change their size.</summary>
    public void Replace(double[,] k, double[,] t, bool[]? rowMask, bool[]? columnMask)
    {
        (K, T, RowMask, ColumnMask) = (k, t, rowMask, columnMask);
        Remask();
    }

    /// <summary>Applies a linear map to both covariances.</summary>
    public void Map(Func<double[,], double[,]> map, bool[]? rowMask, bool[]? columnMask) => Replace(map(K), map(T), rowMask, columnMask);

    /// <summary>Changes each pair of positions.</summary>
    public void ForEach(Func<int, int, double, double, (double K, double T)> change)
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                (K[i, j], T[i, j]) = change(i, j, K[i, j], T[i, j]);
        }

        Remask();
    }

    private void Remask()
    {
        if (RowMask is null && ColumnMask is null)
            return;
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                if (RowMask is { } rows && !rows[i] || ColumnMask is { } columns && !columns[j])
                    (K[i, j], T[i, j]) = (0, 0);
            }
        }
    }
}

/// <summary>
/// What steps keep of one example: written when the example goes through the network with itself, read for its pairs. One array a
/// step, by the step's number.
/// </summary>
internal sealed class ExampleSides(int steps, Abstractions.Graph? graph)
{
    private readonly double[][] _values = new double[steps][];

    /// <summary>The example's graph; null for other examples.</summary>
    public Abstractions.Graph? Graph { get; } = graph;

    public double[] this[int step]
    {
        get => _values[step];
        set => _values[step] = value;
    }
}
