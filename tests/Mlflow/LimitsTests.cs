using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Mlflow;

namespace NeuralKernels.Tests.Mlflow;

public sealed class LimitsTests
{
    [Theory]
    [InlineData("loss")]
    [InlineData("train/loss")]
    [InlineData("a.b-c d_e/9")]
    [InlineData("größe/λ")]
    [InlineData("a/..b")]
    [InlineData("½²")]
    public void RequireKey_OfWhatMlflowAccepts_Accepts(string key) => Limits.RequireKey("metric", key);

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("..a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a,b")]
    [InlineData("a\n")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\u0301")]
    public void RequireKey_OfWhatMlflowRefuses_SaysWhichKeyAndWhatIsAllowed(string key)
    {
        TrackingException e = Assert.Throws<TrackingException>(() => Limits.RequireKey("metric", key));
        Assert.Equal(TrackingErrorKind.InvalidValue, e.Kind);
        Assert.Equal($"key '{key}'", e.Where);
    }

    [Fact]
    public void RequireKey_CountsCodePoints()
    {
        string wide = string.Concat(Enumerable.Repeat("\U00010400", Limits.Key));
        Limits.RequireKey("tag", wide);
        TrackingException e = Assert.Throws<TrackingException>(() => Limits.RequireKey("tag", wide + "a"));
        Assert.Contains("251 characters", e.Message);
    }

    [Fact]
    public void Truncate_KeepsTheLongestAllowedPrefixOfWholeCodePoints() => Prop.ForAll(
        Texts(),
        Gen.Choose(0, 12).ToArbitrary(),
        (text, maximum) =>
        {
            string cut = Limits.Truncate(text, maximum);
            int kept = cut.EnumerateRunes().Count();
            Assert.StartsWith(cut, text, StringComparison.Ordinal);
            Assert.Equal(Math.Min(maximum, text.EnumerateRunes().Count()), kept);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fit_GivesTextThatSurvivesUtf8AndFitsUnchangedAgain() => Prop.ForAll(
        Texts(),
        text =>
        {
            string fitted = Limits.Fit(text, 8);
            Assert.Equal(fitted, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(fitted)));
            Assert.DoesNotContain('\0', fitted);
            Assert.Equal(fitted, Limits.Fit(fitted, 8));
        }).QuickCheckThrowOnFailure();

    // Texts rich in what is hard: pairs, half pairs, NUL.
    private static Arbitrary<string> Texts() => Gen.Elements("a", "é", "\0", "\uD83D", "\uDE00", "\U0001F600", "\uFFFD", " ")
        .ListOf()
        .Select(string.Concat)
        .ToArbitrary();
}
