using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>What fitted transforms of rows share.</summary>
internal static class RowTransform
{
    /// <summary>The examples as rows of features.</summary>
    /// <exception cref="ArgumentException">Not of the shape that was fitted.</exception>
    public static FeatureExamples Check(Examples examples, ExampleShape fitted)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return examples is FeatureExamples rows && rows.Shape.Equals(fitted)
            ? rows
            : throw new ArgumentException($"The transform was fitted to examples of shape {fitted}, and these have the shape {examples.Shape}.", nameof(examples));
    }
}
