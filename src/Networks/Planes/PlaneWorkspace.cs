using System.Runtime.InteropServices;

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

    private readonly List<nint> _allocated = [];
    private readonly nint[][] _fields;
    private readonly nint[] _sums;
    private readonly nint[] _factors;

    /// <summary>Allocates room.</summary>
    /// <param name="program">The program.</param>
    /// <param name="segments">The segments that will run.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="tangents">Whether the NTK is wanted.</param>
    public PlaneWorkspace(PlaneProgram program, IReadOnlyList<PlaneSegment> segments, int lanes, bool tangents)
    {
        Entry = tangents ? 2 * lanes : lanes;
        Rows = program.IsDiagonal ? MostRows : 1;
        Planes = new PlaneState<TScalar>[Batch];
        for (int i = 0; i < Batch; i++)
            Planes[i] = new PlaneState<TScalar>(program.RingRows, program.Columns, program.Margin, program.WidestFilter, lanes) { HasTangents = tangents, Entry = Entry };
        _fields = new nint[Rows][];
        _sums = new nint[Rows];
        _factors = new nint[Rows];
        for (int row = 0; row < Rows; row++)
        {
            _fields[row] = [.. segments.Where(s => s.Pooling is not null).Select(s => Allocate(s.Pooling!.Shelves * s.Pooling.ShelfEntries * Entry))];
            _sums[row] = Allocate(4 * Entry);
            _factors[row] = Allocate(program.Factors + PlaneProgram.SparePlaces);
        }

        Scratch = (TScalar*)Allocate(Math.Max(1, program.Tail.Select(step => step.ScratchRows).DefaultIfEmpty().Max()) * lanes);
    }

    ~PlaneWorkspace() => Free();

    /// <summary>Numbers in an entry.</summary>
    public int Entry { get; }

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

    /// <summary>Room for the inputs and factors of a row example.</summary>
    public TScalar* RowFactors(int row) => (TScalar*)_factors[row];

    public void Dispose()
    {
        foreach (PlaneState<TScalar> plane in Planes)
            plane.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private nint Allocate(long count)
    {
        nuint bytes = (nuint)(count * sizeof(TScalar));
        void* memory = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(memory, bytes);
        _allocated.Add((nint)memory);
        return (nint)memory;
    }

    private void Free()
    {
        foreach (nint memory in _allocated)
            NativeMemory.AlignedFree((void*)memory);
        _allocated.Clear();
    }
}
