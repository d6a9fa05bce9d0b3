using System.Globalization;

namespace NeuralKernels.Compute;

/// <summary>How much memory the process can still get.</summary>
public static class AvailableMemory
{
    private const double GiB = 1L << 30;

    // Asking the operating system costs microseconds: not worth it for what any machine has.
    private const long SmallestChecked = 64L << 20;

    /// <summary>Bytes that can be allocated without swapping: the least of what the machine and the container allow.</summary>
    public static long Bytes
    {
        get
        {
            // The collector knows container limits; only the kernel knows what other processes hold.
            long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            long free = ReadMemInfo("MemAvailable:") ?? limit;
            return Math.Min(limit, free);
        }
    }

    /// <summary>Reads one line of /proc/meminfo in bytes; null where there is no such file or line.</summary>
    internal static long? ReadMemInfo(string key)
    {
        const string Path = "/proc/meminfo";
        if (!File.Exists(Path))
            return null;
        foreach (string line in File.ReadLines(Path))
        {
            if (!line.StartsWith(key, StringComparison.Ordinal))
                continue;
            string kibibytes = line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value * 1024 : null;
        }

        return null;
    }

    /// <summary>Throws if <paramref name="bytes"/> are not to be had. Linux would hand them out and kill the process later.</summary>
    /// <exception cref="InsufficientMemoryException">Not enough memory.</exception>
    internal static void Require(long bytes, string what)
    {
        if (bytes >= SmallestChecked && bytes > Bytes)
            throw Insufficient(bytes, what, null);
    }

    internal static InsufficientMemoryException Insufficient(long bytes, string what, Exception? inner) =>
        new($"Not enough memory for {what}: it needs {bytes / GiB:0.00} GiB and {Bytes / GiB:0.00} GiB are available. " +
            "Use fewer examples, float instead of double, or a machine with more memory.", inner);
}
