using System.Numerics;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Compute;

/// <summary>Chooses the microkernel.</summary>
internal static class Product
{
    public static void Run<T>(T alpha, Operand<T> a, Operand<T> b, T beta, MatrixView<T> c, bool lowerOnly, int threads, VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (width)
        {
            case VectorWidth.Bits512:
                BlockedProduct<T, Kernel512<T>>.Run(alpha, a, b, beta, c, lowerOnly, threads);
                break;
            case VectorWidth.Bits256:
                BlockedProduct<T, Kernel256<T>>.Run(alpha, a, b, beta, c, lowerOnly, threads);
                break;
            default:
                BlockedProduct<T, Kernel128<T>>.Run(alpha, a, b, beta, c, lowerOnly, threads);
                break;
        }
    }
}
