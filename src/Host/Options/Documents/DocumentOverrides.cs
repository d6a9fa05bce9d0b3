namespace NeuralKernels.Host.Options.Documents;

/// <summary>Changes a document tree by the overrides of a command line, <c>path=value</c>.</summary>
internal static class DocumentOverrides
{
    /// <summary>Applies overrides in their order; one that cannot be applied is reported and left out.</summary>
    public static void Apply(MappingNode root, IEnumerable<string> overrides, ProblemCollector problems)
    {
        int order = 0;
        foreach (string text in overrides)
            Apply(root, new OverrideText(order++, text), problems);
    }

    private static void Apply(MappingNode root, OverrideText origin, ProblemCollector problems)
    {
        SourcePosition position = new(1, 1, origin);
        int equals = FindEquals(origin.Text);
        if (equals < 0)
        {
            problems.Add(position, "", "there is no '='.", "Write --set path=value, such as --set solver.ridge=1e-3");
            return;
        }

        string path = origin.Text[..equals].Trim();
        if (OptionPath.Split(path) is not { } steps)
        {
            problems.Add(position, "", path.Length == 0 ? "there is no path before '='." : $"'{path}' is no path of an option.",
                "Write keys with '.' between them and places in lists as [0], such as kernel.network[0].W_std");
            return;
        }

        if (DocumentReader.Read(origin.Text[(equals + 1)..], problems, origin) is { } value)
            Set(root, steps, value, position, problems);
    }

    /// <summary>The first '=' outside quoted keys.</summary>
    private static int FindEquals(string text)
    {
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '=' && !quoted)
                return i;
        }

        return -1;
    }

    private static void Set(MappingNode root, IReadOnlyList<object> steps, DocumentNode value, SourcePosition position, ProblemCollector problems)
    {
        DocumentNode parent = root;
        string path = "";
        for (int i = 0; i < steps.Count; i++)
        {
            bool isLast = i == steps.Count - 1;
            if (steps[i] is string key)
            {
                if (parent is not MappingNode mapping)
                {
                    problems.Add(position, path, $"{parent.Noun} stands here, which has no key '{key}'.", "Say which item is meant by a place in the list, such as [0].");
                    return;
                }

                path = OptionPath.Join(path, key);
                int at = mapping.Entries.FindIndex(e => e.Key == key);
                DocumentNode child = isLast ? value : Parent(at < 0 ? null : mapping.Entries[at].Value, steps[i + 1], position);
                if (at < 0)
                    mapping.Entries.Add(new DocumentEntry(key, position, child));
                else if (isLast)
                    mapping.Entries[at] = new DocumentEntry(key, position, child);
                else
                    mapping.Entries[at] = mapping.Entries[at] with { Value = child };
                parent = child;
            }
            else
            {
                int index = (int)steps[i];
                SequenceNode sequence = (SequenceNode)parent;
                if (index >= sequence.Items.Count)
                {
                    problems.Add(position, $"{path}[{index}]", sequence.Items.Count switch
                    {
                        0 => "the list is empty.",
                        1 => "the list has one item, [0].",
                        int count => $"the list has {count} items, [0] to [{count - 1}].",
                    }, $"To add items, set the whole list: --set \"{path}=[...]\"");
                    return;
                }

                path = $"{path}[{index}]";
                DocumentNode child = isLast ? value : Parent(sequence.Items[index], steps[i + 1], position);
                sequence.Items[index] = child;
                parent = child;
            }
        }
    }

    /// <summary>
    /// What stands in the place of a node that is to take a step: the node itself where it can; a new mapping for nothing; a mapping
    /// for the name of a component; a list of one for a single item.
    /// </summary>
    private static DocumentNode Parent(DocumentNode? node, object step, SourcePosition position)
    {
        if (step is int)
        {
            if (node is SequenceNode)
                return node;
            SequenceNode sequence = new(node?.Position ?? position);
            if (node is not (null or ScalarNode { IsNull: true }))
                sequence.Items.Add(node);
            return sequence;
        }

        return node switch
        {
            null or ScalarNode { IsNull: true } => new MappingNode(position),
            ScalarNode name => new MappingNode(name.Position) { Shorthand = name },
            _ => node,
        };
    }
}
