using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralKernels.Host.Options.Documents;

namespace NeuralKernels.Host.Options.Help;

/// <summary>Writes JSON for people and programs: indented, with plain letters.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(JsonNode node) => node.ToJsonString(s_options) + "\n";

    /// <summary>A default value as JSON.</summary>
    /// <returns>Null where JSON has no such value: infinities, nothing.</returns>
    public static JsonNode? Default(OptionInfo option)
    {
        if (option.DefaultComponent is { } name)
            return JsonValue.Create(name);
        return option.IsRequired || option.Type is RecordOption ? null : Of(option.Type, BoundDefaults.Of(option.Type, option.Default));
    }

    /// <summary>A text of a single value as JSON.</summary>
    public static JsonNode? OfScalar(OptionType type, string text) => type switch
    {
        BooleanOption => JsonValue.Create(ScalarReader.Boolean(text)),
        IntegerOption => JsonNode.Parse(text),
        RealOption => ScalarReader.Real(text) is { } real && double.IsFinite(real) ? JsonNode.Parse(text) : null,
        _ => JsonValue.Create(text),
    };

    /// <summary>A document as JSON: what is not quoted and reads as null, a truth value or a number is one.</summary>
    public static JsonNode? Of(DocumentNode node) => node switch
    {
        SequenceNode list => new JsonArray([.. list.Items.Select(Of)]),
        MappingNode mapping => new JsonObject(mapping.Entries.Select(e => new KeyValuePair<string, JsonNode?>(e.Key, Of(e.Value)))),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Quoted: false, Text: "true" or "false" } truth => JsonValue.Create(truth.Text == "true"),
        ScalarNode { Quoted: false } number when ScalarReader.Real(number.Text) is { } real && double.IsFinite(real) => JsonValue.Create(real),
        _ => JsonValue.Create(((ScalarNode)node).Text),
    };

    private static JsonNode? Of(OptionType type, BoundValue? value) => (type, value) switch
    {
        (ListOption list, BoundList items) => new JsonArray([.. items.Items.Select(item => Of(list.Item, item))]),
        (DictionaryOption dictionary, BoundMapping entries) => new JsonObject(entries.Entries.Select(e => new KeyValuePair<string, JsonNode?>(e.Key, Of(dictionary.Item, e.Value)))),
        (_, BoundScalar scalar) => OfScalar(type, scalar.Text),
        _ => null,
    };
}
