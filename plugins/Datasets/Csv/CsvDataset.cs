using System.Runtime.InteropServices;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>A table in text form.</summary>
internal sealed class CsvDataset : IDataset
{
    private readonly CsvOptions _options;

    public CsvDataset(CsvOptions options)
    {
        if (options.Delimiter is not ("auto" or "tab" or "\\t" or "space") && (options.Delimiter.Length != 1 || !char.IsAscii(options.Delimiter[0]) || options.Delimiter[0] is '"' or '\n'))
        {
            throw new UserErrorException($"delimiter: '{options.Delimiter}' cannot stand between cells.",
                "Give auto, tab, space, or one ASCII character other than a quote.");
        }

        if (options.Task == TargetTask.Classification && options.Target.Length > 1)
        {
            throw new UserErrorException($"task: classification has one target column, and target names {options.Target.Length}.",
                "Name one target column, or use task: regression with 0 and 1 for several yes-or-no targets.");
        }

        _options = options;
    }

    public LoadedDataset Load(DatasetContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        string path = context.Files.Find(_options.Path);
        var reader = new CsvReader(GzipFile.Read(path), path, _options.Delimiter);
        if (!reader.Next())
            throw new UserErrorException($"{path}: the file has no lines with text.", "Check that it is the right file.");
        string[] names = Names(reader, path, out bool header);
        CsvColumns columns = CsvColumns.Of(_options, path, names);

        var features = new List<double>();
        var targets = new List<CsvCell>();
        var split = new List<SplitPart>();
        int count = 0;
        for (bool more = !header || reader.Next(); more && count < (_options.Take ?? int.MaxValue); more = reader.Next(), count++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (reader.Cells.Count != names.Length)
            {
                throw new UserErrorException($"{path}:{reader.Line}: the line has {reader.Cells.Count} cells, and the first has {names.Length}.",
                    "Check the line, and the option delimiter.");
            }

            foreach (int column in columns.Features)
                features.Add(Feature(reader, reader.Cells[column], names, header));
            foreach (int column in columns.Targets)
                targets.Add(reader.Cells[column]);
            if (columns.Split is int splitColumn)
                split.Add(Part(reader, reader.Cells[splitColumn], names));
        }

        if (count == 0)
            throw new UserErrorException($"{path}: there are no examples behind the header.", "Check that it is the right file.");
        var examples = new VectorExamples(FeatureSource.FromArray([.. features], columns.Features.Length));
        return new LoadedDataset(Path.GetFileName(path), examples, CsvTargets.Of(reader, targets, columns, _options.Task, path), path,
            columns.Split is null ? null : [.. split]);
    }

    private string[] Names(CsvReader reader, string path, out bool header)
    {
        int numbers = reader.Cells.Count(cell => reader.TryNumber(cell, out _)), words = reader.Cells.Count - numbers;
        if (_options.Header is null && numbers > 0 && words > 1)
        {
            throw new UserErrorException($"{path}:{reader.Line}: {numbers} cells of the first line are numbers and {words} are not, so it may hold names or an example.",
                "Set the option header to true or false.");
        }

        header = _options.Header ?? numbers == 0;
        return header
            ? [.. reader.Cells.Select(reader.Text)]
            : [.. reader.Cells.Select(cell => cell.Column.ToString())];
    }

    private static double Feature(CsvReader reader, CsvCell cell, string[] names, bool header)
    {
        if (reader.TryNumber(cell, out double number) && double.IsFinite(number))
            return number;
        string place = reader.Place(cell, names);
        if (cell.Length == 0 || double.IsNaN(number))
        {
            throw new UserErrorException($"{place}: the feature is missing.",
                "Fill the gap, leave the line out, or name the column in the option ignore.");
        }

        string text = reader.Text(cell);
        throw new UserErrorException($"{place}: '{text}' is {(double.IsInfinity(number) ? "not finite" : "no number")}.",
            !header && reader.Line == 1
                ? "Set the option header to true if the first line holds names; otherwise encode words as numbers, or name the column in the option ignore."
                : "Encode words as numbers, or name the column in the option ignore.");
    }

    private static SplitPart Part(CsvReader reader, CsvCell cell, string[] names)
    {
        string text = reader.Text(cell);
        return text.ToLowerInvariant() switch
        {
            "train" or "training" => SplitPart.Train,
            "validation" or "valid" or "val" or "dev" => SplitPart.Validation,
            "test" => SplitPart.Test,
            _ => throw new UserErrorException($"{reader.Place(cell, names)}: '{text}' is no part of a split.", "Write train, validation or test."),
        };
    }
}

/// <summary>Targets of a table.</summary>
internal static class CsvTargets
{
    // A target of more different whole numbers than this counts something rather than naming it.
    private const int MostGuessedClasses = 20;

    /// <summary>Makes targets from cells, row after row.</summary>
    public static Targets Of(CsvReader reader, List<CsvCell> cells, CsvColumns columns, TargetTask task, string path)
    {
        double[] numbers = new double[cells.Count];
        bool allNumbers = true;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (cells[i].Length == 0)
                numbers[i] = double.NaN;
            else if (!reader.TryNumber(cells[i], out numbers[i]))
                allNumbers = false;
        }

        bool whole = allNumbers && Array.TrueForAll(numbers, number => number == Math.Floor(number) && Math.Abs(number) < 1e15);
        bool classes = task == TargetTask.Classification
            || (task == TargetTask.Auto && columns.Targets.Length == 1 && (!allNumbers || (whole && numbers.Distinct().Take(MostGuessedClasses + 1).Count() <= MostGuessedClasses)));
        return classes ? Classes(reader, cells, columns, whole ? numbers : null, path) : Real(reader, cells, columns, numbers);
    }

    private static RealTargets Real(CsvReader reader, List<CsvCell> cells, CsvColumns columns, double[] numbers)
    {
        foreach (CsvCell cell in CollectionsMarshal.AsSpan(cells))
        {
            if (cell.Length > 0 && (!reader.TryNumber(cell, out double number) || double.IsInfinity(number)))
            {
                throw new UserErrorException($"{reader.Place(cell, columns.Names)}: the target '{reader.Text(cell)}' is no finite number.",
                    "Use task: classification for classes; leave the cell empty where the target is missing.");
            }
        }

        return new RealTargets(numbers, [.. columns.Targets.Select(column => columns.Names[column])]);
    }

    private static ClassTargets Classes(CsvReader reader, List<CsvCell> cells, CsvColumns columns, double[]? numbers, string path)
    {
        string[] texts = new string[cells.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            if (cells[i].Length == 0)
                throw new UserErrorException($"{reader.Place(cells[i], columns.Names)}: the class is missing.", "Leave the line out, or use task: regression, where targets may be missing.");
            texts[i] = numbers is null ? reader.Text(cells[i]) : ((long)numbers[i]).ToString();
        }

        // Whole numbers sort by value: 2 before 10.
        string[] names = [.. texts.Distinct().OrderBy(text => numbers is null ? 0 : long.Parse(text)).ThenBy(text => text, StringComparer.Ordinal)];
        if (names.Length < 2)
            throw new UserErrorException($"{path}: all examples are of the class {names[0]}.", "Check the option target; use task: regression for real targets.");
        Dictionary<string, int> labels = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        return new ClassTargets(Array.ConvertAll(texts, text => labels[text]), names);
    }
}
