namespace NeuralKernels.Host.Options;

/// <summary>Guesses which name somebody meant.</summary>
internal static class Suggestions
{
    /// <summary>The candidate that is near enough to be a slip of the fingers; null where there is none.</summary>
    public static string? Nearest(string written, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int least = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = Distance(written.ToLowerInvariant(), candidate.ToLowerInvariant());
            int longer = Math.Max(written.Length, candidate.Length);
            if (distance < least && distance < longer && distance <= Math.Max(1, longer / 3))
                (nearest, least) = (candidate, distance);
        }

        return nearest ?? candidates.FirstOrDefault(c => written.Length >= 2 && c.StartsWith(written, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary><c>Did you mean x? </c>, or nothing.</summary>
    public static string DidYouMean(string written, IEnumerable<string> candidates) =>
        Nearest(written, candidates) is { } nearest ? $"Did you mean {nearest}? " : "";

    /// <summary>
    /// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbours.
    /// </summary>
    internal static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            current[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            (beforeLast, last, current) = (last, current, beforeLast);
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substituted, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }
        }

        return current[b.Length];
    }
}
