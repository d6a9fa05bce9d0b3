using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>What one run needs beside its results; used by one thread at a time.</summary>
internal sealed unsafe class PlaneWorkspace<TScalar> : IDisposable
    where TScalar : unmanaged
{
    /// <summary>Planes that go through the layers together, so that the factors of a layer are read from the cache for all but the first.</summary>
    public const int Batch = 4;

    /// <summary>Row examples that go through the layers together where each has few planes.</summary>
    public const int MostRows = Batch;

    private const int MostGatheredRows = 64;
    private const long MostFactorBytes = 16 << 20;

    private readonly NativeArena _arena;
    private readonly nint[][] _fields;
    private readonly nint[] _sums;
    private readonly TScalar* _factors;
    private readonly nint _factorStride;

    /// <summary>Allocates room.</summary>
    /// <param name="program">The program.</param>
    /// <param name="segments">The segments that will run.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="tangents">Whether the NTK is wanted.</param>
    /// <param name="countsOnly">Whether only <see cref="Bytes"/> is wanted: no memory is taken.</param>
    public PlaneWorkspace(PlaneProgram program, IReadOnlyList<PlaneSegment> segments, int lanes, bool tangents, bool countsOnly = false)
    {
        _arena = new NativeArena(countsOnly);
        Entry = tangents ? 2 * lanes : lanes;
        Rows = program.HasFewPlanes ? MostRows : 1;
        Planes = new PlaneState<TScalar>[Batch];
        for (int i = 0; i < Batch; i++)
            Planes[i] = new PlaneState<TScalar>(_arena, program.RingRows, program.Columns, program.Margin, program.WidestFilter, lanes) { HasTangents = tangents, Entry = Entry };
        _fields = new nint[Rows][];
        _sums = new nint[Rows];
        for (int row = 0; row < Rows; row++)
        {
            _fields[row] = [.. segments.Where(s => s.Pooling is not null).Select(s => (nint)_arena.Take<TScalar>(s.Pooling!.Shelves * s.Pooling.ShelfEntries * Entry))];
            _sums[row] = (nint)_arena.Take<TScalar>(4 * Entry);
        }

        _factorStride = program.Factors + program.SparePlaces;
        GatheredRows = (int)Math.Clamp(MostFactorBytes / (_factorStride * sizeof(TScalar) * Rows), 1, MostGatheredRows / Rows) * Rows;
        _factors = _arena.Take<TScalar>(GatheredRows * _factorStride);
        Scratch = _arena.Take<TScalar>(Math.Max(1, program.Tail.Select(step => step.ScratchRows).DefaultIfEmpty().Max()) * lanes);
    }

    /// <summary>Memory of the workspace.</summary>
    public long Bytes => _arena.Bytes;

    /// <summary>Numbers in an entry.</summary>
    public int Entry { get; }

    /// <summary>Row examples whose factors there is room for: a multiple of <see cref="Rows"/>.</summary>
    public int GatheredRows { get; }

    /// <summary>Row examples that a run takes at most.</summary>
    public int Rows { get; }

    /// <summary>Room for planes on their way.</summary>
    public PlaneState<TScalar>[] Planes { get; }

    /// <summary>Room for the steps on single numbers.</summary>
    public TScalar* Scratch { get; }

    /// <summary>Sums of a row, a plane, the planes of one d_h, and all planes.</summary>
    public TScalar* Sums(int row) => (TScalar*)_sums[row];

    /// <summary>The pooled planes after a segment.</summary>
    public TScalar* Field(int row, int segment) => (TScalar*)_fields[row][segment];

    /// <summary>Room for the inputs and factors of a row example, below <see cref="GatheredRows"/>.</summary>
    public TScalar* RowFactors(int row) => _factors + row * _factorStride;

    public void Dispose() => _arena.Dispose();
}
