using NeuralKernels.Host.Options;

namespace NeuralKernels.Host.Experiments;

/// <summary>Writes bound options as the parameters of a run.</summary>
internal static class RunParameters
{
    /// <summary>Paths and values, in the order of the options.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(BoundMapping options)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<KeyValuePair<string, string>> parameters = [];
        foreach ((string path, string value) in options.Flatten(""))
        {
            string key = string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-' or ' ' or ':' ? c : '_'));
            string unique = key;
            for (int n = 2; !taken.Add(unique); n++)
                unique = $"{key}_{n}";
            parameters.Add(new(unique, value));
        }

        return parameters;
    }
}
