using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>What augmentations check.</summary>
internal static class Augmentation
{
    /// <summary>The examples as rows of features.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such copy.</exception>
    /// <exception cref="UserErrorException">Graphs.</exception>
    public static FeatureExamples Rows(IAugmentation augmentation, Examples train, int copy, string name)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfNegative(copy);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(copy, augmentation.Copies);
        return Sequences.Rows(train, name);
    }

    /// <summary>The examples as images.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such copy.</exception>
    /// <exception cref="UserErrorException">No images.</exception>
    public static ImageExamples Images(IAugmentation augmentation, Examples train, int copy, string name)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfNegative(copy);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(copy, augmentation.Copies);
        return train as ImageExamples ?? throw new UserErrorException(
            $"{name} takes images, not {train.Shape.Kind.ToString().ToLowerInvariant()}.", $"Remove {name} from the experiment file.");
    }
}
