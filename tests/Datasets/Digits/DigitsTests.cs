using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class DigitsTests : DatasetConformance
{
    protected override IDataset Create() => Make.Dataset("digits", new DigitsOptions());

    [Fact]
    public void Load_OfAll_GivesTheKnownCountsAndTheFirstImage()
    {
        using LoadedDataset data = Make.Load("digits", new DigitsOptions());
        var images = Assert.IsType<ImageExamples>(data.Examples);
        Assert.Equal("8x8x1", images.Shape.ToString());
        Assert.Equal(1797, images.Count);
        // Counts of the ten digits and the first row, as scikit-learn's load_digits gives them.
        int[] labels = ((ClassTargets)data.Targets).Labels.ToArray();
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], Enumerable.Range(0, 10).Select(digit => labels.Count(label => label == digit)));
        Assert.Equal([0, 1, 2, 3, 4], labels[..5]);
        double[][] rows = Samples.Rows(images);
        Assert.Equal([0, 0, 5, 13, 9, 1, 0, 0], rows[0][..8].Select(pixel => pixel * 16));
        Assert.Equal(561718, rows.Sum(row => row.Sum(pixel => pixel * 16)));
    }

    [Fact]
    public void Load_WithTake_GivesTheFirstExamples()
    {
        using LoadedDataset data = Make.Load("digits", new DigitsOptions { Take = 7 }), all = Make.Load("digits", new DigitsOptions());
        Assert.Equal(7, data.Targets.Count);
        Assert.Equal(Samples.Rows(all.Examples)[..7], Samples.Rows(data.Examples));
    }
}
