using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Vector;

/// <summary>
/// A fully connected network: dense layers with a nonlinearity, ReLU by default, then a dense layer. Images are flattened.
/// </summary>
public sealed record FcOptions : ArchitectureOptions
{
    /// <summary>Number of hidden layers; 0 gives a linear model.</summary>
    [Range(0, 1000)]
    public int Depth { get; init; } = 3;

    /// <summary>Standard deviation of the weights of the last layer; left out, W_std.</summary>
    [JsonPropertyName("last_W_std")]
    [Range(0.0, 1e6)]
    public double? LastWStd { get; init; }

    /// <summary>Standard deviation of the biases of the last layer; left out, b_std.</summary>
    [JsonPropertyName("last_b_std")]
    [Range(0.0, 1e6)]
    public double? LastBStd { get; init; }

    /// <inheritdoc />
    public override Network ToNetwork()
    {
        Layer last = new Dense { WStd = LastWStd ?? WStd, BStd = LastBStd ?? BStd };
        return Depth == 0
            ? new Network([last])
            : new Network([new Repeat { Times = Depth, Layers = [new Dense { WStd = WStd, BStd = BStd }, Nonlinearity] }, last]);
    }
}
