using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NeuralKernels.Networks;

/// <summary>Options of an architecture that has a name: a few numbers that stand for a list of layers.</summary>
/// <remarks>A kernel that is registered with such options is one whose layers the program can write out, as <c>nk describe</c> does.</remarks>
public abstract record ArchitectureOptions
{
    /// <summary>Which kernel of the network to use.</summary>
    public NetworkOutput Get { get; init; } = NetworkOutput.Ntk;

    /// <summary>Standard deviation of the weights; sqrt(2) keeps the variance through ReLU layers.</summary>
    [JsonPropertyName("W_std")]
    [Range(0.0, 1e6)]
    public double WStd { get; init; } = Math.Sqrt(2);

    /// <summary>Standard deviation of the biases.</summary>
    [JsonPropertyName("b_std")]
    [Range(0.0, 1e6)]
    public double BStd { get; init; }

    /// <summary>The nonlinearity, with options of its own; any other layer may take its place.</summary>
    [DefaultValue(nameof(Relu))]
    public Layer Nonlinearity { get; init; } = new Relu();

    /// <summary>The layers.</summary>
    public abstract Network ToNetwork();

    /// <summary>The kernel of these layers.</summary>
    public NetworkKernel ToKernel() => new(ToNetwork(), Get.ToKernelOutput());
}
