using NeuralKernels.Abstractions;

namespace NeuralKernels.Solvers;

/// <summary>Outputs whose targets are observed for the same training examples: they share one system of equations.</summary>
internal sealed class ObservationPattern
{
    private ObservationPattern(nint examples, int[]? rows, int[] outputs)
    {
        Examples = examples;
        Rows = rows;
        Outputs = outputs;
    }

    /// <summary>Number of all training examples, n.</summary>
    public nint Examples { get; }

    /// <summary>The observed examples, ascending; null for all.</summary>
    public int[]? Rows { get; }

    /// <summary>The outputs.</summary>
    public int[] Outputs { get; }

    /// <summary>Number of observed examples.</summary>
    public nint Size => Rows?.Length ?? Examples;

    /// <summary>The training example of row <paramref name="i"/> of the system.</summary>
    public nint Example(nint i) => Rows is null ? i : Rows[i];

    /// <summary>Groups the columns of n x m targets by what is missing (NaN); the group without gaps comes first.</summary>
    /// <exception cref="UserErrorException">An infinite target, or an output without any.</exception>
    public static IReadOnlyList<ObservationPattern> Group(MatrixView<double> targets)
    {
        int m = (int)targets.Columns;

        // Refines the partition of the outputs row by row: two outputs stay in one group while they agree on what is missing.
        int[] group = new int[m];
        int groups = 1;
        var successors = new Dictionary<int, int>();
        for (nint i = 0; i < targets.Rows; i++)
        {
            ReadOnlySpan<double> row = targets.Row(i);
            bool gaps = false;
            for (int j = 0; j < m; j++)
            {
                if (double.IsInfinity(row[j]))
                    throw new UserErrorException($"The target of training example {i}, output {j}, is infinite.", "Correct the data, or leave the value out.");
                gaps |= double.IsNaN(row[j]);
            }

            if (!gaps)
                continue;
            successors.Clear();
            var observed = new HashSet<int>();
            for (int j = 0; j < m; j++)
            {
                if (!double.IsNaN(row[j]))
                    observed.Add(group[j]);
            }

            for (int j = 0; j < m; j++)
            {
                if (!double.IsNaN(row[j]) || !observed.Contains(group[j]))
                    continue;
                if (!successors.TryGetValue(group[j], out int successor))
                    successors.Add(group[j], successor = groups++);
                group[j] = successor;
            }
        }

        return [.. Enumerable.Range(0, m).GroupBy(j => group[j], (_, outputs) => Of(targets, [.. outputs])).OrderBy(p => p.Rows is null ? 0 : 1)];
    }

    /// <summary>Copies the targets of the outputs at the observed examples.</summary>
    /// <param name="all">n x m.</param>
    /// <param name="own">Takes size x outputs.</param>
    public void Gather(MatrixView<double> all, MatrixView<double> own)
    {
        for (nint i = 0; i < own.Rows; i++)
        {
            ReadOnlySpan<double> from = all.Row(Example(i));
            Span<double> to = own.Row(i);
            for (int j = 0; j < to.Length; j++)
                to[j] = from[Outputs[j]];
        }
    }

    /// <summary>Copies a solution to where it belongs among all outputs; other entries stay as they are.</summary>
    /// <param name="own">Size x outputs.</param>
    /// <param name="all">n x m.</param>
    public void Scatter(MatrixView<double> own, MatrixView<double> all)
    {
        for (nint i = 0; i < own.Rows; i++)
        {
            ReadOnlySpan<double> from = own.Row(i);
            Span<double> to = all.Row(Example(i));
            for (int j = 0; j < from.Length; j++)
                to[Outputs[j]] = from[j];
        }
    }

    private static ObservationPattern Of(MatrixView<double> targets, int[] outputs)
    {
        var rows = new List<int>();
        for (nint i = 0; i < targets.Rows; i++)
        {
            if (!double.IsNaN(targets[i, outputs[0]]))
                rows.Add((int)i);
        }

        if (rows.Count == 0)
        {
            throw new UserErrorException(
                $"Output {outputs[0]} has no observed target among the {targets.Rows} training examples.",
                "Drop this output, use more training examples, or split so that each output is observed in the training part.");
        }

        return new ObservationPattern(targets.Rows, rows.Count == targets.Rows ? null : [.. rows], outputs);
    }
}
