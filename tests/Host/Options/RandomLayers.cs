using NeuralKernels.Host.Components;
using NeuralKernels.Host.Options;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Host.Options;

/// <summary>Layers of all types with random options that files may state.</summary>
internal sealed class RandomLayers(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The layers of the framework.</summary>
    public static ComponentCatalog Catalog { get; } = CreateCatalog();

    /// <summary>A layer of a type; layers inside it are of any type.</summary>
    /// <param name="name">The type.</param>
    /// <param name="depth">How deep layers may lie inside layers.</param>
    public Layer Layer(string name, int depth = 3)
    {
        OptionTable table = OptionTable.For(Catalog.Find("layer", name)!.OptionsType);
        object layer = table.CreateInstance();
        foreach (OptionInfo option in table.Options.Where(option => option.IsRequired || _random.Next(4) > 0))
            option.Property.SetValue(layer, option is { IsNullable: true, IsRequired: false } && _random.Next(4) == 0 ? null : Value(option, option.Type, depth));
        return (Layer)layer;
    }

    private object Value(OptionInfo option, OptionType type, int depth)
    {
        OptionConstraints constraints = option.Constraints;
        switch (type)
        {
            case ListOption list:
                int least = constraints.MinimumLength ?? 0;
                return list.Create([.. Enumerable.Range(0, _random.Next(least, Math.Min(constraints.MaximumLength ?? 4, 4) + 1)).Select(_ => Value(option, list.Item, depth - 1))]);
            case ComponentOption component:
                string[] layers = [.. Catalog.OfKind(component.Kind.Name).Select(c => c.Name)];
                return depth <= 0 ? new Relu() : Layer(layers[_random.Next(layers.Length)], depth - 1);
            case EnumOption names:
                return names.Members[_random.Next(names.Members.Count)].Value;
            case BooleanOption:
                return _random.Next(2) == 0;
            case IntegerOption:
                return _random.Next((int)Math.Max(constraints.Minimum ?? -1000, int.MinValue), (int)Math.Min(constraints.Maximum ?? 1000, 1000) + 1);
            default:
                (double low, double high) = (constraints.Minimum ?? -1e9, constraints.Maximum ?? 1e9);
                return _random.Next(4) == 0 ? high : low + (high - low) * Math.Max(_random.NextDouble(), 1e-9) * Math.Pow(10, -_random.Next(12));
        }
    }

    private static ComponentCatalog CreateCatalog()
    {
        ComponentCatalog catalog = new();
        ComponentCatalog.Registration registration = catalog.Register("layers");
        BuiltInLayers.Register(registration);
        registration.Commit();
        return catalog;
    }
}
