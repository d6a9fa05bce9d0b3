using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class HorizontalFlipConformance : AugmentationConformance
{
    protected override bool IsRandom => false;

    protected override IAugmentation Create() => Make.Augmentation("horizontal_flip", new HorizontalFlipOptions());
}

public sealed class GaussianNoiseConformance : AugmentationConformance
{
    protected override ExampleKinds Accepts => ExampleKinds.Vectors | ExampleKinds.Images | ExampleKinds.Sequences;

    protected override IAugmentation Create() => Make.Augmentation("gaussian_noise", new GaussianNoiseOptions { Copies = 3 });
}

public sealed class TranslateConformance : AugmentationConformance
{
    protected override IAugmentation Create() => Make.Augmentation("translate", new TranslateOptions { Copies = 2, Pixels = 2 });
}

public sealed class AugmentationTests
{
    [Fact]
    public void HorizontalFlip_MirrorsRows_AndKeepsChannelsTogether()
    {
        var images = new ImageExamples(FeatureSource.FromArray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 12), 2, 3, 2);
        IAugmentation flip = Make.Augmentation("horizontal_flip", new HorizontalFlipOptions());
        Examples flipped = flip.Apply(images, 0, 1);
        Assert.Equal([5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8], Samples.Rows(flipped)[0]);
        Assert.Equal(Samples.Rows(images), Samples.Rows(flip.Apply(flipped, 0, 1)));
    }

    [Fact]
    public void GaussianNoise_HasTheMeanAndTheDeviationThatIsAskedFor()
    {
        var zeros = new VectorExamples(FeatureSource.FromArray(new double[100_000], 100));
        double[] noise = [.. Samples.Rows(Make.Augmentation("gaussian_noise", new GaussianNoiseOptions { Std = 2 }).Apply(zeros, 0, 1)).SelectMany(row => row)];
        // Five standard errors.
        Assert.InRange(noise.Average(), -0.032, 0.032);
        Assert.InRange(noise.Average(value => value * value), 3.91, 4.09);
        Assert.Equal(noise.Length, noise.Distinct().Count());
    }

    [Fact]
    public void GaussianNoise_LeavesPositionsBehindTheEnd()
    {
        var sequences = new SequenceExamples(FeatureSource.FromArray([0, 0, 0, 0], 4), 4, 1, [2]);
        double[] row = Samples.Rows(Make.Augmentation("gaussian_noise", new GaussianNoiseOptions()).Apply(sequences, 0, 1))[0];
        Assert.All(row[..2], value => Assert.NotEqual(0, value));
        Assert.Equal([0, 0], row[2..]);
    }

    [Fact]
    public void Translate_MovesByEveryOffsetButNone_AndFillsTheRest()
    {
        const int Count = 2000, Side = 3;
        var images = new ImageExamples(FeatureSource.FromArray([.. Enumerable.Repeat((double[])[1, 2, 3, 4, 5, 6, 7, 8, 9], Count).SelectMany(image => image)], Side * Side), Side, Side, 1);
        double[][] rows = Samples.Rows(Make.Augmentation("translate", new TranslateOptions { Fill = -1 }).Apply(images, 0, 1));
        var seen = new SortedSet<(int, int)>();
        foreach (double[] row in rows)
        {
            int center = Array.IndexOf(row, 5.0), down = center / Side - 1, right = center % Side - 1;
            seen.Add((down, right));
            for (int p = 0; p < row.Length; p++)
            {
                int y = p / Side - down, x = p % Side - right;
                Assert.Equal(y is >= 0 and < Side && x is >= 0 and < Side ? 1 + y * Side + x : -1, row[p]);
            }
        }

        Assert.Equal(8, seen.Count);
        Assert.DoesNotContain((0, 0), seen);
    }

    [Fact]
    public void Translate_OutOfTheFrame_IsAnError() => Assert.Contains("4 x 5", Assert.Throws<UserErrorException>(
        () => Make.Augmentation("translate", new TranslateOptions { Pixels = 4 }).Apply(Samples.Images(3), 0, 1)).Message);

    [Fact]
    public void Translate_WithAFillThatIsNoNumber_IsRefused() =>
        Assert.Throws<UserErrorException>(() => Make.Augmentation("translate", new TranslateOptions { Fill = double.NaN }));
}
