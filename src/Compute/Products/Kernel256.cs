using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

// Notation. The tile is R x 2 vectors; r<i><v> is its row i, vector v; x broadcasts one entry of a; y0, y1 are a row of b.

namespace NeuralKernels.Compute;

/// <summary>6 x 2 vectors of 256 bits: the 16 registers of AVX2.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct Kernel256<T> : IMicroKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int R = 6;

    public static int Rows => R;

    public static int Columns => 2 * Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(nint depth, T* a, T* b, T alpha, T beta, T* c, nint stride)
    {
        nint w = Vector256<T>.Count;
        // The tile of c comes from memory while the loop runs.
        for (int i = 0; i < R && Sse.IsSupported; i++)
        {
            Sse.Prefetch0(c + i * stride);
            Sse.Prefetch0(c + i * stride + 2 * w - 1);
        }

        Vector256<T> r00 = default, r01 = default;
        Vector256<T> r10 = default, r11 = default;
        Vector256<T> r20 = default, r21 = default;
        Vector256<T> r30 = default, r31 = default;
        Vector256<T> r40 = default, r41 = default;
        Vector256<T> r50 = default, r51 = default;
        for (nint k = 0; k < depth; k++)
        {
            Vector256<T> y0 = Vector256.Load(b);
            Vector256<T> y1 = Vector256.Load(b + w);
            Vector256<T> x = Vector256.Create(a[0]);
            r00 = Fma(x, y0, r00);
            r01 = Fma(x, y1, r01);
            x = Vector256.Create(a[1]);
            r10 = Fma(x, y0, r10);
            r11 = Fma(x, y1, r11);
            x = Vector256.Create(a[2]);
            r20 = Fma(x, y0, r20);
            r21 = Fma(x, y1, r21);
            x = Vector256.Create(a[3]);
            r30 = Fma(x, y0, r30);
            r31 = Fma(x, y1, r31);
            x = Vector256.Create(a[4]);
            r40 = Fma(x, y0, r40);
            r41 = Fma(x, y1, r41);
            x = Vector256.Create(a[5]);
            r50 = Fma(x, y0, r50);
            r51 = Fma(x, y1, r51);
            a += R;
            b += 2 * w;
        }

        Vector256<T> scale = Vector256.Create(alpha);
        if (beta == T.Zero)
        {
            Store(c, scale * r00, scale * r01);
            Store(c + stride, scale * r10, scale * r11);
            Store(c + 2 * stride, scale * r20, scale * r21);
            Store(c + 3 * stride, scale * r30, scale * r31);
            Store(c + 4 * stride, scale * r40, scale * r41);
            Store(c + 5 * stride, scale * r50, scale * r51);
            return;
        }

        Vector256<T> keep = Vector256.Create(beta);
        Add(c, scale, r00, r01, keep);
        Add(c + stride, scale, r10, r11, keep);
        Add(c + 2 * stride, scale, r20, r21, keep);
        Add(c + 3 * stride, scale, r30, r31, keep);
        Add(c + 4 * stride, scale, r40, r41, keep);
        Add(c + 5 * stride, scale, r50, r51, keep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector256<T> r0, Vector256<T> r1)
    {
        r0.Store(c);
        r1.Store(c + Vector256<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(T* c, Vector256<T> scale, Vector256<T> r0, Vector256<T> r1, Vector256<T> keep) =>
        Store(c, Fma(scale, r0, keep * Vector256.Load(c)), Fma(scale, r1, keep * Vector256.Load(c + Vector256<T>.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fma(Vector256<T> x, Vector256<T> y, Vector256<T> z)
    {
        if (typeof(T) == typeof(float))
            return Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>();
        return Vector256.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();
    }
}
