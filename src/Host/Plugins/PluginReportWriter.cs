using System.Text.Json;
using NeuralKernels.Host.Components;

namespace NeuralKernels.Host.Plugins;

/// <summary>Prints what was found where plugins were looked for.</summary>
public static class PluginReportWriter
{
    private static readonly JsonWriterOptions _indented = new() { Indented = true };

    /// <summary>Prints a report for people.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Receives plain text.</param>
    public static void WriteText(PluginReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        if (report.Loaded.Count == 0)
            output.WriteLine("No plugins were loaded.");
        foreach (LoadedPlugin plugin in report.Loaded)
        {
            output.WriteLine($"{plugin.Name} {plugin.Version} (plugin API {plugin.ApiVersion})");
            output.WriteLine($"  {plugin.Folder}");
            foreach (IGrouping<string, ComponentDescriptor> kind in plugin.Components.GroupBy(c => c.Kind.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
                output.WriteLine($"  {kind.Key}: {string.Join(", ", kind.Select(c => c.Name).Order(StringComparer.Ordinal))}");
            if (plugin.Components.Count == 0)
                output.WriteLine("  offers no components");
            output.WriteLine();
        }

        foreach (OverriddenPlugin plugin in report.Overridden)
        {
            output.WriteLine($"Passed over: {plugin.Name}");
            output.WriteLine($"  {plugin.Folder}");
            output.WriteLine($"  in favour of {plugin.InFavourOf}");
            output.WriteLine();
        }

        foreach (PluginLoadException refused in report.Refused)
        {
            output.WriteLine($"Refused: {refused.Plugin ?? Path.GetFileName(refused.Path)} ({Describe(refused.Cause)})");
            output.WriteLine($"  {refused.Path}");
            output.WriteLine($"  {refused.Problem}");
            output.WriteLine($"  {refused.Remedy}");
            output.WriteLine();
        }

        output.WriteLine("Plugins were looked for in:");
        foreach (SearchedPlace place in report.Places)
            output.WriteLine($"  {place.Path}{(place.Exists ? "" : " (does not exist)")}");
    }

    /// <summary>Prints a report as JSON: an object with the arrays <c>loaded</c>, <c>overridden</c>, <c>refused</c> and <c>places</c>.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Receives UTF-8.</param>
    public static void WriteJson(PluginReport report, Stream output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        using Utf8JsonWriter json = new(output, _indented);
        json.WriteStartObject();
        WriteArray(json, "loaded", report.Loaded, plugin =>
        {
            json.WriteString("name", plugin.Name);
            json.WriteString("version", plugin.Version);
            json.WriteString("apiVersion", plugin.ApiVersion.ToString());
            json.WriteString("folder", plugin.Folder);
            WriteArray(json, "components", plugin.Components, component =>
            {
                json.WriteString("kind", component.Kind.Name);
                json.WriteString("name", component.Name);
            });
        });
        WriteArray(json, "overridden", report.Overridden, plugin =>
        {
            json.WriteString("name", plugin.Name);
            json.WriteString("folder", plugin.Folder);
            json.WriteString("inFavourOf", plugin.InFavourOf);
        });
        WriteArray(json, "refused", report.Refused, refused =>
        {
            json.WriteString("name", refused.Plugin);
            json.WriteString("cause", JsonNamingPolicy.CamelCase.ConvertName(refused.Cause.ToString()));
            json.WriteString("path", refused.Path);
            json.WriteString("problem", refused.Problem);
            json.WriteString("remedy", refused.Remedy);
        });
        WriteArray(json, "places", report.Places, place =>
        {
            json.WriteString("path", place.Path);
            json.WriteBoolean("exists", place.Exists);
        });
        json.WriteEndObject();
    }

    /// <summary>A cause in words.</summary>
    public static string Describe(PluginLoadCause cause) => cause switch
    {
        PluginLoadCause.NotFound => "not found",
        PluginLoadCause.NotManaged => "not a .NET assembly",
        PluginLoadCause.NotAPlugin => "not a plugin",
        PluginLoadCause.IncompatibleApi => "incompatible",
        PluginLoadCause.MissingDependency => "missing dependency",
        PluginLoadCause.EntryPointFailed => "entry point failed",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> writeProperties)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            writeProperties(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
