using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NeuralKernels.Host.Options;

/// <summary>Writes single values as experiment files have them: shortest text that reads back as the same value.</summary>
internal static class ScalarText
{
    public static string Of(object value) => value switch
    {
        bool b => b ? "true" : "false",
        double d => OfReal(d),
        float f => Exponent(f.ToString("R", CultureInfo.InvariantCulture), f),
        Enum e => OfEnum(e),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Such as <c>1e-6</c>, <c>0.25</c>, <c>.inf</c>.</summary>
    public static string OfReal(double value) => Exponent(value.ToString("R", CultureInfo.InvariantCulture), value);

    /// <summary>The names of an enumeration's members in experiment files, in the order of declaration.</summary>
    public static IReadOnlyList<(string Name, object Value, string Member)> EnumNames(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (EnumName(field), field.GetValue(null)!, field.Name))];

    /// <summary>The name of an option or member: lower snake_case.</summary>
    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static string OfEnum(Enum value)
    {
        FieldInfo? field = value.GetType().GetField(value.ToString());
        return field is null ? value.ToString() : EnumName(field);
    }

    private static string EnumName(FieldInfo field) =>
        field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? SnakeCase(field.Name);

    private static string Exponent(string text, double value)
    {
        if (double.IsNaN(value))
            return ".nan";
        if (double.IsInfinity(value))
            return value > 0 ? ".inf" : "-.inf";
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
            return text;
        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text.AsSpan(0, e)}e{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
