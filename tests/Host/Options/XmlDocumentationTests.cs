using System.Xml.Linq;
using NeuralKernels.Host.Experiments;
using NeuralKernels.Host.Options;

namespace NeuralKernels.Tests.Host.Options;

public class XmlDocumentationTests
{
    [Theory]
    [InlineData("<summary>\n  Two\n  lines.\n</summary>", "Two lines.")]
    [InlineData("<summary>A.</summary><value>At least 0. The default is 1.</value>", "A. At least 0. The default is 1.")]
    [InlineData("<summary>As <see cref=\"P:A.B.MaxSteps\" />, <see cref=\"T:A.B.Thing`1\" />, <see langword=\"null\" />, <paramref name=\"x\" /> and <c>code</c>.</summary>", "As max_steps, Thing, null, x and code.")]
    [InlineData("<summary>One.<para>Two.</para>Three.</summary>", "One. Two. Three.")]
    [InlineData("<remarks>Nothing.</remarks>", null)]
    public void Text_OfAMember_IsOneLine(string xml, string? text) => Assert.Equal(text, XmlDocumentation.Text(XElement.Parse($"<member name=\"x\">{xml}</member>")));

    [Fact]
    public void OfType_OfTheHost_IsItsDocumentation()
    {
        Assert.Equal("How targets are prepared for regression.", XmlDocumentation.OfType(typeof(TargetOptions)));
        Assert.StartsWith("Whether real-valued targets", XmlDocumentation.OfProperty(typeof(TargetOptions).GetProperty("Standardize")!), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAMissingOrDamagedFile_GivesNothing()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "<doc><members><member name=\"T:A\"><summary>");
            Assert.Empty(XmlDocumentation.Read(path));
            Assert.Empty(XmlDocumentation.Read(path + ".absent"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
