using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralKernels.Compute;

/// <summary>The register widths that the products are written for.</summary>
internal enum VectorWidth
{
    /// <summary>128 bits: any processor.</summary>
    Bits128,

    /// <summary>256 bits with fused multiply-add (AVX2).</summary>
    Bits256,

    /// <summary>512 bits (AVX-512).</summary>
    Bits512,
}

/// <summary>Which <see cref="VectorWidth"/> is used.</summary>
internal static class InstructionSet
{
    /// <summary>The widest that this processor has.</summary>
    public static readonly VectorWidth Widest =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? VectorWidth.Bits256
        : VectorWidth.Bits128;

    /// <summary>Throws unless products are written for <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">Neither float nor double.</exception>
    public static void RequireType<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Matrix products are written for float and double, not for {typeof(T).Name}: convert the matrix.");
    }
}
