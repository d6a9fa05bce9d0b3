using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralKernels.Abstractions;

// Notation. Z^T is n x n, cut into strips of 16 columns that are contiguous in memory and fit into L2. Sweep q turns rows i and i + 1 by (c, s):
// row i+1 <- s row i + c row i+1, row i <- c row i - s row i+1, for i descending.
// Four sweeps run at once, as in a systolic array: x enters as row i, passes sweep 0's rotation i, sweep 1's rotation i + 1, ... and
// leaves as row i + 4; each sweep carries the row that it has half done. The identity (1, 0) just delays rows by one step, so sweeps of
// different extent, and the ends of the array, need no special case.

namespace NeuralKernels.Compute;

/// <summary>Where a QL sweep writes its rotations.</summary>
internal readonly unsafe ref struct RotationSweep(double* first, int stride)
{
    public void Set(int i, double c, double s)
    {
        first[(nint)i * stride] = c;
        first[(nint)i * stride + 1] = s;
    }
}

/// <summary>The identity, rotated by QL sweeps that are collected and applied many at a time, in cache and in parallel.</summary>
internal sealed unsafe class RotatedIdentity : IDisposable
{
    private const int Lanes = 16;
    private const int Fused = 4;
    private const int Quartets = 16;
    private const int Step = 2 * Fused;
    private readonly nint _n;
    private readonly int _threads;
    private readonly bool _wide;
    private readonly NativeMatrix<double> _strips;

    // Quartet g, index i: (c, s) of sweep 0's rotation i, sweep 1's rotation i, ... Each is kept from index -Fused to n + Fused.
    private readonly NativeMatrix<double> _rotations;
    private readonly int[] _low = new int[Quartets];
    private readonly int[] _high = new int[Quartets];
    private int _sweeps;

    /// <param name="n">Rows and columns.</param>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <param name="width">512 bits, or else the portable code.</param>
    public RotatedIdentity(nint n, int threads, VectorWidth width)
    {
        _n = n;
        _wide = width == VectorWidth.Bits512;
        _threads = threads;
        _strips = new NativeMatrix<double>((n + Lanes - 1) / Lanes, n * Lanes);
        _rotations = new NativeMatrix<double>(Quartets, (n + 2 * Fused) * Step, clear: false);
        MatrixView<double> strips = _strips.View;
        for (nint i = 0; i < n; i++)
            strips.Data[i / Lanes * strips.Stride + i * Lanes + i % Lanes] = 1;
        ClearRotations();
    }

    /// <summary>Starts a sweep of rotations from m - 1 down to l; those not set are the identity.</summary>
    public RotationSweep Begin(int l, int m, CancellationToken cancellationToken)
    {
        if (_sweeps == Quartets * Fused)
            Flush(cancellationToken);
        int quartet = _sweeps / Fused, sweep = _sweeps % Fused;
        _low[quartet] = sweep == 0 ? l : Math.Min(_low[quartet], l);
        _high[quartet] = sweep == 0 ? m : Math.Max(_high[quartet], m);
        _sweeps++;
        return new RotationSweep(Rotation(quartet, 0) + 2 * sweep, Step);
    }

    /// <summary>Applies what has been collected.</summary>
    public void Flush(CancellationToken cancellationToken)
    {
        if (_sweeps == 0)
            return;
        int quartets = (_sweeps + Fused - 1) / Fused;
        MatrixView<double> strips = _strips.View;
        Parallelism.For(
            strips.Rows,
            _threads,
            (_, strip) =>
            {
                for (int quartet = 0; quartet < quartets; quartet++)
                {
                    double* z = strips.Data + strip * strips.Stride;
                    if (_wide)
                    {
                        Apply512(z, Rotation(quartet, 0), _low[quartet], _high[quartet]);
                    }
                    else
                    {
                        for (int lane = 0; lane < Lanes; lane += Vector<double>.Count)
                            ApplyPortable(z + lane, Rotation(quartet, 0), _low[quartet], _high[quartet]);
                    }
                }
            },
            cancellationToken);
        ClearRotations();
        _sweeps = 0;
    }

