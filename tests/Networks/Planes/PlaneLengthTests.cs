using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Sequences of different lengths, plane by plane, against the general form.</summary>
public sealed class PlaneLengthTests
{
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;
    private const int Count = 5;

    [Fact]
    public void Planes_OfRandomNetworksOnSequencesWithLengths_MatchTheGeneralForm()
    {
        int compared = 0;
        for (int seed = 0; compared < 60; seed++)
        {
            RandomPlaneNetwork random = new(seed);
            if (random.Shape.Kind != ExampleKinds.Sequences)
                continue;
            int length = random.Shape.Positions[0];
            FeatureSource features = ((FeatureExamples)random.Examples(Count)).Features;
            RandomStream lengths = new((ulong)seed, "lengths");
            SequenceExamples examples = new(features, length, random.Shape.Channels, [.. Enumerable.Range(0, Count).Select(_ => 1 + (int)(lengths.NextDouble() * length))]);
            GeneralNetwork general = new(random.Network, random.Shape);
            PlaneNetwork planes = PlaneNetwork.TryCreate(random.Network, random.Shape, out _, hasLengths: true)!;
            if (Prepare(() => general.Prepare(examples, Both, default)) is not { } expected)
            {
                // After convolutions without padding a short sequence may have no position left to take the mean of.
                Assert.Null(Prepare(() => planes.Prepare<double>(examples, Both, default)));
                continue;
            }

            using (expected)
            {
                using PreparedPlanes<double> actual = planes.Prepare<double>(examples, Both, default);
                Compare(random.Network, general, (PreparedPositions)expected, planes, actual);
                compared++;
            }
        }
    }

    private static IPreparedExamples? Prepare(Func<IPreparedExamples> prepare)
    {
        try
        {
            return prepare();
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static void Compare(Network network, GeneralNetwork general, PreparedPositions expected, PlaneNetwork planes, PreparedPlanes<double> actual)
    {
        using NativeMatrix<double> k = new(Count, Count), t = new(Count, Count), expectedK = new(Count, Count), expectedT = new(Count, Count);
        general.Evaluate(expected, 0, expected, 0, expectedK.View, expectedT.View);
        planes.Evaluate(actual, 0, actual, 0, k.View, t.View);
        foreach ((KernelOutputs output, MatrixView<double> right, MatrixView<double> view) in new[] { (KernelOutputs.Nngp, expectedK.View, k.View), (KernelOutputs.Ntk, expectedT.View, t.View) })
        {
            double[] diagonal = new double[Count], actualDiagonal = new double[Count];
            expected.Diagonal(output, diagonal);
            actual.Diagonal(output, actualDiagonal);
            for (int i = 0; i < Count; i++)
            {
                Assert.True(Math.Abs(actualDiagonal[i] - diagonal[i]) <= 1e-10 * diagonal[i], $"{output} of {i}: {network.CanonicalText}");
                for (int j = 0; j < Count; j++)
                {
                    // The entry of an example with its copy has the root of the rounding in the NTK.
                    double tolerance = (i == j ? 1e-5 : 1e-9) * Math.Sqrt(diagonal[i] * diagonal[j]);
                    Assert.True(Math.Abs(view[i, j] - right[i, j]) <= tolerance, $"{output} [{i}, {j}]: {view[i, j]:r} instead of {right[i, j]:r}, {network.CanonicalText}");
                }
            }
        }
    }
}
