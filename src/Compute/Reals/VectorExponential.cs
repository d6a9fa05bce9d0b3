using System.Runtime.Intrinsics;

namespace NeuralKernels.Compute;

// Notation: x = n ln 2 + r with |r| <= ln 2 / 2; e^x = 2^n sum_i r^i / i!. Adding 1.5 times 2^52 (2^23) rounds to an integer and
// leaves it in the low bits. 2^n is applied in two halves, so that results may be subnormal.

/// <summary>
/// The exponential function of vectors. That of the runtime rounds differently before and after the runtime optimises it,
/// and results must not depend on the time of a call.
/// </summary>
internal static class VectorExponential
{
    private static readonly double[] Factorials = InverseFactorials();

    /// <summary>e^x, lane by lane.</summary>
    public static Vector256<float> Of(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-104f)), Vector256.Create(89f));
        Vector256<float> shift = Vector256.Create(12582912f);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.44269504f), shift);
        Vector256<float> n = shifted - shift;
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-1.42860677e-6f), Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693145751953125f), x));
        Vector256<float> p = Vector256.Create((float)Factorials[7]);
        for (int i = 6; i >= 0; i--)
            p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create((float)Factorials[i]));
        Vector256<int> exponent = shifted.AsInt32() - shift.AsInt32();
        Vector256<int> half = exponent >> 1;
        Vector256<int> bias = Vector256.Create<int>(127);
        return p * ((half + bias) << 23).AsSingle() * ((exponent - half + bias) << 23).AsSingle();
    }

    /// <summary>e^x, lane by lane.</summary>
    public static Vector512<float> Of(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-104f)), Vector512.Create(89f));
        Vector512<float> shift = Vector512.Create(12582912f);
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), shift);
        Vector512<float> n = shifted - shift;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860677e-6f), Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145751953125f), x));
        Vector512<float> p = Vector512.Create((float)Factorials[7]);
        for (int i = 6; i >= 0; i--)
            p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create((float)Factorials[i]));
        Vector512<int> exponent = shifted.AsInt32() - shift.AsInt32();
        Vector512<int> half = exponent >> 1;
        Vector512<int> bias = Vector512.Create<int>(127);
        return p * ((half + bias) << 23).AsSingle() * ((exponent - half + bias) << 23).AsSingle();
    }

    /// <summary>e^x, lane by lane.</summary>
    public static Vector256<double> Of(Vector256<double> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-746.0)), Vector256.Create(710.0));
        Vector256<double> shift = Vector256.Create(6755399441055744.0);
        Vector256<double> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.4426950408889634), shift);
        Vector256<double> n = shifted - shift;
        Vector256<double> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-1.90821492927058770002e-10), Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693147180369123816490), x));
        Vector256<double> p = Vector256.Create(Factorials[13]);
        for (int i = 12; i >= 0; i--)
            p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(Factorials[i]));
        Vector256<long> exponent = shifted.AsInt64() - shift.AsInt64();
        Vector256<long> half = exponent >> 1;
        Vector256<long> bias = Vector256.Create<long>(1023);
        return p * ((half + bias) << 52).AsDouble() * ((exponent - half + bias) << 52).AsDouble();
    }

    /// <summary>e^x, lane by lane.</summary>
    public static Vector512<double> Of(Vector512<double> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-746.0)), Vector512.Create(710.0));
        Vector512<double> shift = Vector512.Create(6755399441055744.0);
        Vector512<double> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.4426950408889634), shift);
        Vector512<double> n = shifted - shift;
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.90821492927058770002e-10), Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693147180369123816490), x));
        Vector512<double> p = Vector512.Create(Factorials[13]);
        for (int i = 12; i >= 0; i--)
            p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(Factorials[i]));
        Vector512<long> exponent = shifted.AsInt64() - shift.AsInt64();
        Vector512<long> half = exponent >> 1;
        Vector512<long> bias = Vector512.Create<long>(1023);
        return p * ((half + bias) << 52).AsDouble() * ((exponent - half + bias) << 52).AsDouble();
    }

    private static double[] InverseFactorials()
    {
        double[] result = new double[14];
        double factorial = 1;
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = 1 / factorial;
            factorial *= i + 1;
        }

        return result;
    }
}
