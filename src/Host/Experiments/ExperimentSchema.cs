using System.Text.Json.Nodes;
using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Host.Options.Help;

namespace NeuralKernels.Host.Experiments;

/// <summary>
/// Writes the JSON schema of experiment files (draft 2020-12) for editors: name it in the file's first line, as in
/// <c># yaml-language-server: $schema=nk.schema.json</c>.
/// </summary>
public static class ExperimentSchema
{
    /// <summary>The key of JSON files that names their schema; experiment files may have it and it means nothing to them.</summary>
    internal const string SchemaKey = "$schema";

    /// <summary>The schema for the components of a catalog. The same catalog gives the same text.</summary>
    /// <exception cref="Abstractions.UserErrorException">A plugin's options are of a type that no file can fill.</exception>
    public static string Create(ComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return JsonText.Write(new Writer(catalog).Root());
    }

    private sealed class Writer(ComponentCatalog catalog)
    {
        private readonly SortedDictionary<string, JsonNode> _definitions = new(StringComparer.Ordinal);
        private readonly Dictionary<Type, string> _sections = [];

        public JsonObject Root()
        {
            OptionTable table = OptionTable.For(typeof(ExperimentOptions));
            JsonObject root = new() { [SchemaKey] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "NeuralKernels experiment" };
            foreach (string kind in catalog.Kinds.ToArray())
                DefineKind(catalog.OfKind(kind).First().Kind);
            JsonObject body = Record(table, null);
            body["properties"]!.AsObject().Insert(0, SchemaKey, new JsonObject { ["type"] = "string" });
            foreach ((string key, JsonNode? value) in body.ToArray())
            {
                body.Remove(key);
                root[key] = value;
            }

            root["$defs"] = new JsonObject(_definitions.Select(d => new KeyValuePair<string, JsonNode?>(d.Key, d.Value)));
            return root;
        }

        /// <summary>Defines a kind, <c>#/$defs/kernel</c>, and each of its components, <c>#/$defs/kernel.rbf</c>.</summary>
        private void DefineKind(Abstractions.ComponentKindAttribute kind)
        {
            if (_definitions.ContainsKey(kind.Name))
                return;
            JsonObject definition = [];
            _definitions.Add(kind.Name, definition);
            JsonArray names = [];
            JsonArray described = [];
            JsonArray cases = [];
            foreach (ComponentDescriptor component in catalog.OfKind(kind.Name))
            {
                OptionTable table = ComponentNames.Reading(component, () => OptionTable.For(component.OptionsType));
                names.Add(component.Name);
                JsonObject constant = new() { ["const"] = component.Name };
                if (table.Description is { } help)
                    constant["description"] = help;
                described.Add(constant.DeepClone());
                cases.Add(new JsonObject
                {
                    ["if"] = new JsonObject { ["properties"] = new JsonObject { [kind.Discriminator] = new JsonObject { ["const"] = component.Name } }, ["required"] = new JsonArray(kind.Discriminator) },
                    ["then"] = Reference($"{kind.Name}.{component.Name}"),
                });
                _definitions.Add($"{kind.Name}.{component.Name}", ComponentNames.Reading(component, () => Record(table, (kind.Discriminator, constant))));
            }

            definition["if"] = new JsonObject { ["type"] = "object" };
            definition["then"] = new JsonObject
            {
                ["properties"] = new JsonObject { [kind.Discriminator] = new JsonObject { ["enum"] = names.DeepClone() } },
                ["required"] = new JsonArray(kind.Discriminator),
                ["allOf"] = cases,
            };
            definition["else"] = names.Count == 0 ? JsonValue.Create(false) : new JsonObject { ["oneOf"] = described };
        }

        private JsonObject Record(OptionTable table, (string Key, JsonObject Schema)? discriminator)
        {
            JsonObject properties = [];
            JsonArray required = [];
            if (discriminator is { } chosen)
                properties[chosen.Key] = chosen.Schema;
            foreach (OptionInfo option in table.Options)
            {
                properties[option.Name] = Option(option);
                if (option.IsRequired)
                    required.Add(option.Name);
            }

            JsonObject schema = new() { ["type"] = "object" };
            if (table.Description is { } help)
                schema["description"] = help;
            schema["properties"] = properties;
            if (required.Count > 0)
                schema["required"] = required;
            schema["additionalProperties"] = false;
            return schema;
        }

