using System.Globalization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>Which columns of a table are what.</summary>
/// <param name="Names">A name for each column.</param>
/// <param name="Targets">Target columns.</param>
/// <param name="Features">Feature columns.</param>
/// <param name="Split">The column of the given split; null for none.</param>
internal sealed record CsvColumns(string[] Names, int[] Targets, int[] Features, int? Split)
{
    /// <summary>Finds the columns that the options name.</summary>
    /// <exception cref="UserErrorException">A column that does not exist or has two purposes, or no features.</exception>
    public static CsvColumns Of(CsvOptions options, string path, string[] names)
    {
        var purposes = new Dictionary<int, string>();
        int[] Claim(IEnumerable<string> columns, string option) => [.. columns.Select(column =>
        {
            int index = Find(column, option, path, names);
            if (!purposes.TryAdd(index, option))
            {
                throw new UserErrorException($"{path}: the column {names[index]} is named by {purposes[index]} and again by {option}.",
                    "Give every column one purpose.");
            }

            return index;
        })];

        int[] targets = Claim(options.Target, "target");
        Claim(options.Ignore, "ignore");
        int? split = options.SplitColumn is null ? null : Claim([options.SplitColumn], "split_column")[0];
        int[] features = options.Features is null
            ? [.. Enumerable.Range(0, names.Length).Where(column => !purposes.ContainsKey(column))]
            : Claim(options.Features, "features");
        if (features.Length == 0)
        {
            throw new UserErrorException($"{path}: of {names.Length} {(names.Length == 1 ? "column" : "columns")} none is left for features.",
                "Check the options delimiter, target and ignore.");
        }

        return new CsvColumns(names, targets, features, split);
    }

    private static int Find(string column, string option, string path, string[] names)
    {
        int[] named = [.. Enumerable.Range(0, names.Length).Where(i => names[i] == column)];
        if (named.Length == 1)
            return named[0];
        if (named.Length > 1)
            throw new UserErrorException($"{path}: {option}: {named.Length} columns have the name {column}.", "Name the column by its position from 0.");
        if (int.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index) && index >= -names.Length && index < names.Length)
            return index < 0 ? index + names.Length : index;
        string known = string.Join(", ", names.Take(20)) + (names.Length > 20 ? ", ..." : "");
        throw new UserErrorException($"{path}: {option}: there is no column {column}.",
            $"Give a name or a position from 0 to {names.Length - 1}. Columns: {known}.");
    }
}
