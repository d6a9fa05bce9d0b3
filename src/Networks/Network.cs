using System.Security.Cryptography;
using System.Text;
using NeuralKernels.Abstractions;

namespace NeuralKernels.Networks;

/// <summary>A network as data: an immutable list of layers, comparable by value.</summary>
public sealed class Network : IEquatable<Network>
{
    /// <summary>Makes a network.</summary>
    /// <param name="layers">Layers in the order in which data passes them.</param>
    public Network(IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Layers = [.. layers];
    }

    /// <summary>Layers in the order in which data passes them.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>One line for people, such as <c>3 x [Dense, Relu], Dense</c>.</summary>
    public string Description => Titles(Layers);

    /// <summary>All that determines the network, as text.</summary>
    public string CanonicalText => string.Join("; ", Layers.Select(layer => layer.CanonicalText));

    /// <summary>SHA-256 of <see cref="CanonicalText"/>, hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalText)));

    /// <summary>
    /// Whether a layer acts on positions before they are flattened. Where none does, an image is no more than the vector of its pixels.
    /// </summary>
    public bool UsesPositions => Layers.TakeWhile(layer => layer is not Flatten).Any(layer => layer.UsesPositions);

    /// <inheritdoc />
    public bool Equals(Network? other) => other is not null && other.CanonicalText == CanonicalText;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Network);

    /// <inheritdoc />
    public override int GetHashCode() => CanonicalText.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Description;

    internal static string Titles(IEnumerable<Layer> layers) => string.Join(", ", layers.Select(layer => layer.Title));
}

/// <summary>The layers that the framework itself offers.</summary>
public static class BuiltInLayers
{
    /// <summary>Registers all layers of this assembly under the names of their records.</summary>
    public static void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Add<Abs>(catalog);
        Add<ABRelu>(catalog);
        Add<Aggregate>(catalog);
        Add<AvgPool>(catalog);
        Add<Concat>(catalog);
        Add<Conv>(catalog);
        Add<ConvLocal>(catalog);
        Add<ConvTranspose>(catalog);
        Add<Cos>(catalog);
        Add<Dense>(catalog);
        Add<Dropout>(catalog);
        Add<Elu>(catalog);
        Add<Erf>(catalog);
        Add<Exp>(catalog);
        Add<ExpNormalized>(catalog);
        Add<Flatten>(catalog);
        Add<Gabor>(catalog);
        Add<Gaussian>(catalog);
        Add<Gelu>(catalog);
        Add<GlobalAvgPool>(catalog);
        Add<GlobalSumPool>(catalog);
        Add<Hermite>(catalog);
        Add<Identity>(catalog);
        Add<ImageResize>(catalog);
        Add<LayerNorm>(catalog);
        Add<LeakyRelu>(catalog);
        Add<Monomial>(catalog);
        Add<Polynomial>(catalog);
        Add<Product>(catalog);
        Add<Rbf>(catalog);
        Add<RectifiedMonomial>(catalog);
        Add<Relu>(catalog);
        Add<Repeat>(catalog);
        Add<Residual>(catalog);
        Add<SelfAttention>(catalog);
        Add<Serial>(catalog);
        Add<Sigmoid>(catalog);
        Add<Sigmoid_like>(catalog);
        Add<Sign>(catalog);
        Add<Silu>(catalog);
        Add<Sin>(catalog);
        Add<Slice>(catalog);
        Add<Softplus>(catalog);
        Add<SumPool>(catalog);
        Add<Tanh>(catalog);
    }

    private static void Add<TLayer>(IComponentCatalog catalog)
        where TLayer : Layer, new() => catalog.Add<Layer, TLayer>(typeof(TLayer).Name, layer => layer);
}
