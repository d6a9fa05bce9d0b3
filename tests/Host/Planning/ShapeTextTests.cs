using FsCheck;
using FsCheck.Fluent;
using NeuralKernels.Abstractions;
using NeuralKernels.Host.Planning;

namespace NeuralKernels.Tests.Host.Planning;

public sealed class ShapeTextTests
{
    [Theory]
    [InlineData("784", ExampleKinds.Vectors, "vectors of 784")]
    [InlineData("200x20", ExampleKinds.Sequences, "sequences of 200x20")]
    [InlineData("32x32x3", ExampleKinds.Images, "images of 32x32x3")]
    [InlineData("8X8X8X1", ExampleKinds.Images, "volumes of 8x8x8x1")]
    [InlineData(" 28 x 28 x 1", ExampleKinds.Images, "images of 28x28x1")]
    public void Parse_OfAShape_TellsItsKindByItsSizes(string text, ExampleKinds kind, string description)
    {
        ExampleShape shape = ShapeText.Parse(text);
        Assert.Equal((kind, description), (shape.Kind, ShapeText.Describe(shape)));
    }

    [Fact]
    public void Parse_OfAnyShapeAsText_GivesItBack() => Prop.ForAll(
        Gen.Choose(1, 4).SelectMany(count => Gen.Choose(1, 90).ArrayOf(count)).ToArbitrary(),
        sizes =>
        {
            ExampleShape shape = ShapeText.Parse(string.Join('x', sizes));
            Assert.Equal(sizes, shape.Positions.Append(shape.Channels));
            Assert.Equal(shape, ShapeText.Parse(shape.ToString()));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "''")]
    [InlineData("x", "''")]
    [InlineData("32x32x", "''")]
    [InlineData("32,32,3", "'32,32,3'")]
    [InlineData("0x3", "'0'")]
    [InlineData("-3", "'-3'")]
    [InlineData("1.5x2", "'1.5'")]
    [InlineData("99999999999", "'99999999999'")]
    [InlineData("1x1x1x1x1", "5 sizes")]
    public void Parse_OfSomethingElse_SaysWhatIsWrongAndWhatToWrite(string text, string part)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => ShapeText.Parse(text));
        Assert.StartsWith($"--shape: '{text}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("32x32x3", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1025x1024x3", "1,049,600 positions")]
    [InlineData("2147483647x2147483647x2147483647x2147483647", "positions")]
    [InlineData("268435457", "268,435,457 numbers")]
    public void Parse_OfAShapeThatIsTooLarge_SaysHowLargeItMayBe(string text, string part)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(() => ShapeText.Parse(text));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains("1,048,576 positions", error.Remedy, StringComparison.Ordinal);
    }
}
