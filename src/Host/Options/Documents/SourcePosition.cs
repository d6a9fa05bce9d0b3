namespace NeuralKernels.Host.Options.Documents;

/// <summary>Where a piece of a document comes from: a place in the file, or an override on the command line.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Column">Column in UTF-16 code units, from 1.</param>
/// <param name="Override">The text of the override, with its place among the overrides; null for the file.</param>
internal readonly record struct SourcePosition(int Line, int Column, OverrideText? Override = null) : IComparable<SourcePosition>
{
    public int CompareTo(SourcePosition other) =>
        ((Override?.Order ?? -1), Line, Column).CompareTo(((other.Override?.Order ?? -1), other.Line, other.Column));

    /// <summary>As people read it: <c>file:line:column</c> or <c>--set path=value</c>.</summary>
    public string Render(string file) => Override is null ? $"{file}:{Line}:{Column}" : $"--set {Override.Text}";

    /// <summary>A short form for pointing from one place to another.</summary>
    public string RenderShort() => Override is null ? $"line {Line}" : $"--set {Override.Text}";
}

/// <summary>An override of the command line.</summary>
/// <param name="Order">Its place among the overrides, from 0.</param>
/// <param name="Text">Its text, <c>path=value</c>.</param>
internal sealed record OverrideText(int Order, string Text);
