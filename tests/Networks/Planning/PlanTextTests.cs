using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Layers of a plan as text.</summary>
public sealed class PlanTextTests
{
    [Theory]
    [InlineData("", "the inputs")]
    [InlineData("A", "A")]
    [InlineData("A B C", "A, B, C")]
    [InlineData("A A A", "3 x A")]
    [InlineData("A B A B A B C", "3 x [A, B], C")]
    [InlineData("C A B A B", "C, 2 x [A, B]")]
    [InlineData("A B A B A A A", "2 x [A, B], 3 x A")]
    public void Join_OfTitlesThatRepeat_WritesThemOnce(string titles, string expected) => Assert.Equal(expected, PlanText.Join(Words(titles)));

    [Fact]
    public void Join_OfADeepNetwork_IsShort() => Assert.Equal("21 x [Conv, Relu]", PlanText.Join([.. Enumerable.Repeat<string[]>(["Conv", "Relu"], 21).SelectMany(pair => pair)]));

    [Fact]
    public void Join_OfAnyTitles_SaysThemAllInTheirOrder() => Prop.ForAll(
        Gen.ListOf(Gen.Elements("A", "B", "C")).Where(titles => titles.Count > 0).ToArbitrary(),
        titles => Assert.Equal(titles, Expand(PlanText.Join([.. titles])))).QuickCheckThrowOnFailure();

    private static string[] Words(string titles) => titles.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // The inverse of Join for titles without blanks and brackets.
    private static List<string> Expand(string text)
    {
        List<string> titles = [];
        for (string rest = text; rest.Length > 0;)
        {
            int times = 1;
            if (char.IsDigit(rest[0]))
            {
                int x = rest.IndexOf(" x ", StringComparison.Ordinal);
                times = int.Parse(rest[..x]);
                rest = rest[(x + 3)..];
            }

            bool isList = rest[0] == '[';
            int end = isList ? rest.IndexOf(']', StringComparison.Ordinal) : rest.IndexOf(',', StringComparison.Ordinal);
            string unit = end < 0 ? rest : rest[(isList ? 1 : 0)..end];
            for (int i = 0; i < times; i++)
                titles.AddRange(unit.Split(", "));
            rest = end < 0 ? "" : rest[(end + (isList ? 1 : 0))..].TrimStart(',', ' ');
        }

        return titles;
    }
}
