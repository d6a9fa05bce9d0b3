using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Canonical texts of all layers.</summary>
public sealed class LayerTextTests
{
    public static TheoryData<Type> Layers() =>
        [.. typeof(Layer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Layer)) && !t.IsAbstract)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void CanonicalText_OfEachLayer_NamesItAndIsTheSameForEqualLayers(Type type)
    {
        Layer layer = (Layer)Activator.CreateInstance(type)!;
        Layer equal = (Layer)Activator.CreateInstance(type)!;
        Assert.StartsWith($"{type.Name}(", layer.CanonicalText, StringComparison.Ordinal);
        Assert.Equal(layer, equal);
        Assert.Equal(layer.GetHashCode(), equal.GetHashCode());
    }
}
