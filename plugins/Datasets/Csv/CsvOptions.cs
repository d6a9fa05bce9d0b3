using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>What targets are.</summary>
public enum TargetTask
{
    /// <summary>Decided by the data: see the option.</summary>
    Auto,

    /// <summary>One class an example.</summary>
    Classification,

    /// <summary>Real numbers, some possibly missing.</summary>
    Regression,
}

/// <summary>
/// A table of numbers with a target in text form, plain or compressed with gzip: one example a line. Cells may be quoted (RFC 4180).
/// </summary>
public sealed record CsvOptions
{
    /// <summary>The file.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>What stands between cells: one character, tab, space (any number of blanks), or auto.</summary>
    /// <value>The default is auto: the most frequent of comma, tab, semicolon and bar in the first line, or blanks where there is none of them.</value>
    [MinLength(1)]
    public string Delimiter { get; init; } = "auto";

    /// <summary>Whether the first line holds the names of the columns.</summary>
    /// <value>The default is decided by the first line: names where no cell is a number, an example where all but at most one are numbers.</value>
    public bool? Header { get; init; }

    /// <summary>Target columns, by name or by position from 0; -1 is the last.</summary>
    /// <value>At least one. The default is the last column.</value>
    [MinLength(1)]
    public string[] Target { get; init; } = ["-1"];

    /// <summary>Feature columns, by name or by position from 0; -1 is the last.</summary>
    /// <value>The default is all columns with no other purpose.</value>
    [MinLength(1)]
    public string[]? Features { get; init; }

    /// <summary>Columns that are neither features nor targets, by name or by position from 0.</summary>
    /// <value>The default is none.</value>
    public string[] Ignore { get; init; } = [];

    /// <summary>A column that says train, validation or test, by name or by position from 0: the given split.</summary>
    /// <value>The default is none.</value>
    public string? SplitColumn { get; init; }

    /// <summary>What the targets are: classification, regression or auto.</summary>
    /// <value>
    /// The default is auto: classification for one target column of words, or of at most 20 different whole numbers; regression otherwise. An
    /// empty cell or NaN is a missing target of a regression.
    /// </value>
    public TargetTask Task { get; init; }

    /// <summary>Keeps the first so many examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }
}
