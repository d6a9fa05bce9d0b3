using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>
/// The split that comes with the data, such as the official test set of a benchmark. A validation part can be drawn from the
/// training part, with the proportions of the classes kept where there are classes.
/// </summary>
public sealed record GivenSplitOptions
{
    /// <summary>Validation examples to draw from the given training part: below 1 a fraction of it, from 1 on a number of examples.</summary>
    /// <value>At least 0. The default is 0: the validation part as given, if any.</value>
    [Range(0, 1e15)]
    public double Validation { get; init; }

    /// <summary>Keeps at most so many training examples, drawn at random with the proportions of the classes.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, long.MaxValue)]
    public long? Train { get; init; }
}

/// <summary>Test, validation and training examples drawn at random; the training examples come in random order.</summary>
public sealed record RandomSplitOptions : IDrawnSplitOptions
{
    /// <summary>Test examples: below 1 a fraction of all examples, from 1 on a number of examples.</summary>
    /// <value>Greater than 0. The default is 0.25.</value>
    [Range(0, 1e15, MinimumIsExclusive = true)]
    public double Test { get; init; } = 0.25;

    /// <summary>Validation examples: below 1 a fraction of all examples, from 1 on a number of examples.</summary>
    /// <value>At least 0. The default is 0: no validation part.</value>
    [Range(0, 1e15)]
    public double Validation { get; init; }

    /// <summary>Keeps at most so many training examples.</summary>
    /// <value>At least 1. The default is all that are left.</value>
    [Range(1, long.MaxValue)]
    public long? Train { get; init; }
}

/// <summary>
/// Test, validation and training examples drawn at random, each with the proportions of the classes in the whole set; the training
/// examples come in random order. For class targets.
/// </summary>
public sealed record StratifiedSplitOptions : IDrawnSplitOptions
{
    /// <summary>Test examples: below 1 a fraction of all examples, from 1 on a number of examples.</summary>
    /// <value>Greater than 0. The default is 0.25.</value>
    [Range(0, 1e15, MinimumIsExclusive = true)]
    public double Test { get; init; } = 0.25;

    /// <summary>Validation examples: below 1 a fraction of all examples, from 1 on a number of examples.</summary>
    /// <value>At least 0. The default is 0: no validation part.</value>
    [Range(0, 1e15)]
    public double Validation { get; init; }

    /// <summary>Keeps at most so many training examples.</summary>
    /// <value>At least 1. The default is all that are left.</value>
    [Range(1, long.MaxValue)]
    public long? Train { get; init; }
}

/// <summary>
/// Cross-validation: the examples are dealt to folds at random; each fold is the test part once and the training part otherwise. Folds
/// differ by at most one example. The training examples come in random order.
/// </summary>
public sealed record KFoldSplitOptions
{
    /// <summary>Number of folds.</summary>
    /// <value>At least 2. The default is 5.</value>
    [Range(2, int.MaxValue)]
    public int Folds { get; init; } = 5;

    /// <summary>Gives every fold, and every validation part, the proportions of the classes. For class targets.</summary>
    /// <value>The default is false.</value>
    public bool Stratified { get; init; }

    /// <summary>Validation examples to draw from the other folds: below 1 a fraction of them, from 1 on a number of examples.</summary>
    /// <value>At least 0. The default is 0: no validation part.</value>
    [Range(0, 1e15)]
    public double Validation { get; init; }

    /// <summary>Keeps at most so many training examples of each division.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, long.MaxValue)]
    public long? Train { get; init; }
}

/// <summary>Options that random and stratified splits share.</summary>
internal interface IDrawnSplitOptions
{
    /// <summary>Test examples: a fraction below 1, or a number.</summary>
    double Test { get; }

    /// <summary>Validation examples: a fraction below 1, or a number.</summary>
    double Validation { get; }

    /// <summary>Most training examples.</summary>
    long? Train { get; }
}
