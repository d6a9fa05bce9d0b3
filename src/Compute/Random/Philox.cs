using System.Runtime.CompilerServices;

// Notation, after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 3.3:
// counter (x0, x1, x2, x3) and key (k0, k1) of 32-bit words; M0, M1 the multipliers, W0, W1 the Weyl increments of the key.

namespace NeuralKernels.Compute;

/// <summary>Four 32-bit words: a counter, or what the generator makes of it.</summary>
internal readonly record struct PhiloxBlock(uint X0, uint X1, uint X2, uint X3);

/// <summary>The bijection Philox4x32-10.</summary>
internal static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The random words of one counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxBlock Generate(PhiloxBlock counter, uint k0, uint k1)
    {
        (uint x0, uint x1, uint x2, uint x3) = counter;
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)M0 * x0, product1 = (ulong)M1 * x2;
            (x0, x1, x2, x3) = ((uint)(product1 >> 32) ^ x1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ x3 ^ k1, (uint)product0);
            k0 += W0;
            k1 += W1;
        }

        return new PhiloxBlock(x0, x1, x2, x3);
    }
}