    /// <summary>Row i of the destination becomes row order[i] of Z^T.</summary>
    public void CopyRows(int[] order, MatrixView<double> destination)
    {
        MatrixView<double> strips = _strips.View;
        Parallelism.For(_n, _threads, (_, i) =>
        {
            for (nint strip = 0; strip < strips.Rows; strip++)
            {
                int width = (int)Math.Min(Lanes, _n - strip * Lanes);
                double* from = strips.Data + strip * strips.Stride + (nint)order[i] * Lanes;
                new ReadOnlySpan<double>(from, width).CopyTo(new Span<double>(destination.Data + i * destination.Stride + strip * Lanes, width));
            }
        });
    }

    public void Dispose()
    {
        _strips.Dispose();
        _rotations.Dispose();
    }

    private double* Rotation(int quartet, nint i)
    {
        MatrixView<double> view = _rotations.View;
        return view.Data + quartet * view.Stride + (i + Fused) * Step;
    }

    private void ClearRotations()
    {
        for (int quartet = 0; quartet < Quartets; quartet++)
        {
            double* rotation = Rotation(quartet, -Fused);
            for (nint k = 0; k < (_n + 2 * Fused) * Fused; k++)
            {
                rotation[2 * k] = 1;
                rotation[2 * k + 1] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply512(double* z, double* rotations, nint low, nint high)
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (nint i = high; i >= low - Fused; i--)
        {
            // Below the lowest row nothing enters, above the highest nothing leaves.
            Vector512<double> a = default, b = default;
            if (i >= low)
            {
                a = Vector512.Load(z + i * Lanes);
                b = Vector512.Load(z + i * Lanes + 8);
            }

            double* r = rotations + i * Step;
            Turn(r, ref a, ref a0, ref b, ref b0);
            Turn(r + Step + 2, ref a, ref a1, ref b, ref b1);
            Turn(r + 2 * Step + 4, ref a, ref a2, ref b, ref b2);
            Turn(r + 3 * Step + 6, ref a, ref a3, ref b, ref b3);
            if (i + Fused <= high)
            {
                a.Store(z + (i + Fused) * Lanes);
                b.Store(z + (i + Fused) * Lanes + 8);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(double* rotation, ref Vector512<double> a, ref Vector512<double> carryA, ref Vector512<double> b, ref Vector512<double> carryB)
    {
        Vector512<double> c = Vector512.Create(rotation[0]), s = Vector512.Create(rotation[1]);
        Vector512<double> nextA = Vector512.FusedMultiplyAdd(s, a, c * carryA), nextB = Vector512.FusedMultiplyAdd(s, b, c * carryB);
        carryA = Vector512.FusedMultiplyAdd(-s, carryA, c * a);
        carryB = Vector512.FusedMultiplyAdd(-s, carryB, c * b);
        a = nextA;
        b = nextB;
    }

    private static void ApplyPortable(double* z, double* rotations, nint low, nint high)
    {
        Vector<double> c0 = default, c1 = default, c2 = default, c3 = default;
        for (nint i = high; i >= low - Fused; i--)
        {
            Vector<double> x = i >= low ? Vector.Load(z + i * Lanes) : default;
            double* r = rotations + i * Step;
            Turn(r, ref x, ref c0);
            Turn(r + Step + 2, ref x, ref c1);
            Turn(r + 2 * Step + 4, ref x, ref c2);
            Turn(r + 3 * Step + 6, ref x, ref c3);
            if (i + Fused <= high)
                x.Store(z + (i + Fused) * Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(double* rotation, ref Vector<double> x, ref Vector<double> carry)
    {
        Vector<double> c = Vector.Create(rotation[0]), s = Vector.Create(rotation[1]);
        Vector<double> next = s * x + c * carry;
        carry = c * x - s * carry;
        x = next;
    }
}
