using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace NeuralKernels.Host.Options;

/// <summary>What the values of an option must satisfy beyond their type. Constraints of a list or mapping hold for each item.</summary>
internal sealed class OptionConstraints
{
    private readonly OptionInfo _option;
    private readonly ValidationAttribute[] _others;
    private readonly object?[]? _allowed;
    private readonly bool _rejectsEmptyText;

    internal OptionConstraints(OptionInfo option, Attribute[] attributes)
    {
        _option = option;
        foreach (Attribute attribute in attributes)
        {
            switch (attribute)
            {
                case RangeAttribute range:
                    Minimum = Bound(range.Minimum, double.NegativeInfinity);
                    Maximum = Bound(range.Maximum, double.PositiveInfinity);
                    MinimumIsExclusive = range.MinimumIsExclusive;
                    MaximumIsExclusive = range.MaximumIsExclusive;
                    break;
                case AllowedValuesAttribute allowed:
                    _allowed = allowed.Values;
                    break;
                case MinLengthAttribute least:
                    MinimumLength = least.Length;
                    break;
                case MaxLengthAttribute greatest:
                    MaximumLength = greatest.Length;
                    break;
                case LengthAttribute length:
                    (MinimumLength, MaximumLength) = (length.MinimumLength, length.MaximumLength);
                    break;
                case StringLengthAttribute length:
                    (MinimumLength, MaximumLength) = (length.MinimumLength, length.MaximumLength);
                    break;
                case RequiredAttribute required:
                    _rejectsEmptyText = !required.AllowEmptyStrings;
                    break;
            }
        }

        _others = [.. attributes.OfType<ValidationAttribute>().Where(a =>
            a is not (RangeAttribute or AllowedValuesAttribute or MinLengthAttribute or MaxLengthAttribute or LengthAttribute or StringLengthAttribute or RequiredAttribute))];
    }

    /// <summary>Least number; null where there is no limit.</summary>
    public double? Minimum { get; }

    /// <summary>Greatest number; null where there is no limit.</summary>
    public double? Maximum { get; }

    /// <summary>True where numbers must be greater than <see cref="Minimum"/>.</summary>
    public bool MinimumIsExclusive { get; }

    /// <summary>True where numbers must be less than <see cref="Maximum"/>.</summary>
    public bool MaximumIsExclusive { get; }

    /// <summary>Least number of items or characters; null where there is no limit.</summary>
    public int? MinimumLength { get; }

    /// <summary>Greatest number of items or characters; null where there is no limit.</summary>
    public int? MaximumLength { get; }

    /// <summary>The values that are allowed, as files have them; null where any is.</summary>
    public IReadOnlyList<string>? Allowed => AllowedOf(_option.Type);

    /// <summary>The allowed values in words, such as <c>at least 0</c>; empty where there is no limit.</summary>
    public string RangeText => (Minimum, Maximum) switch
    {
        ({ } least, { } greatest) when !MinimumIsExclusive && !MaximumIsExclusive => $"from {ScalarText.OfReal(least)} to {ScalarText.OfReal(greatest)}",
        ({ } least, { } greatest) => $"{LeastText(least)} and {GreatestText(greatest)}",
        ({ } least, null) => LeastText(least),
        (null, { } greatest) => GreatestText(greatest),
        _ => "",
    };

    /// <summary>The allowed numbers of items or characters in words; empty where there is no limit.</summary>
    public string LengthText
    {
        get
        {
            string unit = _option.Type is StringOption ? "character" : "item";
            return (MinimumLength is > 0 ? MinimumLength : null, MaximumLength) switch
            {
                ({ } least, { } greatest) when least == greatest => Count(least, unit),
                ({ } least, { } greatest) => $"{least} to {Count(greatest, unit)}",
                ({ } least, null) => $"at least {Count(least, unit)}",
                (null, { } greatest) => $"at most {Count(greatest, unit)}",
                _ => "",
            };
        }
    }

    /// <summary>The allowed values of an item or single value: those of the attribute, or the members of an enumeration.</summary>
    public IReadOnlyList<string>? AllowedOf(OptionType type) => type switch
    {
        ListOption list => AllowedOf(list.Item),
        DictionaryOption dictionary => AllowedOf(dictionary.Item),
        _ when _allowed is not null => [.. _allowed.Where(v => v is not null).Select(v => ScalarText.Of(v!))],
        EnumOption names => [.. names.Members.Select(m => m.Name)],
        _ => null,
    };

