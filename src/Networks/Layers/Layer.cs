using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>
/// One layer of a network, as data: immutable, comparable by value, printable. A layer states what it does to the covariance
/// of a pair, and what it does in a network of finite width; evaluators are separate.
/// </summary>
/// <remarks>
/// The name in experiment files is the name of the record. Its settable properties are its options: plain numbers, enums,
/// lists of numbers, layers and lists of layers.
/// </remarks>
[ComponentKind("layer", Discriminator = "layer")]
public abstract record Layer
{
    /// <summary>All that determines the layer, as text, such as <c>Dense(W_std=1.5, b_std=null)</c>; equal texts mean equal layers.</summary>
    [JsonIgnore]
    public string CanonicalText
    {
        get
        {
            StringBuilder text = new();
            PrintTo(text);
            return text.ToString();
        }
    }

    /// <summary>A short form for people, such as <c>Dense</c> or <c>3 x [Dense, Relu]</c>.</summary>
    [JsonIgnore]
    public virtual string Title => GetType().Name;

    /// <summary>Whether the layer acts on positions, or a layer inside it does.</summary>
    [JsonIgnore]
    public virtual bool UsesPositions => false;

    /// <summary>Adds the layer to a network that is being compiled.</summary>
    /// <exception cref="UserErrorException">The layer does not fit what comes before it.</exception>
    public abstract void Build(VectorNetworkBuilder builder);

    /// <summary>Adds the layer to a network of finite width that is being compiled.</summary>
    /// <exception cref="UserErrorException">The layer does not fit what comes before it, or has no finite-width form.</exception>
    public virtual void BuildFinite(FiniteNetworkBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        throw builder.Error($"{Title} has no finite-width form", "Its kernel cannot be checked by finite networks: leave the layer out of them.");
    }

    /// <summary>Equality by value, lists included.</summary>
    public virtual bool Equals(Layer? other) =>
        ReferenceEquals(this, other) || (other is not null && other.GetType() == GetType() && other.CanonicalText == CanonicalText);

    /// <inheritdoc />
    public override int GetHashCode() => CanonicalText.GetHashCode(StringComparison.Ordinal);

    /// <summary>The canonical text.</summary>
    public sealed override string ToString() => CanonicalText;

    private void PrintTo(StringBuilder text)
    {
        text.Append(GetType().Name).Append('(');
        bool first = true;
        foreach (PropertyInfo property in GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (!first)
                text.Append(", ");
            first = false;
            text.Append(property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name).Append('=');
            PrintValue(text, property.GetValue(this));
        }

        text.Append(')');
    }

    private static void PrintValue(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case Layer layer:
                layer.PrintTo(text);
                break;
            case bool truth:
                text.Append(truth ? "true" : "false");
                break;
            case string word:
                text.Append(word);
                break;
            case IEnumerable list:
                text.Append('[');
                bool first = true;
                foreach (object? item in list)
                {
                    if (!first)
                        text.Append(", ");
                    first = false;
                    PrintValue(text, item);
                }

                text.Append(']');
                break;
            case IFormattable number:
                text.Append(number.ToString(null, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidOperationException($"A layer has an option of type {value.GetType()}, which has no canonical text.");
        }
    }
}
