using System.Xml.Linq;

namespace NeuralKernels.Host.Artifacts;

/// <summary>The few elements of SVG that the pictures of a run need.</summary>
internal sealed class Svg
{
    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";
    private readonly XElement _root;

    public Svg(double width, double height)
    {
        _root = new XElement(
            s_namespace + "svg",
            new XAttribute("viewBox", $"0 0 {width:0.##} {height:0.##}"),
            new XAttribute("width", $"{width:0.##}"),
            new XAttribute("height", $"{height:0.##}"),
            new XAttribute("font-family", "sans-serif"));
        Rectangle(0, 0, width, height, "#ffffff");
    }

    public void Rectangle(double x, double y, double width, double height, string fill, string? title = null)
    {
        XElement rectangle = Add("rect", ("x", x), ("y", y), ("width", width), ("height", height), ("fill", fill));
        if (title is not null)
            rectangle.Add(new XElement(s_namespace + "title", title));
    }

    public void Line(double x1, double y1, double x2, double y2, string color = "#444444", double width = 1) =>
        Add("line", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", color), ("stroke-width", width));

    public void Circle(double x, double y, double radius, string fill, double opacity) =>
        Add("circle", ("cx", x), ("cy", y), ("r", radius), ("fill", fill), ("fill-opacity", opacity));

    public void Path(IEnumerable<(double X, double Y)> points, string color) =>
        Add("polyline", ("points", string.Join(' ', points.Select(p => $"{p.X:0.##},{p.Y:0.##}"))), ("fill", "none"), ("stroke", color), ("stroke-width", 1.5));

    public void Text(double x, double y, string text, double size = 11, string anchor = "middle", string color = "#222222", double rotate = 0)
    {
        XElement element = Add("text", ("x", x), ("y", y), ("font-size", size), ("text-anchor", anchor), ("fill", color));
        if (rotate != 0)
            element.Add(new XAttribute("transform", $"rotate({rotate:0.##} {x:0.##} {y:0.##})"));
        element.Add(text);
    }

    public void Save(Stream stream) => _root.Save(stream);

    private XElement Add(string name, params (string Name, object Value)[] attributes)
    {
        XElement element = new(
            s_namespace + name,
            attributes.Select(a => new XAttribute(a.Name, a.Value is double number ? $"{number:0.##}" : a.Value)));
        _root.Add(element);
        return element;
    }
}
