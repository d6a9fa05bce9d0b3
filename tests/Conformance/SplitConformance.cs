using NeuralKernels.Abstractions;

namespace NeuralKernels.Tests.Conformance;

/// <summary>What every split owes. Subclass it and say how to make yours.</summary>
public abstract class SplitConformance
{
    /// <summary>Makes the split.</summary>
    protected abstract ISplit Create();

    /// <summary>True where the seed matters.</summary>
    protected virtual bool IsRandom => true;

    /// <summary>What is divided: by default 120 examples in three unequal classes, with a given split.</summary>
    protected virtual SplitRequest Request(ulong seed) => new(
        new ClassTargets([.. Enumerable.Range(0, 120).Select(i => i % 8 == 0 ? 2 : i % 3 == 0 ? 1 : 0)], ["a", "b", "c"]),
        [.. Enumerable.Range(0, 120).Select(i => i < 90 ? SplitPart.Train : SplitPart.Test)],
        seed);

    [Fact]
    public void Split_Always_GivesDisjointPartsOfTheData()
    {
        SplitRequest request = Request(1);
        foreach (SplitIndices division in Create().Split(request))
        {
            long[] all = [.. division.Train, .. division.Validation, .. division.Test];
            Assert.All(all, index => Assert.InRange(index, 0, request.Targets.Count - 1));
            Assert.Equal(all.Length, all.Distinct().Count());
        }
    }

    [Fact]
    public void Split_Always_GivesTrainingAndTestExamples()
    {
        IReadOnlyList<SplitIndices> divisions = Create().Split(Request(1));
        Assert.NotEmpty(divisions);
        Assert.All(divisions, division => Assert.NotEmpty(division.Train));
        Assert.All(divisions, division => Assert.NotEmpty(division.Test));
    }

    [Fact]
    public void Split_OfTheSameRequest_IsTheSame()
    {
        ISplit split = Create();
        Assert.Equal(Written(split.Split(Request(7))), Written(split.Split(Request(7))));
        Assert.Equal(Written(split.Split(Request(7))), Written(Create().Split(Request(7))));
    }

    [Fact]
    public void Split_WithAnotherSeed_DiffersWhereItIsRandom() =>
        Assert.Equal(IsRandom, Written(Create().Split(Request(7))) != Written(Create().Split(Request(8))));

    [Fact]
    public void Split_OfNoExamples_IsAnError() =>
        Assert.Throws<UserErrorException>(() => Create().Split(new SplitRequest(new ClassTargets([], ["a", "b"]), [], 1)));

    private static string Written(IReadOnlyList<SplitIndices> divisions) => string.Join('\n', divisions.Select(division =>
        $"{string.Join(' ', division.Train)};{string.Join(' ', division.Validation)};{string.Join(' ', division.Test)}"));
}