        private JsonObject Option(OptionInfo option)
        {
            JsonObject schema = OfType(option.Type, option);

            // Where nothing stands after a key, sections, lists and mappings are empty.
            bool canBeEmpty = option.Type is RecordOption || (option.Type is ListOption or DictionaryOption && option.Constraints.MinimumLength is not > 0);
            if (!option.IsRequired && (option.IsNullable || canBeEmpty))
                schema = schema["anyOf"] is JsonArray choices ? AddChoice(schema, choices) : new JsonObject { ["anyOf"] = new JsonArray(schema, Null()) };
            if (OptionRows.DescriptionText(option) is { } help)
                schema["description"] = help;
            if (JsonText.Default(option) is { } initial)
                schema["default"] = initial;
            return schema;

            static JsonObject AddChoice(JsonObject schema, JsonArray choices)
            {
                choices.Add((JsonNode)Null());
                return schema;
            }

            static JsonObject Null() => new() { ["type"] = "null" };
        }

        private JsonObject OfType(OptionType type, OptionInfo option)
        {
            OptionConstraints constraints = option.Constraints;
            switch (type)
            {
                case ListOption list:
                    JsonObject array = new() { ["type"] = "array", ["items"] = OfType(list.Item, option) };
                    if (constraints.MinimumLength is > 0 and { } least && type == option.Type)
                        array["minItems"] = least;
                    if (constraints.MaximumLength is { } greatest && type == option.Type)
                        array["maxItems"] = greatest;
                    bool takesSingle = list.Item is not ListOption && !(type == option.Type && constraints.MinimumLength > 1);
                    return takesSingle ? new JsonObject { ["anyOf"] = new JsonArray(array, OfType(list.Item, option)) } : array;
                case DictionaryOption dictionary:
                    return new JsonObject { ["type"] = "object", ["additionalProperties"] = OfType(dictionary.Item, option) };
                case RecordOption record:
                    return Reference(Section(record));
                case ComponentOption component:
                    DefineKind(component.Kind);
                    return Slot(component, option);
                case var _ when constraints.AllowedOf(type) is { } allowed:
                    return new JsonObject { ["enum"] = new JsonArray([.. allowed.Select(a => JsonText.OfScalar(type, a))]) };
                case BooleanOption:
                    return new JsonObject { ["type"] = "boolean" };
                case IntegerOption or RealOption:
                    return Number(type, constraints);
                default:
                    // Numbers and truth values are taken as text where text is expected.
                    JsonObject text = new() { ["type"] = new JsonArray("string", "number", "boolean") };
                    if (constraints.MinimumLength is > 0 and { } shortest && type == option.Type)
                        text["minLength"] = shortest;
                    if (constraints.MaximumLength is { } longest && type == option.Type)
                        text["maxLength"] = longest;
                    return text;
            }
        }

        /// <summary>A component; where the slot has a default, a mapping without a name has the options of the default.</summary>
        private JsonObject Slot(ComponentOption component, OptionInfo option)
        {
            string kind = component.Kind.Name;
            if (option.DefaultComponent is not { } initial || catalog.Find(kind, initial) is null)
                return Reference(kind);
            return new JsonObject
            {
                ["if"] = new JsonObject { ["type"] = "object", ["not"] = new JsonObject { ["required"] = new JsonArray(component.Kind.Discriminator) } },
                ["then"] = Reference($"{kind}.{initial}"),
                ["else"] = Reference(kind),
            };
        }

        private static JsonObject Number(OptionType type, OptionConstraints constraints)
        {
            JsonObject number = new() { ["type"] = type is IntegerOption ? "integer" : "number" };
            if (constraints.Minimum is { } least)
                number[constraints.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = least;
            else if (type is IntegerOption && IntegerOption.Ranges[type.ClrType].Least == 0)
                number["minimum"] = 0;
            if (constraints.Maximum is { } greatest)
                number[constraints.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = greatest;
            return number;
        }

        private string Section(RecordOption record)
        {
            if (_sections.TryGetValue(record.ClrType, out string? name))
                return name;
            string plain = "section." + record.ClrType.Name;
            name = plain;
            for (int n = 2; _sections.ContainsValue(name); n++)
                name = $"{plain}-{n}";
            _sections.Add(record.ClrType, name);
            _definitions[name] = Record(record.Table, null);
            return name;
        }

        private static JsonObject Reference(string definition) => new() { ["$ref"] = "#/$defs/" + definition };
    }
}
