using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Names of classes that have none but their number.</summary>
internal static class ClassNames
{
    /// <summary>0, 1, ..., <paramref name="classes"/> - 1 in decimal.</summary>
    public static string[] Digits(int classes) => [.. Enumerable.Range(0, classes).Select(label => label.ToString())];

    /// <summary>Names that an option gives; throws where they cannot be names of classes.</summary>
    public static string[]? Checked(string[]? names)
    {
        if (names is null)
            return null;
        if (names.Length < 2)
            throw new UserErrorException($"class_names has {names.Length} names and classification needs at least two classes.", "Name every class, or leave class_names out.");
        string? repeated = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (repeated is not null)
            throw new UserErrorException($"class_names has '{repeated}' more than once.", "Give every class a name of its own.");
        return names;
    }
}
