using NeuralKernels.Abstractions;
using NeuralKernels.Compute.Npy;

namespace NeuralKernels.Datasets;

/// <summary>Makes targets of arrays.</summary>
/// <param name="task">What the targets are.</param>
/// <param name="classes">Number of classes; null to find them in the labels.</param>
internal sealed class NpyTargets(TargetTask task, int? classes)
{
    /// <summary>Targets from the first rows of each array, one array after the other.</summary>
    /// <param name="arrays">One for training and perhaps one for testing.</param>
    /// <param name="counts">Rows of each to use. Classes are found in all rows.</param>
    public Targets Of(NpyArray[] arrays, long[] counts)
    {
        NpyArray first = arrays[0];
        foreach (NpyArray array in arrays)
        {
            if (array.Shape.Count is < 1 or > 2 || array.RowLength != first.RowLength || array.RowLength == 0)
            {
                throw new UserErrorException($"{array.Name}: targets of shape ({string.Join(", ", array.Shape)}).",
                    "Save one axis for one target an example, two axes for several, the same for training and test.");
            }
        }

        TargetTask actual = task != TargetTask.Auto ? task
            : classes is not null || (first.RowLength == 1 && arrays.All(array => array.Type.IsInteger())) ? TargetTask.Classification : TargetTask.Regression;
        return actual == TargetTask.Regression ? Real(arrays, counts) : Classes(arrays, counts);
    }

    private static RealTargets Real(NpyArray[] arrays, long[] counts)
    {
        int outputs = checked((int)arrays[0].RowLength);
        double[] values = new double[checked(counts.Sum() * outputs)];
        int row = 0;
        for (int part = 0; part < arrays.Length; part++)
        {
            for (long i = 0; i < counts[part]; i++, row++)
            {
                Span<double> target = values.AsSpan(row * outputs, outputs);
                arrays[part].ReadRow(i, target);
                foreach (double value in target)
                {
                    if (double.IsInfinity(value))
                        throw new UserErrorException($"{arrays[part].Name}: the target of row {i} is infinite.", "Save NaN for what is missing.");
                }
            }
        }

        return new RealTargets(values, outputs == 1 ? ["y"] : [.. Enumerable.Range(0, outputs).Select(output => $"y{output}")]);
    }

    private ClassTargets Classes(NpyArray[] arrays, long[] counts)
    {
        var known = new SortedSet<long>();
        long[][] labels = Array.ConvertAll(arrays, array => Labels(array, known));
        if (classes is null && known.Count < 2)
            throw new UserErrorException($"{arrays[0].Name}: all examples are of the class {known.First()}.", "Check the option y; use task: regression for real targets.");
        Dictionary<long, int> indices = known.Index().ToDictionary(pair => pair.Item, pair => classes is null ? pair.Index : (int)pair.Item);
        int[] kept = [.. labels.SelectMany((part, i) => part.Take((int)counts[i])).Select(label => indices[label])];
        return new ClassTargets(kept, classes is int number ? ClassNames.Digits(number) : [.. known.Select(label => label.ToString())]);
    }

    private long[] Labels(NpyArray array, SortedSet<long> known)
    {
        if (array.RowLength != 1)
            throw new UserErrorException($"{array.Name}: classes of shape ({string.Join(", ", array.Shape)}).", "Save one label an example, or use task: regression.");
        long[] labels = new long[array.Rows];
        Span<double> value = stackalloc double[1];
        for (long i = 0; i < labels.LongLength; i++)
        {
            array.ReadRow(i, value);
            if (value[0] != Math.Floor(value[0]) || !(Math.Abs(value[0]) < 1L << 53))
                throw new UserErrorException($"{array.Name}: the label {value[0]} of row {i} is no whole number.", "Save labels as integers, or use task: regression.");
            if (classes is not null && !(value[0] >= 0 && value[0] < classes))
                throw new UserErrorException($"{array.Name}: the label {value[0]} of row {i} is outside 0 to {classes - 1}.", "Correct the label, or the option classes.");
            labels[i] = (long)value[0];
            known.Add(labels[i]);
        }

        return labels;
    }
}
