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
        for (nint d = 0; d < target.Depth; d++)
        {
            T* to = target.Address(lane, d);
            for (nint i = 0; i < lanes; i++)
                to[i * target.LaneStride] = panel[d * width + i];
        }
    }

    private static void CopyRows<T>(T* from, nint stride, nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        for (nint d = 0; d < depth; d++)
            new ReadOnlySpan<T>(from + d * stride, (int)lanes).CopyTo(new Span<T>(panel + d * width, (int)lanes));
    }

    private static void Transpose<T>(T* from, nint laneStride, nint depthStride, nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        nint i = 0;
        for (; i + 4 <= lanes; i += 4)
        {
            T* s0 = from + i * laneStride, s1 = s0 + laneStride, s2 = s1 + laneStride, s3 = s2 + laneStride;
            T* to = panel + i;
            for (nint d = 0; d < depth; d++)
            {
                nint at = d * depthStride;
                to[0] = s0[at];
                to[1] = s1[at];
                to[2] = s2[at];
                to[3] = s3[at];
                to += width;
            }
        }

        for (; i < lanes; i++)
        {
            for (nint d = 0; d < depth; d++)
                panel[d * width + i] = from[i * laneStride + d * depthStride];
        }
    }

    private static void ClearLanes<T>(nint lanes, nint width, nint depth, T* panel)
        where T : unmanaged
    {
        for (nint d = 0; d < depth; d++)
            new Span<T>(panel + d * width + lanes, (int)(width - lanes)).Clear();
    }
}
