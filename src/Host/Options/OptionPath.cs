using System.Buffers;

namespace NeuralKernels.Host.Options;

/// <summary>Paths of options, such as <c>kernel.network[0].W_std</c>.</summary>
internal static class OptionPath
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(".[]=\"\r\n");

    /// <summary>The path of a key in a mapping. A key that a path could not hold is quoted: <c>space["solver.ridge"]</c>.</summary>
    public static string Join(string path, string key)
    {
        bool isPlain = key.Length > 0 && key.AsSpan().IndexOfAny(s_special) < 0;
        if (!isPlain)
            return $"{path}[\"{key.ReplaceLineEndings("\\n")}\"]";
        return path.Length == 0 ? key : $"{path}.{key}";
    }

    /// <summary>Splits a path into keys (text) and indices (numbers).</summary>
    /// <returns>The steps; null where the path is malformed.</returns>
    public static IReadOnlyList<object>? Split(string path)
    {
        List<object> steps = [];
        int at = 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                bool isKey = at + 1 < path.Length && path[at + 1] == '"';
                int end = path.IndexOf(isKey ? "\"]" : "]", isKey ? at + 2 : at, StringComparison.Ordinal);
                if (end < 0)
                    return null;
                if (isKey)
                    steps.Add(path[(at + 2)..end]);
                else if (int.TryParse(path.AsSpan(at + 1, end - at - 1), System.Globalization.NumberStyles.None, null, out int index) && steps.Count > 0)
                    steps.Add(index);
                else
                    return null;
                at = end + (isKey ? 2 : 1);
                if (at < path.Length && path[at] is not ('.' or '['))
                    return null;
            }
            else
            {
                int start = path[at] == '.' ? at + 1 : at;
                if (start == at + 1 && steps.Count == 0)
                    return null;
                int end = path.AsSpan(start).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : start + end;
                if (end == start)
                    return null;
                steps.Add(path[start..end]);
                at = end;
            }
        }

        return steps.Count == 0 ? null : steps;
    }
}
