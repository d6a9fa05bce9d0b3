namespace NeuralKernels.Compute.Npy;

/// <summary>Number formats of npy arrays, little-endian.</summary>
public enum NpyType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32,

    /// <summary>IEEE 754, 64 bits.</summary>
    Float64,
}

/// <summary>Names and sizes of number formats.</summary>
public static class NpyTypes
{
    private static readonly (NpyType Type, string Code, int Size, Type Number)[] s_types =
    [
        (NpyType.Bool, "|b1", 1, typeof(bool)),
        (NpyType.Int8, "|i1", 1, typeof(sbyte)),
        (NpyType.Int16, "<i2", 2, typeof(short)),
        (NpyType.Int32, "<i4", 4, typeof(int)),
        (NpyType.Int64, "<i8", 8, typeof(long)),
        (NpyType.UInt8, "|u1", 1, typeof(byte)),
        (NpyType.UInt16, "<u2", 2, typeof(ushort)),
        (NpyType.UInt32, "<u4", 4, typeof(uint)),
        (NpyType.UInt64, "<u8", 8, typeof(ulong)),
        (NpyType.Float32, "<f4", 4, typeof(float)),
        (NpyType.Float64, "<f8", 8, typeof(double)),
    ];

    /// <summary>Bytes of a number.</summary>
    public static int Size(this NpyType type) => s_types[(int)type].Size;

    /// <summary>True for integers and truth values.</summary>
    public static bool IsInteger(this NpyType type) => type < NpyType.Float32;

    /// <summary>The code in a header, such as <c>&lt;f8</c>.</summary>
    internal static string Code(this NpyType type) => s_types[(int)type].Code;

    /// <summary>The format of a code; null for codes that are not supported. One byte has no byte order.</summary>
    internal static NpyType? FromCode(string code)
    {
        foreach ((NpyType type, string known, int size, _) in s_types)
        {
            if (code == known || (code.Length == 3 && code[1..] == known[1..] && (code[0] == '=' || (size == 1 && code[0] is '<' or '>' or '|'))))
                return type;
        }

        return null;
    }

    /// <summary>The format of a .NET number type.</summary>
    /// <exception cref="NotSupportedException">No such format.</exception>
    internal static NpyType Of<T>()
        where T : unmanaged
    {
        foreach ((NpyType type, _, _, Type number) in s_types)
        {
            if (number == typeof(T))
                return type;
        }

        throw new NotSupportedException($"{typeof(T)} has no npy format.");
    }
}
