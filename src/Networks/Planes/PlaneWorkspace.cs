using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>What one run needs beside its results; used by one thread at a time.</summary>
internal sealed unsafe class PlaneWorkspace<TScalar> : IDisposable
    where TScalar : unmanaged
{
    /// <summary>Planes whose inputs are read together.</summary>
    public const int Batch = 4;

    private const int MostGatheredRows = 64;
    private const long MostFactorBytes = 16 << 20;

    private readonly NativeArena _arena;
    private readonly nint[] _fields;
    private readonly TScalar* _factors;
    private readonly nint _factorStride;

    /// <summary>Allocates room.</summary>
    /// <param name="program">The program.</param>
    /// <param name="segments">The segments that will run.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="tangents">Whether the NTK is wanted.</param>
    /// <param name="gathers">Whether row examples will be gathered; examples with themselves need none.</param>
    /// <param name="countsOnly">Whether only <see cref="Bytes"/> is wanted: no memory is taken.</param>
    public PlaneWorkspace(PlaneProgram program, IReadOnlyList<PlaneSegment> segments, int lanes, bool tangents, bool gathers = true, bool countsOnly = false)
    {
        _arena = new NativeArena(countsOnly);
        Entry = tangents ? 2 * lanes : lanes;
        Planes = new PlaneState<TScalar>[Batch];
        for (int i = 0; i < Batch; i++)
            Planes[i] = new PlaneState<TScalar>(_arena, program.RingRows, program.Columns, program.Margin, program.WidestFilter, lanes) { HasTangents = tangents, Entry = Entry };
        _fields = [.. segments.Where(s => s.Pooling is not null).Select(s => (nint)_arena.Take<TScalar>(s.Pooling!.Shelves * s.Pooling.ShelfEntries * Entry))];
        Sums = _arena.Take<TScalar>(4 * Entry);
        _factorStride = program.Factors + program.SparePlaces;
        GatheredRows = !gathers ? 0 : (int)Math.Clamp(MostFactorBytes / (_factorStride * sizeof(TScalar)), 1, MostGatheredRows);
        _factors = _arena.Take<TScalar>(GatheredRows * _factorStride);
        Scratch = _arena.Take<TScalar>(Math.Max(1, program.Tail.Select(step => step.ScratchRows).DefaultIfEmpty().Max()) * lanes);
    }

    /// <summary>Memory of the workspace.</summary>
    public long Bytes => _arena.Bytes;

    /// <summary>Numbers in an entry.</summary>
    public int Entry { get; }

    /// <summary>Row examples whose factors there is room for.</summary>
    public int GatheredRows { get; }

    /// <summary>Room for planes on their way.</summary>
    public PlaneState<TScalar>[] Planes { get; }

    /// <summary>Room for the steps on single numbers.</summary>
    public TScalar* Scratch { get; }

    /// <summary>Sums of a row, a plane, the planes of one d_h, and all planes.</summary>
    public TScalar* Sums { get; }

    /// <summary>The pooled planes after a segment.</summary>
    public TScalar* Field(int segment) => (TScalar*)_fields[segment];

    /// <summary>Room for the inputs and factors of a row example, below <see cref="GatheredRows"/>.</summary>
    public TScalar* RowFactors(int row) => _factors + row * _factorStride;

    public void Dispose() => _arena.Dispose();
}
