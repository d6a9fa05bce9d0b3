using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every augmentation owes. Subclass it and say how to make yours.</summary>
public abstract class AugmentationConformance
{
    private const int Count = 40;

    /// <summary>Makes the augmentation.</summary>
    protected abstract IAugmentation Create();

    /// <summary>The kinds of examples that it takes.</summary>
    protected virtual ExampleKinds Accepts => ExampleKinds.Images;

    /// <summary>True where the seed matters.</summary>
    protected virtual bool IsRandom => true;

    [Theory]
    [InlineData(ExampleKinds.Vectors)]
    [InlineData(ExampleKinds.Images)]
    [InlineData(ExampleKinds.Sequences)]
    [InlineData(ExampleKinds.Graphs)]
    public void Apply_ToAcceptedKinds_KeepsNumberAndShape_AndOthersAreRefused(ExampleKinds kind)
    {
        IAugmentation augmentation = Create();
        Examples train = Sample(kind);
        if (!Accepts.HasFlag(kind))
        {
            Assert.Throws<UserErrorException>(() => augmentation.Apply(train, 0, 1));
            return;
        }

        for (int copy = 0; copy < augmentation.Copies; copy++)
        {
            Examples copies = augmentation.Apply(train, copy, 1);
            Assert.Equal(train.Count, copies.Count);
            Assert.Equal(train.Shape, copies.Shape);
            Assert.Equal((train as SequenceExamples)?.Lengths, (copies as SequenceExamples)?.Lengths);
            Assert.All(Samples.Rows(copies), row => Assert.DoesNotContain(row, value => !double.IsFinite(value)));
        }
    }

    [Fact]
    public void Copies_Always_IsAtLeastOne_AndOthersAreRefused()
    {
        IAugmentation augmentation = Create();
        Assert.True(augmentation.Copies >= 1);
        ForEachKind(train =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => augmentation.Apply(train, augmentation.Copies, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => augmentation.Apply(train, -1, 1));
        });
    }

    [Fact]
    public void Apply_Again_GivesTheSameNumbers_InAnyOrderAndOnAnyThread() => ForEachKind(train =>
    {
        double[][] rows = Samples.Rows(Create().Apply(train, 0, 5));
        Assert.Equal(rows, Samples.RowsInParallel(Create().Apply(train, 0, 5)));
        Examples copies = Create().Apply(train, 0, 5);
        Assert.Equal(Samples.RowsInParallel(copies), Samples.Rows(copies));
        Assert.Equal((double[][])[rows[9], rows[2], rows[9]], Samples.Rows(copies.Select([9, 2, 9])));
    });

    [Fact]
    public void Apply_ToOneExample_DoesNotDependOnTheOthers() => ForEachKind(train =>
    {
        long[] others = [.. Enumerable.Range(0, Count).Select(i => i == 4 ? 4L : 0)];
        Assert.Equal(Samples.Rows(Create().Apply(train, 0, 5))[4], Samples.Rows(Create().Apply(train.Select(others), 0, 5))[4]);
    });

    [Fact]
    public void Apply_WithAnotherSeedOrCopy_DiffersWhereItIsRandom() => ForEachKind(train =>
    {
        IAugmentation augmentation = Create();
        double[][] rows = Samples.Rows(augmentation.Apply(train, 0, 5));
        Assert.Equal(IsRandom, Differ(rows, Samples.Rows(augmentation.Apply(train, 0, 6))));
        for (int copy = 1; copy < augmentation.Copies; copy++)
            Assert.True(Differ(rows, Samples.Rows(augmentation.Apply(train, copy, 5))), $"copy {copy} repeats copy 0");
    });

    [Fact]
    public void Apply_Always_ChangesEveryExample_AndNotTheOriginals() => ForEachKind(train =>
    {
        double[][] before = Samples.Rows(train), rows = Samples.Rows(Create().Apply(train, 0, 5));
        Assert.Equal(before, Samples.Rows(train));
        Assert.All(before.Zip(rows), pair => Assert.NotEqual(pair.First, pair.Second));
    });

    private void ForEachKind(Action<Examples> check)
    {
        foreach (ExampleKinds kind in (ExampleKinds[])[ExampleKinds.Vectors, ExampleKinds.Images, ExampleKinds.Sequences, ExampleKinds.Graphs])
        {
            if (Accepts.HasFlag(kind))
                check(Sample(kind));
        }
    }

    private static bool Differ(double[][] rows, double[][] others) => rows.Zip(others).Any(pair => !pair.First.SequenceEqual(pair.Second));

    private static Examples Sample(ExampleKinds kind) => kind switch
    {
        ExampleKinds.Vectors => Samples.Vectors(Count),
        ExampleKinds.Images => Samples.Images(Count),
        ExampleKinds.Sequences => Samples.RaggedSequences(Count),
        _ => Samples.Graphs(Count),
    };
}
