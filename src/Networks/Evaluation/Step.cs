using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation
//   q      variance of an example (NNGP with itself)         r   NTK of an example with itself
//   k      NNGP of a pair                                    t   NTK of a pair (0 before the first affine layer)

/// <summary>What a part of a network does to variances (once an example) and to covariances (once a pair).</summary>
internal abstract record Step
{
    /// <summary>The step's place among those that keep something of an example: the index in <see cref="ExampleSides"/>.</summary>
    public int Number { get; init; } = -1;

    /// <summary>The layer that the step belongs to, for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>Rows of factors that the step keeps for each example.</summary>
    public virtual int SideRows => 0;

    /// <summary>Fused multiply-adds for one pair: an estimate.</summary>
    public abstract double Cost { get; }

    /// <summary>Rows of scratch memory that the step needs beside k and t.</summary>
    public virtual int ScratchRows => 0;

    /// <summary>Advances the covariances of all pairs of positions of two examples: the general form.</summary>
    /// <param name="pair">The covariances; replaced by those after the step.</param>
    /// <param name="rows">What steps keep of the row example; written where the pair is an example with itself.</param>
    /// <param name="columns">What steps keep of the column example.</param>
    public abstract void Apply(PairCovariance pair, ExampleSides rows, ExampleSides columns);

    /// <summary>Advances variances and tangents of many examples and writes the factors of each.</summary>
    /// <param name="q">Variances; replaced by those after the step.</param>
    /// <param name="r">NTK of each example with itself; replaced likewise.</param>
    /// <param name="sides"><see cref="SideRows"/> rows, one column an example.</param>
    public abstract void AdvanceDiagonal(Span<double> q, Span<double> r, SideTable sides);

    /// <summary>Makes the step that works on rows of pairs.</summary>
    /// <param name="sideRow">The first of the step's rows of factors.</param>
    public abstract RowStep<TScalar> Compile<TScalar, TReal>(int sideRow)
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>;

    /// <summary>Whether the step treats each pair of positions by itself, so that it has a <see cref="PointPass{TScalar}"/>.</summary>
    public virtual bool ActsOnPoints => false;

    /// <summary>The nonlinearity where it is piecewise linear, for which planes have loops of their own; null for other steps.</summary>
    public virtual PiecewiseLinearDual? Rectifier => null;

    /// <summary>Makes the pass over pairs of positions.</summary>
    /// <param name="site">Where the step's factors are.</param>
    /// <exception cref="InvalidOperationException">Where <see cref="ActsOnPoints"/> is false.</exception>
    public virtual PointPass<TScalar> CompilePoint<TScalar, TReal, TRow>(PointSite site)
        where TScalar : unmanaged
        where TReal : struct, IRealVector<TReal, TScalar>
        where TRow : struct, IRowFactors<TRow, TScalar, TReal> => throw new InvalidOperationException($"{GetType().Name} couples positions.");
}

/// <summary>Factors of examples: rows by step, columns by example, in float64.</summary>
internal readonly ref struct SideTable(Span<double> values, int columns)
{
    private readonly Span<double> _values = values;

    public Span<double> this[int row] => _values.Slice(row * columns, columns);

    public SideTable From(int row) => new(_values[(row * columns)..], columns);
}

/// <summary>A compiled step.</summary>
internal abstract unsafe class RowStep<TScalar>
    where TScalar : unmanaged
{
    /// <summary>Advances a row of pairs: one row example against <see cref="RowTask{TScalar}.Count"/> column examples.</summary>
    public abstract void Run(in RowTask<TScalar> task);
}

/// <summary>One row of pairs. Addresses, since a record of pointers has no equality.</summary>
/// <param name="KAddress">NNGP of each pair.</param>
/// <param name="TAddress">NTK of each pair; 0 where it is not wanted.</param>
/// <param name="Count">Pairs, padded to whole vectors.</param>
/// <param name="RowSidesAddress">Factors of the row example.</param>
/// <param name="RowStride">Distance between its factors.</param>
/// <param name="ColumnSidesAddress">Factors of the column examples.</param>
/// <param name="ColumnStride">Distance between rows of their factors.</param>
/// <param name="ScratchAddress">Rows of scratch memory.</param>
/// <param name="ScratchStride">Entries in a row of scratch memory.</param>
internal readonly unsafe record struct RowTask<TScalar>(
    nint KAddress, nint TAddress, int Count, nint RowSidesAddress, nint RowStride, nint ColumnSidesAddress, nint ColumnStride, nint ScratchAddress, int ScratchStride)
    where TScalar : unmanaged
{
    public TScalar* K => (TScalar*)KAddress;

    public TScalar* T => (TScalar*)TAddress;

    public TScalar* RowSides => (TScalar*)RowSidesAddress;

    public TScalar* ColumnSides => (TScalar*)ColumnSidesAddress;

    public TScalar* Scratch => (TScalar*)ScratchAddress;
}
