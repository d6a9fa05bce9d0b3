using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every transform owes. Subclass it and say how to make yours.</summary>
public abstract class TransformConformance
{
    private const int Count = 200;

    /// <summary>Makes the transform.</summary>
    protected abstract ITransform Create();

    /// <summary>The kinds of examples that it takes.</summary>
    protected virtual ExampleKinds Accepts => ExampleKinds.Vectors | ExampleKinds.Images | ExampleKinds.Sequences;

    [Theory]
    [InlineData(ExampleKinds.Vectors)]
    [InlineData(ExampleKinds.Images)]
    [InlineData(ExampleKinds.Sequences)]
    [InlineData(ExampleKinds.Graphs)]
    public void Apply_ToAcceptedKinds_KeepsTheNumberAndTheKind_AndOthersAreRefused(ExampleKinds kind)
    {
        Examples train = Sample(kind, 1);
        if (!Accepts.HasFlag(kind))
        {
            Assert.Throws<UserErrorException>(() => Create().Fit(train, CancellationToken.None));
            return;
        }

        Examples transformed = Create().Fit(train, CancellationToken.None).Apply(train);
        Assert.Equal(train.Count, transformed.Count);
        Assert.Equal(kind, transformed.Shape.Kind);
        Assert.All(Samples.Rows(transformed), row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
        Assert.Equal((train as SequenceExamples)?.Lengths, (transformed as SequenceExamples)?.Lengths);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameNumbersToTheLastBit() => ForEachKind((train, other) =>
        Assert.Equal(Samples.Rows(Create().Fit(train, CancellationToken.None).Apply(other)), Samples.Rows(Create().Fit(train, CancellationToken.None).Apply(other))));

    [Fact]
    public void Apply_FromManyThreads_GivesTheSameRows() => ForEachKind((train, other) =>
    {
        Examples transformed = Create().Fit(train, CancellationToken.None).Apply(other);
        Assert.Equal(Samples.Rows(transformed), Samples.RowsInParallel(transformed));
    });

    [Fact]
    public void Apply_ToSomeExamples_GivesTheirRows() => ForEachKind((train, other) =>
    {
        long[] some = [5, 0, 17, 5];
        IFittedTransform fitted = Create().Fit(train, CancellationToken.None);
        Assert.Equal(Samples.Rows(fitted.Apply(other).Select(some)), Samples.Rows(fitted.Apply(other.Select(some))));
    });

    [Fact]
    public void Apply_ToConstantFeatures_GivesFiniteNumbers()
    {
        if (!Accepts.HasFlag(ExampleKinds.Vectors))
            Assert.Skip("The transform does not take vectors.");
        var constant = new VectorExamples(FeatureSource.FromArray([.. Enumerable.Repeat(0.1, 60)], 3));
        Examples transformed = Create().Fit(constant, CancellationToken.None).Apply(constant);
        Assert.All(Samples.Rows(transformed), row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void Fit_WhenCancelled_StopsOrHasNothingToRead() => ForEachKind((train, other) =>
    {
        var reads = new CountedReads((FeatureExamples)train);
        try
        {
            Create().Fit(reads.Examples, new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            // The other way to do no work.
        }

        Assert.Equal(0, reads.Count);
    });

    private void ForEachKind(Action<Examples, Examples> check)
    {
        foreach (ExampleKinds kind in (ExampleKinds[])[ExampleKinds.Vectors, ExampleKinds.Images, ExampleKinds.Sequences])
        {
            if (Accepts.HasFlag(kind))
                check(Sample(kind, 1), Sample(kind, 2));
        }
    }

    private static Examples Sample(ExampleKinds kind, int seed) => kind switch
    {
        ExampleKinds.Vectors => Samples.Vectors(Count, seed: seed),
        ExampleKinds.Images => Samples.Images(Count, seed: seed),
        ExampleKinds.Sequences => Samples.RaggedSequences(Count, seed: seed),
        _ => Samples.Graphs(Count, seed: seed),
    };

    private sealed class CountedReads
    {
        private int _count;

        public CountedReads(FeatureExamples examples) => Examples = examples.WithFeatures(examples.Features.Map(examples.Features.Width, (_, input, output) =>
        {
            Interlocked.Increment(ref _count);
            input.CopyTo(output);
        }));

        public FeatureExamples Examples { get; }

        public int Count => _count;
    }
}
