using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralKernels.Compute;

/// <summary>Copies factors into micro-panels: a group of lanes, stored k after k, so that the microkernel reads memory in order.</summary>
internal static unsafe class Packing
{
    /// <summary>Packs lanes [lane, lane + width) at depths [k, k + depth) to panel[d width + i]; lanes past the end become zero.</summary>
    public static void Panel<T>(in Operand<T> source, nint lane, nint width, nint k, nint depth, T* panel)
        where T : unmanaged
    {
        nint lanes = Math.Min(width, source.Lanes - lane);
        T* from = source.Address(lane, k);
        if (source.LaneStride == 1)
            CopyRows(from, source.DepthStride, lanes, width, depth, panel);
        else
            Transpose(from, source.LaneStride, source.DepthStride, lanes, width, depth, panel);
        if (lanes < width)
            ClearLanes(lanes, width, depth, panel);
    }

    /// <summary>Writes the lanes of a packed panel back to <paramref name="target"/>, from lane <paramref name="lane"/> on.</summary>
    public static void Unpack<T>(T* panel, in Operand<T> target, nint lane, nint width)
        where T : unmanaged
    {
        nint lanes = Math.Min(width, target.Lanes - lane);
        T* to = target.Address(lane, 0);
        if (target.LaneStride == 1)
        {
            for (nint d = 0; d < target.Depth; d++)
                new ReadOnlySpan<T>(panel + d * width, (int)lanes).CopyTo(new Span<T>(to + d * target.DepthStride, (int)lanes));
            return;
        }

        // The same transposition with the roles of lanes and depth exchanged.
        nint square = 0;
        for (; target.DepthStride == 1 && square + 4 <= target.Depth; square += 4)
        {
            nint done = TransposeFour(panel + square * width, width, target.LaneStride, lanes, to + square);
            for (nint i = done; i < lanes; i++)
            {
                for (nint d = square; d < square + 4; d++)
                    to[i * target.LaneStride + d] = panel[d * width + i];
            }
        }

        for (nint i = 0; i < lanes; i++)
        {
            for (nint d = square; d < target.Depth; d++)
                to[i * target.LaneStride + d * target.DepthStride] = panel[d * width + i];
        }
    }

    private static void CopyRows<T>(T* from, nint stride, nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        // Rows of a panel are a few vectors long: a call to copy each would take longer than the copying.
        nint whole = lanes - lanes % Vector128<T>.Count;
        for (nint d = 0; d < depth; d++, from += stride, panel += width)
        {
            for (nint i = 0; i < whole; i += Vector128<T>.Count)
                Vector128.Load(from + i).Store(panel + i);
            for (nint i = whole; i < lanes; i++)
                panel[i] = from[i];
        }
    }

    private static void Transpose<T>(T* from, nint laneStride, nint depthStride, nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        nint i = 0;
        for (; i + 4 <= lanes; i += 4)
        {
            T* s0 = from + i * laneStride;
            nint d = depthStride == 1 ? TransposeFour(s0, laneStride, width, depth, panel + i) : 0;
            T* s1 = s0 + laneStride, s2 = s1 + laneStride, s3 = s2 + laneStride;
            for (T* to = panel + d * width + i; d < depth; d++, to += width)
            {
                nint at = d * depthStride;
                to[0] = s0[at];
                to[1] = s1[at];
                to[2] = s2[at];
                to[3] = s3[at];
            }
        }

        for (; i < lanes; i++)
        {
            for (nint d = 0; d < depth; d++)
                panel[d * width + i] = from[i * laneStride + d * depthStride];
        }
    }

    /// <summary>Transposes squares of 4 x 4 in registers; returns the depth done, a multiple of 4 and 0 where there are no instructions for it.</summary>
    private static nint TransposeFour<T>(T* from, nint laneStride, nint width, nint depth, T* to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) && Sse.IsSupported)
            return TransposeFour((float*)from, laneStride, width, depth, (float*)to);
        return typeof(T) == typeof(double) && Avx.IsSupported ? TransposeFour((double*)from, laneStride, width, depth, (double*)to) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint TransposeFour(float* from, nint laneStride, nint width, nint depth, float* to)
    {
        nint d = 0;
        for (; d + 4 <= depth; d += 4, from += 4, to += 4 * width)
        {
            Vector128<float> x0 = Vector128.Load(from), x1 = Vector128.Load(from + laneStride);
            Vector128<float> x2 = Vector128.Load(from + 2 * laneStride), x3 = Vector128.Load(from + 3 * laneStride);
            Vector128<float> low01 = Sse.UnpackLow(x0, x1), high01 = Sse.UnpackHigh(x0, x1), low23 = Sse.UnpackLow(x2, x3), high23 = Sse.UnpackHigh(x2, x3);
            Sse.MoveLowToHigh(low01, low23).Store(to);
            Sse.MoveHighToLow(low23, low01).Store(to + width);
            Sse.MoveLowToHigh(high01, high23).Store(to + 2 * width);
            Sse.MoveHighToLow(high23, high01).Store(to + 3 * width);
        }

        return d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint TransposeFour(double* from, nint laneStride, nint width, nint depth, double* to)
    {
        nint d = 0;
        for (; d + 4 <= depth; d += 4, from += 4, to += 4 * width)
        {
            Vector256<double> x0 = Vector256.Load(from), x1 = Vector256.Load(from + laneStride);
            Vector256<double> x2 = Vector256.Load(from + 2 * laneStride), x3 = Vector256.Load(from + 3 * laneStride);
            Vector256<double> even01 = Avx.UnpackLow(x0, x1), odd01 = Avx.UnpackHigh(x0, x1), even23 = Avx.UnpackLow(x2, x3), odd23 = Avx.UnpackHigh(x2, x3);
            Avx.Permute2x128(even01, even23, 0x20).Store(to);
            Avx.Permute2x128(odd01, odd23, 0x20).Store(to + width);
            Avx.Permute2x128(even01, even23, 0x31).Store(to + 2 * width);
            Avx.Permute2x128(odd01, odd23, 0x31).Store(to + 3 * width);
        }

        return d;
    }

    private static void ClearLanes<T>(nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        for (nint d = 0; d < depth; d++)
            new Span<T>(panel + d * width + lanes, (int)(width - lanes)).Clear();
    }
}
