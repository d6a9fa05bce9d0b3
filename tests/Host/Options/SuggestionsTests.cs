using NeuralKernels.Host.Options;

namespace NeuralKernels.Tests.Host.Options;

public class SuggestionsTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("W_sdt", "W_std", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distance_OfTwoWords_CountsEditsAndSwaps(string a, string b, int distance)
    {
        Assert.Equal(distance, Suggestions.Distance(a, b));
        Assert.Equal(distance, Suggestions.Distance(b, a));
    }

    [Theory]
    [InlineData("W_sdt", "W_std")]
    [InlineData("w_std", "W_std")]
    [InlineData("param", "parameterization")]
    [InlineData("kernel", null)]
    [InlineData("b", null)]
    [InlineData("", null)]
    public void Nearest_OfAMisspeltName_IsTheNameThatWasMeant(string written, string? meant) =>
        Assert.Equal(meant, Suggestions.Nearest(written, ["b_std", "W_std", "parameterization", "x"]));
}
