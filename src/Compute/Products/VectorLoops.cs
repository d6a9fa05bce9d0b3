using System.Numerics;

namespace NeuralKernels.Compute;

/// <summary>Vector operations on raw memory.</summary>
internal static unsafe class VectorLoops
{
    /// <summary>The inner product of two vectors, in eight partial sums.</summary>
    public static T Dot<T>(T* x, T* y, nint n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint w = Vector<T>.Count, i = 0;
        Vector<T> s0 = default, s1 = default, s2 = default, s3 = default;
        for (; i + 4 * w <= n; i += 4 * w)
        {
            s0 += Vector.Load(x + i) * Vector.Load(y + i);
            s1 += Vector.Load(x + i + w) * Vector.Load(y + i + w);
            s2 += Vector.Load(x + i + 2 * w) * Vector.Load(y + i + 2 * w);
            s3 += Vector.Load(x + i + 3 * w) * Vector.Load(y + i + 3 * w);
        }

        for (; i + w <= n; i += w)
            s0 += Vector.Load(x + i) * Vector.Load(y + i);
        T sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; i < n; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y += a x.</summary>
    public static void AddScaled<T>(T a, T* x, T* y, nint n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint w = Vector<T>.Count, i = 0;
        Vector<T> factor = Vector.Create(a);
        for (; i + w <= n; i += w)
            (Vector.Load(y + i) + factor * Vector.Load(x + i)).Store(y + i);
        for (; i < n; i++)
            y[i] += a * x[i];
    }

    /// <summary>sums += |x|; returns the sum of |x|.</summary>
    public static T AddAbsolute<T>(T* x, T* sums, nint n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint w = Vector<T>.Count, i = 0;
        Vector<T> total = default;
        for (; i + w <= n; i += w)
        {
            Vector<T> value = Vector.Abs(Vector.Load(x + i));
            total += value;
            (Vector.Load(sums + i) + value).Store(sums + i);
        }

        T sum = Vector.Sum(total);
        for (; i < n; i++)
        {
            T value = T.Abs(x[i]);
            sum += value;
            sums[i] += value;
        }

        return sum;
    }
}
