namespace NeuralKernels.Host.Options;

/// <summary>Options as they were bound, defaults filled in: a tree of texts.</summary>
internal abstract record BoundValue
{
    /// <summary>Leaves with their paths.</summary>
    /// <param name="path">The path of this value.</param>
    public abstract IEnumerable<KeyValuePair<string, string>> Flatten(string path);
}

/// <summary>A single value.</summary>
internal sealed record BoundScalar(string Text) : BoundValue
{
    public override IEnumerable<KeyValuePair<string, string>> Flatten(string path) => [new(path, Text)];
}

/// <summary>A list.</summary>
internal sealed record BoundList(IReadOnlyList<BoundValue> Items) : BoundValue
{
    /// <summary>A list of single values is one leaf, and a list of one of them is that value: the forms that people filter by.</summary>
    public override IEnumerable<KeyValuePair<string, string>> Flatten(string path) => Items switch
    {
        [BoundScalar only] => [new(path, only.Text)],
        _ when Items.All(item => item is BoundScalar) => [new(path, $"[{string.Join(", ", Items.Cast<BoundScalar>().Select(s => s.Text))}]")],
        _ => Items.SelectMany((item, i) => item.Flatten($"{path}.{i}")),
    };
}

/// <summary>A section, a component or a mapping.</summary>
internal sealed record BoundMapping(IReadOnlyList<KeyValuePair<string, BoundValue>> Entries) : BoundValue
{
    public override IEnumerable<KeyValuePair<string, string>> Flatten(string path) =>
        Entries.SelectMany(entry => entry.Value.Flatten(path.Length == 0 ? entry.Key : $"{path}.{entry.Key}"));
}
