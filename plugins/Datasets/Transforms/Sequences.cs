using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>The part of an example that exists.</summary>
internal static class Sequences
{
    /// <summary>How many of an example's numbers belong to positions that exist: all but for sequences that end early.</summary>
    public static int Present(FeatureExamples examples, long index) =>
        examples is SequenceExamples { Lengths: { } lengths } ? lengths[(int)index] * examples.Shape.Channels : examples.Shape.Size;

    /// <summary>The examples as rows of features.</summary>
    /// <exception cref="UserErrorException">Graphs.</exception>
    public static FeatureExamples Rows(Examples examples, string component) => examples as FeatureExamples
        ?? throw new UserErrorException($"{component} takes vectors, images and sequences, not {examples.Shape.Kind.ToString().ToLowerInvariant()}.",
            $"Remove {component} from the experiment file.");
}
