using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Host.Options;

namespace NeuralKernels.Tests.Host.Options;

public class OptionPathTests
{
    [Fact]
    public void Split_OfAPath_GivesKeysAndPlaces()
    {
        Assert.Equal<object>(["kernel", "network", 0, "layers", 12, "W_std"], OptionPath.Split("kernel.network[0].layers[12].W_std")!);
        Assert.Equal<object>(["space", "a.b[0]=c", 1, 2], OptionPath.Split("space[\"a.b[0]=c\"][1][2]")!);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("[0]")]
    [InlineData("a[")]
    [InlineData("a[]")]
    [InlineData("a[-1]")]
    [InlineData("a[1]b")]
    [InlineData("a[99999999999]")]
    [InlineData("a[\"b]")]
    public void Split_OfAMalformedPath_GivesNothing(string path) => Assert.Null(OptionPath.Split(path));

    [Fact]
    public void Join_OfAnyKeys_SplitsIntoThem() => Prop.ForAll(
        Gen.Elements("a", "W_std", "a.b", "a[0]", "x=y", "é", " ", "a]b", "-").NonEmptyListOf().ToArbitrary(),
        keys => OptionPath.Split(keys.Aggregate("", OptionPath.Join))!.SequenceEqual(keys)).QuickCheckThrowOnFailure();
}
