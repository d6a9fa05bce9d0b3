using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class GivenSplitConformance : SplitConformance
{
    protected override bool IsRandom => false;

    protected override ISplit Create() => Make.Split("given", new GivenSplitOptions());
}

public sealed class GivenSplitWithValidationConformance : SplitConformance
{
    protected override ISplit Create() => Make.Split("given", new GivenSplitOptions { Validation = 0.2, Train = 50 });
}

public sealed class RandomSplitConformance : SplitConformance
{
    protected override ISplit Create() => Make.Split("random", new RandomSplitOptions { Validation = 0.1 });
}

public sealed class StratifiedSplitConformance : SplitConformance
{
    protected override ISplit Create() => Make.Split("stratified", new StratifiedSplitOptions { Validation = 10 });
}

public sealed class KFoldSplitConformance : SplitConformance
{
    protected override ISplit Create() => Make.Split("kfold", new KFoldSplitOptions { Validation = 0.2 });
}

public sealed class StratifiedKFoldSplitConformance : SplitConformance
{
    protected override ISplit Create() => Make.Split("kfold", new KFoldSplitOptions { Folds = 3, Stratified = true, Train = 40 });
}

public sealed class SplitTests
{
    private static readonly RealTargets s_real = new(new double[100], ["y"]);

    private static ClassTargets Classes(params int[] counts) =>
        new([.. counts.SelectMany((count, label) => Enumerable.Repeat(label, count))], [.. counts.Select((_, label) => $"class {label}")]);

    private static SplitIndices One(string name, object options, Targets targets, IReadOnlyList<SplitPart>? given = null) =>
        Assert.Single(Make.Split(name, options).Split(new SplitRequest(targets, given, 3)));

    private static int[] CountsOf(long[] part, ClassTargets targets)
    {
        int[] counts = new int[targets.Outputs];
        foreach (long index in part)
            counts[targets.Labels[(int)index]]++;
        return counts;
    }

    [Theory]
    [InlineData(0.25, 0.15, 25, 15)]
    [InlineData(10, 0.2, 10, 20)]
    [InlineData(0.015, 0, 2, 0)]
    [InlineData(98, 1, 98, 1)]
    public void Random_TakesFractionsAndCounts(double test, double validation, int testCount, int validationCount)
    {
        SplitIndices parts = One("random", new RandomSplitOptions { Test = test, Validation = validation }, s_real);
        Assert.Equal((testCount, validationCount, 100 - testCount - validationCount), (parts.Test.Length, parts.Validation.Length, parts.Train.Length));
    }

    [Fact]
    public void Random_WithTrainCap_KeepsSoManyAndTheSameTest()
    {
        SplitIndices all = One("random", new RandomSplitOptions(), s_real), capped = One("random", new RandomSplitOptions { Train = 20 }, s_real);
        Assert.Equal(all.Train[..20], capped.Train);
        Assert.Equal(all.Test, capped.Test);
    }

    [Fact]
    public void Stratified_KeepsTheProportionsInEveryPart()
    {
        ClassTargets targets = Classes(80, 40, 20);
        SplitIndices parts = One("stratified", new StratifiedSplitOptions { Test = 0.25, Validation = 0.25, Train = 35 }, targets);
        Assert.Equal([20, 10, 5], CountsOf(parts.Test, targets));
        Assert.Equal([20, 10, 5], CountsOf(parts.Validation, targets));
        Assert.Equal([20, 10, 5], CountsOf(parts.Train, targets));
    }

    [Fact]
    public void Stratified_WithUnevenClasses_IsWithinOneOfTheProportion()
    {
        ClassTargets targets = Classes(37, 11, 5, 2);
        SplitIndices parts = One("stratified", new StratifiedSplitOptions { Test = 17 }, targets);
        Assert.Equal(17, parts.Test.Length);
        int[] counts = CountsOf(parts.Test, targets);
        double[] exact = [17 * 37 / 55.0, 17 * 11 / 55.0, 17 * 5 / 55.0, 17 * 2 / 55.0];
        for (int c = 0; c < counts.Length; c++)
            Assert.InRange(counts[c], Math.Floor(exact[c]), Math.Ceiling(exact[c]));
    }

