using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed partial class RunNamesTests
{
    [Fact]
    public void FromSeed_IsAnAdjectiveAnAnimalAndANumber_AndAlwaysTheSame() => Prop.ForAll<ulong>(seed =>
    {
        string name = RunNames.FromSeed(seed);
        Assert.Matches(Shape(), name);
        Assert.Equal(name, RunNames.FromSeed(seed));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void FromSeed_IsTheSameOnEveryMachine() =>
        Assert.Equal(["patient-owl-535", "clever-swan-465", "polite-beaver-110"], new ulong[] { 0, 1, 2 }.Select(RunNames.FromSeed));

    [Fact]
    public void FromSeed_OfNeighbours_RarelyRepeats() =>
        Assert.InRange(Enumerable.Range(0, 1000).Select(i => RunNames.FromSeed((ulong)i)).Distinct().Count(), 995, 1000);

    [Fact]
    public void Random_HasTheSameShapeAndVaries()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(_ => RunNames.Random())];
        Assert.All(names, name => Assert.Matches(Shape(), name));
        Assert.True(names.Distinct().Count() > 1);
    }

    [GeneratedRegex("^[a-z]+-[a-z]+-[0-9]{1,3}$")]
    private static partial Regex Shape();
}
