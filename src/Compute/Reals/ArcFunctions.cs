using System.Runtime.CompilerServices;

namespace NeuralKernels.Compute;

// Notation
//   u      correlation, in [-1, 1] up to rounding
//   t      angle, cos t = u
//   w      1 - |u|
//   k0(u)  = (pi - t) / pi                              arc-cosine kernel of order 0 (Cho and Saul 2009, equation 3, scaled)
//   k1(u)  = (sin t + (pi - t) cos t) / pi              arc-cosine kernel of order 1
// Near u = 1 the angle is sqrt(2 w) to first order: with w as the variable nothing cancels, and one square root serves all.
//   k0(-|u|) = sqrt(w) Q(w)          k0(u) = 1 - k0(-u)
//   k1(-|u|) = w sqrt(w) P(w)        k1(u) = k1(-u) + u
//   asin(u)  = u R(u^2) for |u| <= 1/2, else from k0
// Q, P and R are smooth; scripts/fit-polynomials.py makes the coefficients.

/// <summary>Arc functions of correlations, without cancellation near 1, for every real type.</summary>
public static class ArcFunctions
{
    /// <summary>The arc-cosine kernels of order 0 and 1 of a correlation.</summary>
    /// <param name="u">Correlation; |u| may exceed 1 by rounding and counts as 1 then.</param>
    /// <param name="k0">(pi - t) / pi with cos t = u.</param>
    /// <param name="k1">(sin t + (pi - t) cos t) / pi.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ArcCosineKernels<T>(T u, out T k0, out T k1)
        where T : struct, IReal<T>
    {
        T zero = T.Constant(0);
        T w = T.Max(T.Constant(1) - T.Abs(u), zero);
        T root = T.Sqrt(w);
        T low0 = root * Q(w);
        T low1 = w * root * P(w);
        k0 = T.IfLess(zero, u, T.Constant(1) - low0, low0);
        k1 = T.Max(u, zero) + low1;
    }

    /// <summary>(pi - t) / pi with cos t = u: the arc-cosine kernel of order 0.</summary>
    /// <param name="u">Correlation; |u| may exceed 1 by rounding and counts as 1 then.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ArcCosineKernel0<T>(T u)
        where T : struct, IReal<T>
    {
        T zero = T.Constant(0);
        T w = T.Max(T.Constant(1) - T.Abs(u), zero);
        T low = T.Sqrt(w) * Q(w);
        return T.IfLess(zero, u, T.Constant(1) - low, low);
    }

    /// <summary>Arc sine in radians, with small relative error for small arguments.</summary>
    /// <param name="u">Correlation; |u| may exceed 1 by rounding and counts as 1 then.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ArcSine<T>(T u)
        where T : struct, IReal<T>
    {
        T zero = T.Constant(0);
        T magnitude = T.Abs(u);
        T square = T.Min(u * u, T.Constant(0.25));
        T near = magnitude * R(square);
        T w = T.Max(T.Constant(1) - magnitude, zero);
        T far = T.MultiplyAdd(T.Constant(-Math.PI), T.Sqrt(w) * Q(w), T.Constant(Math.PI / 2));
        T result = T.IfLess(T.Constant(0.5), magnitude, far, near);
        return T.IfLess(u, zero, -result, result);
    }

    /// <summary>sqrt(1 - u^2), 0 where rounding takes |u| beyond 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SineOfCorrelation<T>(T u)
        where T : struct, IReal<T> =>
        T.Sqrt(T.Max((T.Constant(1) - u) * (T.Constant(1) + u), T.Constant(0)));

    // Q: relative error 1.2e-7 (degree 6) and 2.0e-17 (degree 18).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Q<T>(T x)
        where T : struct, IReal<T>
    {
        if (T.IsSinglePrecision)
        {
            T p = T.Constant(0.000702718728677509);
            p = T.MultiplyAdd(p, x, T.Constant(-0.0007532058077452215));
            p = T.MultiplyAdd(p, x, T.Constant(0.0016915896281724009));
            p = T.MultiplyAdd(p, x, T.Constant(0.0021952971013080263));
            p = T.MultiplyAdd(p, x, T.Constant(0.008495693310904667));
            p = T.MultiplyAdd(p, x, T.Constant(0.03750964881421261));
            p = T.MultiplyAdd(p, x, T.Constant(0.45015819426813136));
            return p;
        }
        else
        {
            T p = T.Constant(1.527104740182858e-06);
            p = T.MultiplyAdd(p, x, T.Constant(-1.1261280138402475e-05));
            p = T.MultiplyAdd(p, x, T.Constant(3.955053770370357e-05));
            p = T.MultiplyAdd(p, x, T.Constant(-8.557648187341667e-05));
            p = T.MultiplyAdd(p, x, T.Constant(0.00012754304139369471));
            p = T.MultiplyAdd(p, x, T.Constant(-0.00013687625959514212));
            p = T.MultiplyAdd(p, x, T.Constant(0.00011080327258598078));
            p = T.MultiplyAdd(p, x, T.Constant(-6.525326994907856e-05));
            p = T.MultiplyAdd(p, x, T.Constant(3.460419989822555e-05));
            p = T.MultiplyAdd(p, x, T.Constant(-2.2873114960199797e-06));
            p = T.MultiplyAdd(p, x, T.Constant(2.3195458675430442e-05));
            p = T.MultiplyAdd(p, x, T.Constant(4.8544795153372625e-05));
            p = T.MultiplyAdd(p, x, T.Constant(0.00012213551482788204));
            p = T.MultiplyAdd(p, x, T.Constant(0.00031471098117365757));
            p = T.MultiplyAdd(p, x, T.Constant(0.0008547930425932389));
            p = T.MultiplyAdd(p, x, T.Constant(0.0025120432714529307));
            p = T.MultiplyAdd(p, x, T.Constant(0.00844046546442507));
            p = T.MultiplyAdd(p, x, T.Constant(0.03751317983987564));
            p = T.MultiplyAdd(p, x, T.Constant(0.45015815807855303));
            return p;
        }
    }

