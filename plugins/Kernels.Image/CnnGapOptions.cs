using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NeuralKernels.Networks;

namespace NeuralKernels.Kernels.Image;

/// <summary>Convolutions with ReLU, then the mean over all positions.</summary>
public sealed record CnnGapOptions
{
    /// <summary>Number of convolutions.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 8;

    /// <summary>Side of the filters.</summary>
    [Range(1, 31)]
    public int Filter { get; init; } = 3;

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

    /// <summary>The layers.</summary>
    public Network ToNetwork() => new(
    [
        new Repeat
        {
            Times = Depth,
            Layers = [new Conv { Filter = [Filter, Filter], Padding = Padding.Same, WStd = WStd, BStd = BStd }, new Relu()],
        },
        new GlobalAvgPool(),
        new Dense { WStd = WStd, BStd = BStd },
    ]);
}
