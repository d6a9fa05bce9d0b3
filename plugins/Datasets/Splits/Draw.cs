using NeuralKernels.Abstractions;
using NeuralKernels.Compute;

namespace NeuralKernels.Datasets;

/// <summary>Random subsets, with or without the proportions of classes.</summary>
internal static class Draw
{
    /// <summary>Divides indices into a random part of a given size and the rest.</summary>
    /// <param name="indices">Permuted in place; afterwards the first <paramref name="size"/> are the part.</param>
    /// <param name="size">From 0 to the number of indices.</param>
    /// <param name="labels">Class of every example of the dataset to keep the proportions of classes; empty to ignore them.</param>
    /// <param name="random">Makes the draw.</param>
    public static (long[] Part, long[] Others) Take(long[] indices, int size, ReadOnlySpan<int> labels, RandomStream random)
    {
        random.Shuffle(indices);
        if (labels.IsEmpty)
            return (indices[..size], indices[size..]);
        int classes = 0;
        foreach (int label in labels)
            classes = Math.Max(classes, label + 1);
        int[] counts = new int[classes];
        foreach (long index in indices)
            counts[labels[(int)index]]++;
        int[] quotas = Quotas(counts, size, indices.Length);
        var part = new List<long>(size);
        var rest = new List<long>(indices.Length - size);
        foreach (long index in indices)
            (quotas[labels[(int)index]]-- > 0 ? part : rest).Add(index);
        return ([.. part], [.. rest]);
    }

    /// <summary>Divides a size among classes in proportion, by largest remainder; ties go to the lower class.</summary>
    private static int[] Quotas(int[] counts, int size, int total)
    {
        int[] quotas = new int[counts.Length];
        long[] remainders = new long[counts.Length];
        int left = size;
        for (int c = 0; c < counts.Length; c++)
        {
            (long quota, remainders[c]) = Math.DivRem((long)counts[c] * size, Math.Max(total, 1));
            quotas[c] = (int)quota;
            left -= quotas[c];
        }

        foreach (int c in Enumerable.Range(0, counts.Length).OrderByDescending(c => remainders[c]).Take(left))
            quotas[c]++;
        return quotas;
    }

    /// <summary>All indices of a dataset in order.</summary>
    public static long[] All(long count)
    {
        long[] indices = new long[count];
        for (long i = 0; i < count; i++)
            indices[i] = i;
        return indices;
    }

    /// <summary>The labels of class targets.</summary>
    /// <exception cref="UserErrorException">There are no classes.</exception>
    public static ReadOnlySpan<int> Labels(Targets targets, string option, string remedy) => targets is ClassTargets classes
        ? classes.Labels
        : throw new UserErrorException($"{option} needs classes, and the targets of this dataset are real numbers.", remedy);
}
