using System.ComponentModel.DataAnnotations;

namespace NeuralKernels.Datasets;

/// <summary>
/// Handwritten digits, built in: 1,797 grey images of 8 x 8 pixels from 0 to 1 in ten classes (Alpaydin and Kaynak 1998, UCI
/// Machine Learning Repository, CC BY 4.0; the set and order of scikit-learn's load_digits, whose pixels from 0 to 16 are divided by 16 here).
/// </summary>
public sealed record DigitsOptions
{
    /// <summary>Keeps the first so many examples.</summary>
    /// <value>At least 1. The default is all.</value>
    [Range(1, int.MaxValue)]
    public int? Take { get; init; }
}
