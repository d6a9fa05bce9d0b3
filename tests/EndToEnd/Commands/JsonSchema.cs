using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralKernels.Tests.EndToEnd;

/// <summary>Checks values against the part of JSON schema (draft 2020-12) that schemas of experiment files use.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> s_annotations = ["$schema", "$defs", "title", "description", "default", "then", "else"];

    /// <summary>Why a value is refused; null where it is accepted.</summary>
    public string? Refusal(JsonNode? value) => Refusal(root, value, "$");

    private string? Refusal(JsonNode schema, JsonNode? value, string path)
    {
        if (schema is JsonValue always)
            return always.GetValue<bool>() ? null : $"{path}: nothing may stand here";
        foreach ((string keyword, JsonNode? argument) in schema.AsObject())
        {
            if (!s_annotations.Contains(keyword) && Refusal(schema.AsObject(), keyword, argument!, value, path) is { } refusal)
                return refusal;
        }

        return null;
    }

    private string? Refusal(JsonObject schema, string keyword, JsonNode argument, JsonNode? value, string path) => keyword switch
    {
        "$ref" => Refusal(root["$defs"]![argument.GetValue<string>()["#/$defs/".Length..]]!, value, path),
        "allOf" => argument.AsArray().Select(part => Refusal(part!, value, path)).FirstOrDefault(refusal => refusal is not null),
        "anyOf" => Accepting(argument, value, path) > 0 ? null : $"{path}: none of the alternatives: {string.Join("; ", argument.AsArray().Select(part => Refusal(part!, value, path)))}",
        "oneOf" => Accepting(argument, value, path) == 1 ? null : $"{path}: not one of the alternatives",
        "not" => Refusal(argument, value, path) is not null ? null : $"{path}: what must not be",
        "if" => (Refusal(argument, value, path) is null ? schema["then"] : schema["else"]) is { } branch ? Refusal(branch, value, path) : null,
        "type" => (argument is JsonArray types ? types.Select(t => t!.GetValue<string>()) : [argument.GetValue<string>()]).Any(type => IsOf(type, value)) ? null : $"{path}: no {argument}",
        "const" => JsonNode.DeepEquals(argument, value) ? null : $"{path}: not {argument}",
        "enum" => argument.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)) ? null : $"{path}: none of {argument.ToJsonString()}",
        "properties" => value is not JsonObject map ? null : argument.AsObject().Where(p => map.ContainsKey(p.Key)).Select(p => Refusal(p.Value!, map[p.Key], $"{path}.{p.Key}")).FirstOrDefault(r => r is not null),
        "required" => value is JsonObject map && argument.AsArray().FirstOrDefault(name => !map.ContainsKey(name!.GetValue<string>())) is { } missing ? $"{path}: without {missing}" : null,
        "additionalProperties" => value is not JsonObject map ? null : map.Where(p => schema["properties"]?.AsObject().ContainsKey(p.Key) != true).Select(p => Refusal(argument, p.Value, $"{path}.{p.Key}")).FirstOrDefault(r => r is not null),
        "items" => value is not JsonArray items ? null : items.Select((item, i) => Refusal(argument, item, $"{path}[{i}]")).FirstOrDefault(r => r is not null),
        "minItems" => value is JsonArray few && few.Count < argument.GetValue<int>() ? $"{path}: too few" : null,
        "maxItems" => value is JsonArray many && many.Count > argument.GetValue<int>() ? $"{path}: too many" : null,
        "minLength" => IsOf("string", value) && value!.GetValue<string>().Length < argument.GetValue<int>() ? $"{path}: too short" : null,
        "minimum" => Number(value) < Number(argument) ? $"{path}: below {argument}" : null,
        "maximum" => Number(value) > Number(argument) ? $"{path}: above {argument}" : null,
        "exclusiveMinimum" => Number(value) <= Number(argument) ? $"{path}: not above {argument}" : null,
        "exclusiveMaximum" => Number(value) >= Number(argument) ? $"{path}: not below {argument}" : null,
        _ => throw new JsonException($"The schema has the keyword {keyword}, which this check does not know."),
    };

    private int Accepting(JsonNode alternatives, JsonNode? value, string path) => alternatives.AsArray().Count(part => Refusal(part!, value, path) is null);

    private static double? Number(JsonNode? value) => IsOf("number", value) ? value!.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString()) : null : null;

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
            or ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => double.IsInteger(double.Parse(value!.ToJsonString())),
        _ => false,
    };
}