    // P: relative error 1.4e-7 (degree 5) and 7.3e-18 (degree 17).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T P<T>(T x)
        where T : struct, IReal<T>
    {
        if (T.IsSinglePrecision)
        {
            T p = T.Constant(0.00016558550229587562);
            p = T.MultiplyAdd(p, x, T.Constant(-1.0112491988163717e-05));
            p = T.MultiplyAdd(p, x, T.Constant(0.0006537140814849389));
            p = T.MultiplyAdd(p, x, T.Constant(0.0023878848222679814));
            p = T.MultiplyAdd(p, x, T.Constant(0.01500735753322431));
            p = T.MultiplyAdd(p, x, T.Constant(0.3001054096005962));
            return p;
        }
        else
        {
            T p = T.Constant(9.759058594307168e-08);
            p = T.MultiplyAdd(p, x, T.Constant(-6.609434495385855e-07));
            p = T.MultiplyAdd(p, x, T.Constant(2.153383299693181e-06));
            p = T.MultiplyAdd(p, x, T.Constant(-4.290219170809671e-06));
            p = T.MultiplyAdd(p, x, T.Constant(5.894828158021196e-06));
            p = T.MultiplyAdd(p, x, T.Constant(-5.713317168339133e-06));
            p = T.MultiplyAdd(p, x, T.Constant(4.3081759394265986e-06));
            p = T.MultiplyAdd(p, x, T.Constant(-1.9457839673763177e-06));
            p = T.MultiplyAdd(p, x, T.Constant(1.7398143778622169e-06));
            p = T.MultiplyAdd(p, x, T.Constant(1.857888431389364e-06));
            p = T.MultiplyAdd(p, x, T.Constant(5.84070847629788e-06));
            p = T.MultiplyAdd(p, x, T.Constant(1.6263806339262657e-05));
            p = T.MultiplyAdd(p, x, T.Constant(4.841945348910864e-05));
            p = T.MultiplyAdd(p, x, T.Constant(0.0001554167357869515));
            p = T.MultiplyAdd(p, x, T.Constant(0.0005582318466287261));
            p = T.MultiplyAdd(p, x, T.Constant(0.0024115615610460976));
            p = T.MultiplyAdd(p, x, T.Constant(0.015005271935952597));
            p = T.MultiplyAdd(p, x, T.Constant(0.30010543871903533));
            return p;
        }
    }

    // R: relative error 4.8e-9 (degree 5) and 1.6e-17 (degree 12).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T R<T>(T x)
        where T : struct, IReal<T>
    {
        if (T.IsSinglePrecision)
        {
            T p = T.Constant(0.04241737375979984);
            p = T.MultiplyAdd(p, x, T.Constant(0.02399399965364759));
            p = T.MultiplyAdd(p, x, T.Constant(0.045520635631714566));
            p = T.MultiplyAdd(p, x, T.Constant(0.07494696687423973));
            p = T.MultiplyAdd(p, x, T.Constant(0.16666782005775338));
            p = T.MultiplyAdd(p, x, T.Constant(0.999999995983738));
            return p;
        }
        else
        {
            T p = T.Constant(0.03187962140081284);
            p = T.MultiplyAdd(p, x, T.Constant(-0.016187392271599134));
            p = T.MultiplyAdd(p, x, T.Constant(0.019513468251252167));
            p = T.MultiplyAdd(p, x, T.Constant(0.0065293020047365695));
            p = T.MultiplyAdd(p, x, T.Constant(0.012170138592391726));
            p = T.MultiplyAdd(p, x, T.Constant(0.01388484282640208));
            p = T.MultiplyAdd(p, x, T.Constant(0.01735977964134998));
            p = T.MultiplyAdd(p, x, T.Constant(0.022371749733164054));
            p = T.MultiplyAdd(p, x, T.Constant(0.03038195969768514));
            p = T.MultiplyAdd(p, x, T.Constant(0.044642856805998936));
            p = T.MultiplyAdd(p, x, T.Constant(0.07500000000385201));
            p = T.MultiplyAdd(p, x, T.Constant(0.16666666666664942));
            p = T.MultiplyAdd(p, x, T.Constant(1.0));
            return p;
        }
    }
}