    /// <summary>Checks a single value.</summary>
    /// <param name="value">Of the option's type or its item type.</param>
    /// <param name="text">As the user wrote it.</param>
    /// <returns>What is wrong and what to do about it; null where nothing is.</returns>
    public (string Message, string Remedy)? CheckItem(object value, string text)
    {
        if (value is double or float && !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)) && !IsNamed(value))
        {
            return ($"{text} is not a finite number.", RangeText.Length == 0 ? "Write a finite real number." : $"Write a finite real number {RangeText}.");
        }

        if (_allowed is not null && !_allowed.Any(a => a is not null && Same(a, value)))
        {
            return ($"{(value is string or Enum ? $"'{text}'" : text)} is not one of {string.Join(", ", Allowed!)}.",
                (Suggestions.DidYouMean(text, Allowed!) + $"Write one of {string.Join(", ", Allowed!)}.").Trim());
        }

        if (value is int or long or uint or ulong or double or float)
        {
            if (Minimum is { } least && (Compare(value, least) is var below && (below < 0 || (below == 0 && MinimumIsExclusive))))
                return (MinimumIsExclusive ? $"{text} is not greater than {ScalarText.OfReal(least)}." : $"{text} is below the allowed minimum {ScalarText.OfReal(least)}.", AllowedNumbers());
            if (Maximum is { } greatest && (Compare(value, greatest) is var above && (above > 0 || (above == 0 && MaximumIsExclusive))))
                return (MaximumIsExclusive ? $"{text} is not less than {ScalarText.OfReal(greatest)}." : $"{text} is above the allowed maximum {ScalarText.OfReal(greatest)}.", AllowedNumbers());
        }

        if (value is string s && _option.Type is StringOption)
        {
            if (_rejectsEmptyText && string.IsNullOrWhiteSpace(s))
                return ("the text is empty.", "Write some text.");
            return CheckLength(s.Length) ?? CheckOthers(s);
        }

        return _option.Type is ListOption or DictionaryOption ? null : CheckOthers(value);
    }

    /// <summary>Checks a list or mapping as a whole.</summary>
    public (string Message, string Remedy)? CheckWhole(ICollection items) => CheckLength(items.Count) ?? CheckOthers(items);

    private (string Message, string Remedy)? CheckLength(int length)
    {
        if ((MinimumLength is { } least && length < least) || (MaximumLength is { } greatest && length > greatest))
            return ($"has {Count(length, _option.Type is StringOption ? "character" : "item")}.", $"Allowed: {LengthText}.");
        return null;
    }

    private (string Message, string Remedy)? CheckOthers(object value)
    {
        ValidationContext context = new(value, null, null) { DisplayName = _option.Name, MemberName = _option.Name };
        foreach (ValidationAttribute attribute in _others)
        {
            if (attribute.GetValidationResult(value, context) is { } failure)
                return (failure.ErrorMessage ?? "is not valid.", "Write another value.");
        }

        return null;
    }

    private bool IsNamed(object value) =>
        (_allowed?.Any(a => a is not null && Same(a, value)) ?? false) || (_option.Type is RealOption && _option.Default is { } initial && Same(initial, value));

    private static bool Same(object a, object b) => a is IConvertible && b is IConvertible && a is not (string or bool or Enum) && b is not (string or bool or Enum)
        ? Convert.ToDouble(a, CultureInfo.InvariantCulture).Equals(Convert.ToDouble(b, CultureInfo.InvariantCulture))
        : a.Equals(b);

    private string AllowedNumbers() =>
        _option is { Type: not (ListOption or DictionaryOption), IsRequired: false, Default: { } initial }
            ? $"Allowed: {RangeText}; the default is {ScalarText.Of(initial)}."
            : $"Allowed: {RangeText}.";

    private string LeastText(double least) => (MinimumIsExclusive ? "greater than " : "at least ") + ScalarText.OfReal(least);

    private string GreatestText(double greatest) => (MaximumIsExclusive ? "less than " : "at most ") + ScalarText.OfReal(greatest);

    private static string Count(int count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";

    private static int Compare(object value, double limit) => value switch
    {
        double or float => Convert.ToDouble(value, CultureInfo.InvariantCulture).CompareTo(limit),
        _ when Math.Abs(limit) > 7e28 => limit > 0 ? -1 : 1,
        _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture).CompareTo((decimal)limit),
    };

    private static double? Bound(object bound, double none)
    {
        double value = Convert.ToDouble(bound, CultureInfo.InvariantCulture);

        // The ends of the number type are the usual way to say "no limit" in an attribute that wants both ends.
        bool isEnd = value == none || bound is int.MaxValue or int.MinValue || value is double.MaxValue or double.MinValue;
        return isEnd ? null : value;
    }
}
