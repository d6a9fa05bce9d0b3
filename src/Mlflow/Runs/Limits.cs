using System.Globalization;
using System.Text;

namespace NeuralKernels.Mlflow;

/// <summary>What MLflow accepts as names, keys and values. Lengths count Unicode code points, as Python does.</summary>
internal static class Limits
{
    internal const int Key = 250;
    internal const int ParamValue = 6000;
    internal const int TagValue = 8000;
    internal const int ExperimentName = 256;
    internal const int RunName = 250;
    internal const int User = 256;
    internal const int DatasetName = 500;
    internal const int DatasetDigest = 36;
    internal const int DatasetSourceType = 36;
    internal const int DatasetSource = 65_535;
    internal const int DatasetSchema = 1_048_575;
    internal const int DatasetProfile = 16_777_215;
    internal const int InputTagValue = 500;

    private const char Replacement = '\uFFFD';

    /// <summary>Checks the key of a metric, parameter or tag.</summary>
    /// <param name="owner">What the key names, for the message: "metric", "parameter" or "tag".</param>
    /// <param name="key">The key.</param>
    internal static void RequireKey(string owner, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (Rune rune in key.EnumerateRunes())
        {
            if (!IsKeyRune(rune))
            {
                throw Invalid(
                    $"The {owner} key contains '{rune}' (U+{rune.Value:X4})",
                    $"key '{key}'",
                    "Use letters, digits, '_', '-', '.', ' ', '/' and, except on Windows, ':'");
            }
        }

        // MLflow takes a key for a relative path and refuses one that is not in its shortest form.
        if (key.StartsWith("..", StringComparison.Ordinal) || key.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw Invalid(
                $"The {owner} key is empty or not a plain relative path",
                $"key '{key}'",
                "Leave out a '/' at either end, '//' and the parts '.' and '..'");
        }

        RequireLength($"The {owner} key", key, 1, Key);
    }

    /// <summary>Checks a text that must be whole: what is too long is refused.</summary>
    internal static void RequireText(string what, string text, int minimum, int maximum)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Storable(text) != text)
            throw Invalid($"{what} contains a NUL or half of a surrogate pair", $"'{Shorten(text)}'", "Remove that character");
        RequireLength(what, text, minimum, maximum);
    }

    /// <summary>
    /// The text as it will be stored: cut after <paramref name="maximum"/> code points, with U+FFFD for a NUL and for half
    /// of a surrogate pair, neither of which a UTF-8 text in SQLite can hold.
    /// </summary>
    internal static string Fit(string text, int maximum)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Storable(Truncate(text, maximum));
    }

    internal static string Truncate(string text, int maximum)
    {
        if (text.Length <= maximum)
            return text;
        int end = 0;
        for (int count = 0; count < maximum && end < text.Length; count++)
            end += char.IsSurrogatePair(text, end) ? 2 : 1;
        return text[..end];
    }

    internal static string Shorten(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}...";

    internal static TrackingException Invalid(string what, string where, string remedy) =>
        new(TrackingErrorKind.InvalidValue, what, where, remedy);

    private static void RequireLength(string what, string text, int minimum, int maximum)
    {
        int length = text.Length <= maximum && text.Length >= minimum ? text.Length : text.EnumerateRunes().Count();
        if (length < minimum || length > maximum)
        {
            throw Invalid(
                length < minimum ? $"{what} is empty" : $"{what} has {length} characters",
                $"'{Shorten(text)}'",
                $"Use {minimum} to {maximum} characters");
        }
    }

    private static string Storable(string text)
    {
        if (!text.Contains('\0') && !HasHalfPair(text))
            return text;
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == 0)
                clean.Append(Replacement);
            else
                clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    private static bool HasHalfPair(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsSurrogatePair(text, i))
                return true;
            i++;
        }

        return false;
    }

    // Python's \w is a letter, a number of any kind or '_'; .NET's class of that name differs in marks and connectors.
    private static bool IsKeyRune(Rune rune) => rune.Value switch
    {
        '_' or '/' or '.' or '-' or ' ' => true,
        ':' => !OperatingSystem.IsWindows(),
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber,
    };
}
