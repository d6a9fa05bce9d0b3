using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralKernels.Compute;

namespace NeuralKernels.Networks;

// Notation as in PlaneState.cs.

/// <summary>What is left of a plane at the end of a segment: its sum, or its part of the pooled planes.</summary>
internal static unsafe class PlaneSums<TScalar, TReal>
    where TScalar : unmanaged
    where TReal : struct, IRealVector<TReal, TScalar>
{
    /// <summary>Adds a plane to the pooled planes.</summary>
    public static void Pool(PlaneState<TScalar> plane, PlanePooling pooling, TScalar* field)
    {
        int entry = plane.Entry;
        PlaneRows<TScalar> planeRows = plane.Rows;
        foreach (PoolTarget rows in pooling.RowTargets(plane.DisplacementRows))
        {
            foreach (PoolTarget columns in pooling.ColumnTargets(plane.DisplacementColumns))
            {
                TScalar* target = field + (nint)pooling.Offset(rows.Displacement, columns.Displacement) * entry;
                int width = pooling.Output.Columns - Math.Abs(columns.Displacement);
                foreach (PoolRun down in rows.Runs)
                {
                    foreach (PoolRun along in columns.Runs)
                        PoolWindows(planeRows, down, along, entry, pooling.Scale, target, (nint)width * entry);
                }
            }
        }
    }

    /// <summary>Sums all entries of a plane, rows first, so that the error does not grow with their number.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="sum">Takes the sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(PlaneState<TScalar> plane, TScalar* sum)
    {
        int entry = plane.Entry;
        Clear(sum, entry);
        for (int r = 0; r < plane.Height; r++)
        {
            TScalar* row = plane.Row(r);
            for (int lane = 0; lane < entry; lane += TReal.Lanes)
            {
                // Four sums at a time: one would wait for itself.
                TReal sum0 = TReal.Constant(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
                TScalar* place = row + lane;
                int c = 0;
                for (; c + 3 < plane.Width; c += 4)
                {
                    sum0 += TReal.Load(place);
                    sum1 += TReal.Load(place + entry);
                    sum2 += TReal.Load(place + 2 * entry);
                    sum3 += TReal.Load(place + 3 * entry);
                    place += 4 * entry;
                }

                for (; c < plane.Width; c++)
                {
                    sum0 += TReal.Load(place);
                    place += entry;
                }

                TReal.Store(TReal.Load(sum + lane) + (sum0 + sum1 + (sum2 + sum3)), sum + lane);
            }
        }
    }

    /// <summary>target += source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(TScalar* source, TScalar* target, int count)
    {
        for (int i = 0; i < count; i += TReal.Lanes)
            TReal.Store(TReal.Load(target + i) + TReal.Load(source + i), target + i);
    }

    /// <summary>Sets numbers to 0.</summary>
    public static void Clear(TScalar* target, long count) => NativeMemory.Clear(target, (nuint)(count * sizeof(TScalar)));

    // Windows of one size at regular distances: two rows and columns of each at most, then what remains of larger ones.
    private static void PoolWindows(
        PlaneRows<TScalar> rows, PoolRun down, PoolRun along, nint entry, double factor, TScalar* pooled, nint pooledPitch)
    {
        switch (down.Count, along.Count)
        {
            case (1, 1):
                PoolWindows<One, One>(rows, down, along, entry, factor, pooled, pooledPitch);
                break;
            case (1, _):
                PoolWindows<One, Two>(rows, down, along, entry, factor, pooled, pooledPitch);
                break;
            case (_, 1):
                PoolWindows<Two, One>(rows, down, along, entry, factor, pooled, pooledPitch);
                break;
            default:
                PoolWindows<Two, Two>(rows, down, along, entry, factor, pooled, pooledPitch);
                break;
        }

        if (down.Count > 2)
        {
            PoolWindows(
                rows, down with { Start = down.Start + 2, Count = down.Count - 2 }, along with { Count = Math.Min(along.Count, 2) }, entry, factor, pooled, pooledPitch);
        }

        if (along.Count > 2)
            PoolWindows(rows, down, along with { Start = along.Start + 2, Count = along.Count - 2 }, entry, factor, pooled, pooledPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PoolWindows<TRows, TColumns>(
        PlaneRows<TScalar> rows, PoolRun down, PoolRun along, nint entry, double factor, TScalar* pooled, nint pooledPitch)
        where TRows : struct, IWindowSide
        where TColumns : struct, IWindowSide
    {
        TReal scale = TReal.Constant(factor);
        nint step = along.Stride * entry;
        for (int g = 0; g < down.Length; g++)
        {
            int r = down.Start + g * down.Stride;
            TScalar* first = rows.At(r) + along.Start * entry;
            TScalar* second = TRows.IsTwo ? rows.At(r + 1) + along.Start * entry : first;
            TScalar* target = pooled + (down.Index + g) * pooledPitch + along.Index * entry;
            if (entry == TReal.Lanes)
            {
                for (int i = along.Length; i > 0; i--)
                {
                    TReal k = Window<TRows, TColumns>(first, second, entry);
                    TReal.Store(TReal.MultiplyAdd(k, scale, TReal.Load(target)), target);
                    first += step;
                    second += step;
                    target += entry;
                }

                continue;
            }

            for (int i = along.Length; i > 0; i--)
            {
                TReal k = Window<TRows, TColumns>(first, second, entry), t = Window<TRows, TColumns>(first + TReal.Lanes, second + TReal.Lanes, entry);
                TReal.Store(TReal.MultiplyAdd(k, scale, TReal.Load(target)), target);
                TReal.Store(TReal.MultiplyAdd(t, scale, TReal.Load(target + TReal.Lanes)), target + TReal.Lanes);
                first += step;
                second += step;
                target += entry;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TReal Window<TRows, TColumns>(TScalar* first, TScalar* second, nint entry)
        where TRows : struct, IWindowSide
        where TColumns : struct, IWindowSide
    {
        TReal sum = TReal.Load(first);
        if (TColumns.IsTwo)
            sum += TReal.Load(first + entry);
        if (!TRows.IsTwo)
            return sum;
        TReal below = TReal.Load(second);
        if (TColumns.IsTwo)
            below += TReal.Load(second + entry);
        return sum + below;
    }

    private interface IWindowSide
    {
        static abstract bool IsTwo { get; }
    }

    private readonly struct One : IWindowSide
    {
        public static bool IsTwo => false;
    }

    private readonly struct Two : IWindowSide
    {
        public static bool IsTwo => true;
    }
}