    [Fact]
    public void KFold_TestsEveryExampleOnce_InFoldsOfEvenSize()
    {
        IReadOnlyList<SplitIndices> folds = Make.Split("kfold", new KFoldSplitOptions { Folds = 7 }).Split(new SplitRequest(s_real, null, 3));
        Assert.Equal(7, folds.Count);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), folds.SelectMany(fold => fold.Test).Order());
        Assert.All(folds, fold => Assert.InRange(fold.Test.Length, 14, 15));
        Assert.All(folds, fold => Assert.Equal(100, fold.Test.Length + fold.Train.Length));
    }

    [Fact]
    public void StratifiedKFold_SpreadsEveryClassEvenly()
    {
        ClassTargets targets = Classes(50, 23, 9);
        IReadOnlyList<SplitIndices> folds = Make.Split("kfold", new KFoldSplitOptions { Folds = 4, Stratified = true }).Split(new SplitRequest(targets, null, 3));
        foreach (SplitIndices fold in folds)
        {
            int[] counts = CountsOf(fold.Test, targets);
            Assert.InRange(counts[0], 12, 13);
            Assert.InRange(counts[1], 5, 6);
            Assert.InRange(counts[2], 2, 3);
            Assert.InRange(fold.Test.Length, 20, 21);
        }
    }

    [Fact]
    public void Given_ReturnsThePartsInTheirOrder()
    {
        SplitPart[] given = [SplitPart.Test, SplitPart.Train, SplitPart.Validation, SplitPart.Train];
        SplitIndices parts = One("given", new GivenSplitOptions(), Classes(2, 2), given);
        Assert.Equal([1, 3], parts.Train);
        Assert.Equal([2], parts.Validation);
        Assert.Equal([0], parts.Test);
    }

    [Fact]
    public void Given_WithValidation_CarvesItFromTrainByClass()
    {
        ClassTargets targets = Classes(40, 20);
        SplitPart[] given = [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? SplitPart.Test : SplitPart.Train)];
        SplitIndices parts = One("given", new GivenSplitOptions { Validation = 0.3, Train = 15 }, targets, given);
        Assert.Equal([6, 3], CountsOf(parts.Validation, targets));
        Assert.Equal([10, 5], CountsOf(parts.Train, targets));
        Assert.Equal(30, parts.Test.Length);
        Assert.All(parts.Train.Concat(parts.Validation), index => Assert.Equal(1, index % 2));
        Assert.Equal(parts.Train.Order(), parts.Train);
    }

    [Fact]
    public void Given_WithValidation_WorksForRealTargets()
    {
        SplitPart[] given = [.. Enumerable.Range(0, 100).Select(i => i < 80 ? SplitPart.Train : SplitPart.Test)];
        SplitIndices parts = One("given", new GivenSplitOptions { Validation = 8 }, s_real, given);
        Assert.Equal((72, 8, 20), (parts.Train.Length, parts.Validation.Length, parts.Test.Length));
    }

    public static TheoryData<string, object, bool, string> Impossible => new()
    {
        { "random", new RandomSplitOptions { Test = 0.5, Validation = 50 }, false, "cannot be divided into 50 test and 50 validation" },
        { "random", new RandomSplitOptions { Test = 100 }, false, "cannot be divided into 100 test" },
        { "random", new RandomSplitOptions { Test = 0.001 }, false, "into 0 test" },
        { "stratified", new StratifiedSplitOptions(), false, "needs classes" },
        { "kfold", new KFoldSplitOptions { Folds = 101 }, false, "into 101 folds" },
        { "kfold", new KFoldSplitOptions { Stratified = true }, false, "needs classes" },
        { "kfold", new KFoldSplitOptions { Validation = 80 }, false, "nothing to train on" },
        { "given", new GivenSplitOptions(), false, "without a split" },
        { "given", new GivenSplitOptions { Validation = 3 }, true, "comes with 20 validation examples already" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Split_ThatIsImpossible_SaysWhy(string name, object options, bool given, string reason)
    {
        SplitPart[]? parts = given ? [.. Enumerable.Range(0, 100).Select(i => (SplitPart)Math.Min(i % 5, 2))] : null;
        var error = Assert.Throws<UserErrorException>(() => Make.Split(name, options).Split(new SplitRequest(s_real, parts, 1)));
        Assert.Contains(reason, error.Message);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Given_WithoutTestExamples_IsAnError()
    {
        var request = new SplitRequest(s_real, [.. Enumerable.Repeat(SplitPart.Train, 100)], 1);
        Assert.Contains("0 test examples", Assert.Throws<UserErrorException>(() => Make.Split("given", new GivenSplitOptions()).Split(request)).Message);
    }

    [Theory]
    [InlineData(2.5, 0, "neither a fraction below 1 nor a whole number")]
    [InlineData(0.25, 1.5, "neither a fraction below 1 nor a whole number")]
    [InlineData(0.5, 0.5, "leave nothing to train on")]
    public void Options_ThatContradictEachOther_AreRefusedWhenTheSplitIsMade(double test, double validation, string reason)
    {
        Assert.Contains(reason, Assert.Throws<UserErrorException>(
            () => Make.Split("random", new RandomSplitOptions { Test = test, Validation = validation })).Message);
        Assert.Contains(reason, Assert.Throws<UserErrorException>(
            () => Make.Split("stratified", new StratifiedSplitOptions { Test = test, Validation = validation })).Message);
    }
}
