using NeuralKernels.Abstractions;

namespace NeuralKernels.Datasets;

/// <summary>What datasets in files for training and for testing share.</summary>
internal static class SplitFiles
{
    /// <summary>The full path of a file that may be stored with the ending .gz added.</summary>
    /// <exception cref="UserErrorException">Found nowhere.</exception>
    public static string Find(IDataFiles files, string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return files.TryFind(path) ?? files.TryFind(path + ".gz") ?? files.Find(path);
    }

    /// <summary>The split of training examples followed by test examples; null where there are no test examples.</summary>
    public static SplitPart[]? Given(long train, long test)
    {
        if (test == 0)
            return null;
        var parts = new SplitPart[train + test];
        Array.Fill(parts, SplitPart.Test, checked((int)train), checked((int)test));
        return parts;
    }
}
