using System.Globalization;

namespace NeuralKernels.Host.Options;

/// <summary>Reads single values from their text, by the rules of the YAML 1.2 core schema.</summary>
internal static class ScalarReader
{
    private static readonly string[] s_notFinite = [".nan", "nan", ".inf", "+.inf", "-.inf", "inf", "+inf", "-inf", "infinity", "-infinity"];

    /// <summary>true or false.</summary>
    public static bool? Boolean(string text) => text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    /// <summary>A whole number: decimal, hexadecimal, or with an exponent, such as 1e5.</summary>
    public static Int128? Integer(string text)
    {
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value))
            return value;
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return UInt64(text.AsSpan(2));
        bool isNumber = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal real);
        return isNumber && decimal.IsInteger(real) ? (Int128)real : null;

        static Int128? UInt64(ReadOnlySpan<char> digits) =>
            ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }

    /// <summary>A real number, NaN or an infinity. A number too large for its type gives an infinity.</summary>
    public static double? Real(string text)
    {
        int special = Array.IndexOf(s_notFinite, text.ToLowerInvariant());
        if (special >= 0)
            return special < 2 ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return text.AsSpan().IndexOfAnyInRange('0', '9') >= 0
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            ? value
            : null;
    }

    /// <summary>True where a text that stands for an infinity was written as digits: it is too large.</summary>
    public static bool IsTooLarge(string text, double value) => double.IsInfinity(value) && text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;
}
