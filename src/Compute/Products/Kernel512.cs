using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

// Notation. The tile is R x 2 vectors; r<i><v> is its row i, vector v; x broadcasts one entry of a; y0, y1 are a row of b.

namespace NeuralKernels.Compute;

/// <summary>12 x 2 vectors of 512 bits: 24 accumulators, two loads and twelve broadcasts for 24 fused multiply-adds.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct Kernel512<T> : IMicroKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int R = 12;

    public static int Rows => R;

    public static int Columns => 2 * Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(nint depth, T* a, T* b, T alpha, T beta, T* c, nint stride)
    {
        nint w = Vector512<T>.Count;
        // The tile of c comes from memory while the loop runs.
        for (int i = 0; i < R && Sse.IsSupported; i++)
        {
            Sse.Prefetch0(c + i * stride);
            Sse.Prefetch0(c + i * stride + 2 * w - 1);
        }

        Vector512<T> r00 = default, r01 = default;
        Vector512<T> r10 = default, r11 = default;
        Vector512<T> r20 = default, r21 = default;
        Vector512<T> r30 = default, r31 = default;
        Vector512<T> r40 = default, r41 = default;
        Vector512<T> r50 = default, r51 = default;
        Vector512<T> r60 = default, r61 = default;
        Vector512<T> r70 = default, r71 = default;
        Vector512<T> r80 = default, r81 = default;
        Vector512<T> r90 = default, r91 = default;
        Vector512<T> r100 = default, r101 = default;
        Vector512<T> r110 = default, r111 = default;
        for (nint k = 0; k < depth; k++)
        {
            Vector512<T> y0 = Vector512.Load(b);
            Vector512<T> y1 = Vector512.Load(b + w);
            Vector512<T> x = Vector512.Create(a[0]);
            r00 = Fma(x, y0, r00);
            r01 = Fma(x, y1, r01);
            x = Vector512.Create(a[1]);
            r10 = Fma(x, y0, r10);
            r11 = Fma(x, y1, r11);
            x = Vector512.Create(a[2]);
            r20 = Fma(x, y0, r20);
            r21 = Fma(x, y1, r21);
            x = Vector512.Create(a[3]);
            r30 = Fma(x, y0, r30);
            r31 = Fma(x, y1, r31);
            x = Vector512.Create(a[4]);
            r40 = Fma(x, y0, r40);
            r41 = Fma(x, y1, r41);
            x = Vector512.Create(a[5]);
            r50 = Fma(x, y0, r50);
            r51 = Fma(x, y1, r51);
            x = Vector512.Create(a[6]);
            r60 = Fma(x, y0, r60);
            r61 = Fma(x, y1, r61);
            x = Vector512.Create(a[7]);
            r70 = Fma(x, y0, r70);
            r71 = Fma(x, y1, r71);
            x = Vector512.Create(a[8]);
            r80 = Fma(x, y0, r80);
            r81 = Fma(x, y1, r81);
            x = Vector512.Create(a[9]);
            r90 = Fma(x, y0, r90);
            r91 = Fma(x, y1, r91);
            x = Vector512.Create(a[10]);
            r100 = Fma(x, y0, r100);
            r101 = Fma(x, y1, r101);
            x = Vector512.Create(a[11]);
            r110 = Fma(x, y0, r110);
            r111 = Fma(x, y1, r111);
            a += R;
            b += 2 * w;
        }

        Vector512<T> scale = Vector512.Create(alpha);
        if (beta == T.Zero)
        {
            Store(c, scale * r00, scale * r01);
            Store(c + stride, scale * r10, scale * r11);
            Store(c + 2 * stride, scale * r20, scale * r21);
            Store(c + 3 * stride, scale * r30, scale * r31);
            Store(c + 4 * stride, scale * r40, scale * r41);
            Store(c + 5 * stride, scale * r50, scale * r51);
            Store(c + 6 * stride, scale * r60, scale * r61);
            Store(c + 7 * stride, scale * r70, scale * r71);
            Store(c + 8 * stride, scale * r80, scale * r81);
            Store(c + 9 * stride, scale * r90, scale * r91);
            Store(c + 10 * stride, scale * r100, scale * r101);
            Store(c + 11 * stride, scale * r110, scale * r111);
            return;
        }

        Vector512<T> keep = Vector512.Create(beta);
        Add(c, scale, r00, r01, keep);
        Add(c + stride, scale, r10, r11, keep);
        Add(c + 2 * stride, scale, r20, r21, keep);
        Add(c + 3 * stride, scale, r30, r31, keep);
        Add(c + 4 * stride, scale, r40, r41, keep);
        Add(c + 5 * stride, scale, r50, r51, keep);
        Add(c + 6 * stride, scale, r60, r61, keep);
        Add(c + 7 * stride, scale, r70, r71, keep);
        Add(c + 8 * stride, scale, r80, r81, keep);
        Add(c + 9 * stride, scale, r90, r91, keep);
        Add(c + 10 * stride, scale, r100, r101, keep);
        Add(c + 11 * stride, scale, r110, r111, keep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector512<T> r0, Vector512<T> r1)
    {
        r0.Store(c);
        r1.Store(c + Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(T* c, Vector512<T> scale, Vector512<T> r0, Vector512<T> r1, Vector512<T> keep) =>
        Store(c, Fma(scale, r0, keep * Vector512.Load(c)), Fma(scale, r1, keep * Vector512.Load(c + Vector512<T>.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fma(Vector512<T> x, Vector512<T> y, Vector512<T> z)
    {
        if (typeof(T) == typeof(float))
            return Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>();
        return Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();
    }
}
