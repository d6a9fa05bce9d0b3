namespace NeuralKernels.Networks;

/// <summary>Layers of a plan as text.</summary>
internal static class PlanText
{
    /// <summary>Titles in a row; what repeats is written once, as <c>3 x [Conv, Relu]</c>.</summary>
    public static string Join(IReadOnlyList<string> titles)
    {
        List<string> parts = [];
        for (int i = 0; i < titles.Count;)
        {
            (int length, int times) = Repetition(titles, i);
            string unit = string.Join(", ", titles.Skip(i).Take(length));
            parts.Add(times == 1 ? unit : length == 1 ? $"{times} x {unit}" : $"{times} x [{unit}]");
            i += length * times;
        }

        return parts.Count == 0 ? "the inputs" : string.Join(", ", parts);
    }

    // The unit at a place whose repetition covers the most titles, the shortest such unit.
    private static (int Length, int Times) Repetition(IReadOnlyList<string> titles, int start)
    {
        (int Length, int Times) best = (1, 1);
        for (int length = 1; start + 2 * length <= titles.Count; length++)
        {
            int times = 1;
            while (start + (times + 1) * length <= titles.Count
                && Enumerable.Range(0, length).All(i => titles[start + i] == titles[start + times * length + i]))
            {
                times++;
            }

            if (times > 1 && times * length > best.Times * best.Length)
                best = (length, times);
        }

        return best;
    }
}
