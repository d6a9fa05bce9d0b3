using NeuralKernels.Abstractions;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Experiments;

/// <summary>Reads the description of a kernel: a list of layers, a kernel, or an experiment file.</summary>
internal static class KernelDescription
{
    /// <summary>The name of the kernel that takes a list of layers.</summary>
    internal const string NetworkKernel = "network";

    private const string Key = "kernel";
    private const string Discriminator = "type";

    /// <summary>Reads a file, or the text itself where there is no such file.</summary>
    public static KernelDescriptionResult Load(string fileOrText, ComponentCatalog catalog, IReadOnlyList<string> refusedPlugins)
    {
        bool isFile = File.Exists(fileOrText);
        ProblemCollector problems = new(isFile ? fileOrText : "NETWORK");
        DocumentNode? node;
        try
        {
            node = isFile
                ? DocumentReader.Read(File.ReadAllBytes(fileOrText), Path.GetExtension(fileOrText).Equals(".json", StringComparison.OrdinalIgnoreCase), problems)
                : DocumentReader.Read(fileOrText, problems);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{fileOrText} cannot be read: {failure.Message}", "Name a file that you may read.", failure);
        }

        if (!isFile && node is ScalarNode)
        {
            problems.AddForFile(
                $"'{fileOrText}' is neither a file nor a list of layers.",
                "Name a file, or write layers as in '[{layer: Dense}, {layer: Relu}, {layer: Dense}]'.");
        }

        Bound? bound = problems.IsEmpty && node is not null
            ? new OptionBinder(catalog, problems, refusedPlugins).BindRecord(
                OptionTable.For(typeof(KernelSlot)), new OptionOwner("a kernel", "nk list kernel"), Wrap(node), "")
            : null;
        return bound is null || !problems.IsEmpty
            ? new KernelDescriptionResult(null, string.Join('\n', problems.Sorted()))
            : new KernelDescriptionResult(((KernelSlot)bound.Value!).Kernel.Create(), "");
    }

    private static MappingNode Wrap(DocumentNode node)
    {
        DocumentNode kernel = node;
        if (node is SequenceNode)
        {
            MappingNode network = new(node.Position);
            network.Entries.Add(new DocumentEntry(Discriminator, node.Position, new ScalarNode(node.Position, NetworkKernel)));
            network.Entries.Add(new DocumentEntry("network", node.Position, node));
            kernel = network;
        }
        else if (node is MappingNode experiment && experiment.Find(Discriminator) is null && experiment.Find(Key) is { } entry)
        {
            kernel = entry.Value;
        }

        MappingNode root = new(node.Position);
        root.Entries.Add(new DocumentEntry(Key, node.Position, kernel));
        return root;
    }

    private sealed record KernelSlot
    {
        public required Component<IKernel> Kernel { get; init; }
    }
}

/// <summary>A kernel, or why there is none.</summary>
internal sealed record KernelDescriptionResult(IKernel? Kernel, string Report);
