namespace NeuralKernels.Abstractions;

/// <summary>The kinds of targets.</summary>
[Flags]
public enum TargetKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>One class label an example.</summary>
    Classes = 1,

    /// <summary>One or more real numbers an example, some possibly missing.</summary>
    Real = 2,
}

/// <summary>What is to be predicted for each example. Immutable.</summary>
public abstract class Targets
{
    private protected Targets(TargetKinds kind) => Kind = kind;

    /// <summary>The kind: one flag.</summary>
    public TargetKinds Kind { get; }

    /// <summary>Number of examples.</summary>
    public abstract long Count { get; }

    /// <summary>Columns of a prediction: classes, or real outputs.</summary>
    public abstract int Outputs { get; }

    /// <summary>Names of the classes or outputs.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Targets of some examples in the given order.</summary>
    public abstract Targets Select(long[] indices);
}

/// <summary>One class label an example.</summary>
public sealed class ClassTargets : Targets
{
    private readonly int[] _labels;

    /// <summary>Wraps labels.</summary>
    /// <param name="labels">Labels from 0 to the number of classes - 1; not copied.</param>
    /// <param name="classNames">A name for each class; at least two.</param>
    /// <exception cref="ArgumentException">A label outside the range, or fewer than two classes.</exception>
    public ClassTargets(int[] labels, IReadOnlyList<string> classNames)
        : base(TargetKinds.Classes)
    {
        if (classNames.Count < 2)
            throw new ArgumentException("Classification needs at least two classes.", nameof(classNames));
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classNames.Count)
                throw new ArgumentException($"Label {labels[i]} of example {i} is outside 0 to {classNames.Count - 1}.", nameof(labels));
        }

        _labels = labels;
        Names = classNames;
    }

    /// <summary>The label of each example.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <inheritdoc />
    public override long Count => _labels.Length;

    /// <inheritdoc />
    public override int Outputs => Names.Count;

    /// <inheritdoc />
    public override IReadOnlyList<string> Names { get; }

    /// <inheritdoc />
    public override Targets Select(long[] indices) => new ClassTargets(Array.ConvertAll(indices, i => _labels[i]), Names);
}

/// <summary>One or more real numbers an example; NaN marks a missing value.</summary>
public sealed class RealTargets : Targets
{
    private readonly double[] _values;

    /// <summary>Wraps values.</summary>
    /// <param name="values">N x M numbers, row-major, NaN where a value is missing; not copied.</param>
    /// <param name="names">A name for each of the M outputs; at least one.</param>
    /// <exception cref="ArgumentException">A length that is no multiple of M, an infinity, or no outputs.</exception>
    public RealTargets(double[] values, IReadOnlyList<string> names)
        : base(TargetKinds.Real)
    {
        if (names.Count < 1 || values.Length % names.Count != 0)
            throw new ArgumentException($"{values.Length} values do not make rows of {names.Count} outputs.", nameof(values));
        int infinite = Array.FindIndex(values, double.IsInfinity);
        if (infinite >= 0)
            throw new ArgumentException($"The target '{names[infinite % names.Count]}' of example {infinite / names.Count} is infinite.", nameof(values));
        _values = values;
        Names = names;
    }

    /// <summary>N x M numbers, row-major, NaN where a value is missing.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <inheritdoc />
    public override long Count => _values.Length / Outputs;

    /// <inheritdoc />
    public override int Outputs => Names.Count;

    /// <inheritdoc />
    public override IReadOnlyList<string> Names { get; }

    /// <inheritdoc />
    public override Targets Select(long[] indices)
    {
        double[] values = new double[checked(indices.Length * Outputs)];
        for (int i = 0; i < indices.Length; i++)
            _values.AsSpan(checked((int)indices[i] * Outputs), Outputs).CopyTo(values.AsSpan(i * Outputs));
        return new RealTargets(values, Names);
    }
}
