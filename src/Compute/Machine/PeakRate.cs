using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

/// <summary>The machine's own ceilings, to print beside every measured throughput.</summary>
public static class PeakRate
{
    private const int Accumulators = 24;

    /// <summary>Measures the rate of fused multiply-adds on registers, in the widest vectors.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="threads">Number of threads; 0 for all cores.</param>
    /// <param name="duration">How long to measure; 0.1 s is enough on a quiet machine.</param>
    /// <returns>Floating-point operations (two a multiply-add) a second, all threads together.</returns>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    public static double MeasureFma<T>(int threads, TimeSpan duration)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InstructionSet.RequireType<T>();
        const int Iterations = 100_000;
        (int lanes, Func<long, T> loop) = InstructionSet.Widest switch
        {
            VectorWidth.Bits512 => (Vector512<T>.Count, (Func<long, T>)Loop512<T>),
            VectorWidth.Bits256 => (Vector256<T>.Count, Loop256<T>),
            _ => (Vector128<T>.Count, Loop128<T>),
        };
        loop(1);
        return Sum(threads, duration, () =>
        {
            loop(Iterations);
            return 2.0 * lanes * Accumulators * Iterations;
        });
    }

    /// <summary>Measures copying memory that is far larger than the caches.</summary>
    /// <param name="threads">Number of threads; 0 for all cores.</param>
    /// <param name="duration">How long to measure.</param>
    /// <returns>Bytes read plus bytes written a second, all threads together.</returns>
    public static double MeasureCopyBandwidth(int threads, TimeSpan duration)
    {
        const int Bytes = 64 << 20;
        int count = Parallelism.Resolve(threads);
        using var memory = new NativeMatrix<byte>(2 * count, Bytes);
        memory.View.Fill(1);
        int worker = -1;
        using var row = new ThreadLocal<int>(() => Interlocked.Increment(ref worker));
        return Sum(count, duration, () =>
        {
            memory.Row(2 * row.Value).CopyTo(memory.Row(2 * row.Value + 1));
            return 2.0 * Bytes;
        });
    }

    private static double Sum(int threads, TimeSpan duration, Func<double> work)
    {
        double[] rates = new double[Parallelism.Resolve(threads)];
        using var together = new Barrier(rates.Length);
        var team = new Thread[rates.Length];
        for (int t = 0; t < team.Length; t++)
        {
            int index = t;
            team[t] = new Thread(() =>
            {
                together.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                double done = 0;
                TimeSpan elapsed;
                do
                {
                    done += work();
                    elapsed = Stopwatch.GetElapsedTime(start);
                }
                while (elapsed < duration);
                rates[index] = done / elapsed.TotalSeconds;
            });
            team[t].Start();
        }

        foreach (Thread thread in team)
            thread.Join();
        return rates.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Loop512<T>(long iterations)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> x = Vector512.Create(T.CreateChecked(0.5)), y = Vector512.Create(T.One);
        Vector512<T> r0 = y, r1 = y, r2 = y, r3 = y, r4 = y, r5 = y, r6 = y, r7 = y, r8 = y, r9 = y, r10 = y, r11 = y, r12 = y, r13 = y, r14 = y, r15 = y, r16 = y, r17 = y, r18 = y, r19 = y, r20 = y, r21 = y, r22 = y, r23 = y;
        for (long i = 0; i < iterations; i++)
        {
            r0 = Fma(x, r0, y);
            r1 = Fma(x, r1, y);
            r2 = Fma(x, r2, y);
            r3 = Fma(x, r3, y);
            r4 = Fma(x, r4, y);
            r5 = Fma(x, r5, y);
            r6 = Fma(x, r6, y);
            r7 = Fma(x, r7, y);
            r8 = Fma(x, r8, y);
            r9 = Fma(x, r9, y);
            r10 = Fma(x, r10, y);
            r11 = Fma(x, r11, y);
            r12 = Fma(x, r12, y);
            r13 = Fma(x, r13, y);
            r14 = Fma(x, r14, y);
            r15 = Fma(x, r15, y);
            r16 = Fma(x, r16, y);
            r17 = Fma(x, r17, y);
            r18 = Fma(x, r18, y);
            r19 = Fma(x, r19, y);
            r20 = Fma(x, r20, y);
            r21 = Fma(x, r21, y);
            r22 = Fma(x, r22, y);
            r23 = Fma(x, r23, y);
        }

        return Vector512.Sum(r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11 + r12 + r13 + r14 + r15 + r16 + r17 + r18 + r19 + r20 + r21 + r22 + r23);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fma<T>(Vector512<T> x, Vector512<T> y, Vector512<T> z) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Loop256<T>(long iterations)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector256<T> x = Vector256.Create(T.CreateChecked(0.5)), y = Vector256.Create(T.One);
        Vector256<T> r0 = y, r1 = y, r2 = y, r3 = y, r4 = y, r5 = y, r6 = y, r7 = y, r8 = y, r9 = y, r10 = y, r11 = y;
        for (long i = 0; i < iterations; i++)
        {
            r0 = Fma(x, r0, y);
            r1 = Fma(x, r1, y);
            r2 = Fma(x, r2, y);
            r3 = Fma(x, r3, y);
            r4 = Fma(x, r4, y);
            r5 = Fma(x, r5, y);
            r6 = Fma(x, r6, y);
            r7 = Fma(x, r7, y);
            r8 = Fma(x, r8, y);
            r9 = Fma(x, r9, y);
            r10 = Fma(x, r10, y);
            r11 = Fma(x, r11, y);
            r0 = Fma(x, r0, y);
            r1 = Fma(x, r1, y);
            r2 = Fma(x, r2, y);
            r3 = Fma(x, r3, y);
            r4 = Fma(x, r4, y);
            r5 = Fma(x, r5, y);
            r6 = Fma(x, r6, y);
            r7 = Fma(x, r7, y);
            r8 = Fma(x, r8, y);
            r9 = Fma(x, r9, y);
            r10 = Fma(x, r10, y);
            r11 = Fma(x, r11, y);
        }

        return Vector256.Sum(r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fma<T>(Vector256<T> x, Vector256<T> y, Vector256<T> z) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Loop128<T>(long iterations)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector128<T> x = Vector128.Create(T.CreateChecked(0.5)), y = Vector128.Create(T.One);
        Vector128<T> r0 = y, r1 = y, r2 = y, r3 = y, r4 = y, r5 = y, r6 = y, r7 = y, r8 = y, r9 = y, r10 = y, r11 = y;
        for (long i = 0; i < iterations; i++)
        {
            r0 = Fma(x, r0, y);
            r1 = Fma(x, r1, y);
            r2 = Fma(x, r2, y);
            r3 = Fma(x, r3, y);
            r4 = Fma(x, r4, y);
            r5 = Fma(x, r5, y);
            r6 = Fma(x, r6, y);
            r7 = Fma(x, r7, y);
            r8 = Fma(x, r8, y);
            r9 = Fma(x, r9, y);
            r10 = Fma(x, r10, y);
            r11 = Fma(x, r11, y);
            r0 = Fma(x, r0, y);
            r1 = Fma(x, r1, y);
            r2 = Fma(x, r2, y);
            r3 = Fma(x, r3, y);
            r4 = Fma(x, r4, y);
            r5 = Fma(x, r5, y);
            r6 = Fma(x, r6, y);
            r7 = Fma(x, r7, y);
            r8 = Fma(x, r8, y);
            r9 = Fma(x, r9, y);
            r10 = Fma(x, r10, y);
            r11 = Fma(x, r11, y);
        }

        return Vector128.Sum(r0 + r1 + r2 + r3 + r4 + r5 + r6 + r7 + r8 + r9 + r10 + r11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Fma<T>(Vector128<T> x, Vector128<T> y, Vector128<T> z) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();
}
