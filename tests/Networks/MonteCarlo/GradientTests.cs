using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

// Notation: f the outputs, v a cotangent, g the gradient of v . f with respect to the parameters, d a direction of length 1, h a step.

/// <summary>The vector-Jacobian products of all modules against central differences.</summary>
public sealed class GradientTests
{
    private const int Directions = 5;
    private const double Step = 1e-6;

    public static TheoryData<string> Names() => [.. FiniteCases.All.Keys, "Attention, SOFTMAX, untied"];

    // (v.f(h d) - v.f(-h d)) / 2h = g.d + O(h^2) + O(u |f| / h): errors of 1e-12 and of 1e-10, with room for third derivatives and sums.
    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_AlongAnyDirection_IsTheCentralDifference(string name)
    {
        FiniteCase sample = FiniteCases.All.GetValueOrDefault(name) ?? new FiniteCase("ragged",
            [new Dense(), new SelfAttention { LinearScaling = false, WQueryStd = 3, PosEmbType = PositionEmbedding.Concat }, new GlobalAvgPool()]);
        Examples examples = FiniteExamples.Of(sample.Kind);
        FiniteNetwork network = new(sample.Network, examples.Shape, width: 5);
        FiniteWeights weights = network.Draw(3, 1);
        RandomStream random = new(3, "directions");
        for (int example = 0; example < examples.Count; example++)
        {
            double[] cotangent = new double[network.Outputs], gradient = new double[network.ParameterCount], direction = new double[network.ParameterCount];
            random.FillGaussian(cotangent);
            double[] outputs = network.Apply(weights, examples, example, cotangent, gradient);
            Assert.Equal(network.Apply(weights, examples)[example], outputs);
            double scale = Math.Sqrt(Dot(gradient, gradient)) + Math.Sqrt(Dot(outputs, outputs));
            for (int i = 0; i < Directions; i++)
            {
                random.FillGaussian(direction);
                double length = Math.Sqrt(Dot(direction, direction));
                double difference = (Value(Step / length) - Value(-Step / length)) / (2 * Step);
                Assert.Equal(difference, Dot(gradient, direction) / length, 1e-7 * scale);
            }

            double Value(double step)
            {
                double[] moved = [.. weights.Values.Zip(direction, (w, d) => w + step * d)];
                return Dot(cotangent, network.Apply(new FiniteWeights(weights.Seed, weights.Index, moved), examples)[example]);
            }
        }
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
