using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Host.Options;

namespace NeuralKernels.Tests.Host.Options;

public class ScalarTextTests
{
    [Theory]
    [InlineData(1e-6, "1e-6")]
    [InlineData(1e20, "1e20")]
    [InlineData(-2.5e-300, "-2.5e-300")]
    [InlineData(1.414, "1.414")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(3.0, "3")]
    [InlineData(double.NaN, ".nan")]
    [InlineData(double.PositiveInfinity, ".inf")]
    [InlineData(double.NegativeInfinity, "-.inf")]
    public void OfReal_IsShort(double value, string text) => Assert.Equal(text, ScalarText.OfReal(value));

    [Fact]
    public void OfReal_OfAnyNumber_ReadsBackAsThatNumber() => Prop.ForAll(
        ArbMap.Default.ArbFor<double>(), value => value.Equals(ScalarReader.Real(ScalarText.OfReal(value)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_AnyWholeNumber_ReadsBackAsThatNumber() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(), value => ScalarReader.Integer(ScalarText.Of(value)) == (Int128)value).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-3", -3L)]
    [InlineData("+3", 3L)]
    [InlineData("0x1F", 31L)]
    [InlineData("1e5", 100000L)]
    [InlineData("2.50e1", 25L)]
    [InlineData("2.5", null)]
    [InlineData("1e-1", null)]
    [InlineData("", null)]
    [InlineData("0x", null)]
    [InlineData("1e99", null)]
    [InlineData("１", null)]
    public void Integer_OfAText_IsItsValue(string text, long? value) => Assert.Equal(value is null ? null : (Int128)value, ScalarReader.Integer(text));

    [Theory]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5.0)]
    [InlineData("-.inf", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("1,5", null)]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("1 2", null)]
    public void Real_OfAText_IsItsValue(string text, double? value) => Assert.Equal(value, ScalarReader.Real(text));
}
