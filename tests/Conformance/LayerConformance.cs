using System.Reflection;
using System.Text.Json.Serialization;
using NeuralKernels.Abstractions;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Conformance;

// Units: errors of an entry (i, j) are in units of sqrt(K_ii K_jj).

/// <summary>What every layer and nonlinearity owes. Subclass it and say how to make yours, and what it takes and gives.</summary>
public abstract class LayerConformance
{
    private static readonly ExampleKinds[] Kinds = [ExampleKinds.Vectors, ExampleKinds.Images, ExampleKinds.Sequences, ExampleKinds.Graphs];

    /// <summary>Makes the layer, with other options than its defaults.</summary>
    protected abstract Layer Create();

    /// <summary>The kinds of examples that it takes.</summary>
    protected virtual ExampleKinds Accepts => ExampleKinds.Vectors | ExampleKinds.Images | ExampleKinds.Sequences | ExampleKinds.Graphs;

    /// <summary>Whether it keeps positions and channels, so that it may be repeated and stand in a branch beside others.</summary>
    protected virtual bool KeepsShape => true;

    /// <summary>Whether it ends positions, as pooling over all of them does.</summary>
    protected virtual bool EndsPositions => false;

    /// <summary>Whether it has an evaluation by planes on images and sequences: all do that treat each position by itself.</summary>
    protected virtual bool HasPlanes => true;

    /// <summary>The check against networks of finite width; null for a layer without a finite-width form.</summary>
    protected virtual FiniteWidthCheck? FiniteWidth => new() { LargestAllowed = 0.15 };

    /// <summary>The largest error of fused evaluations in float64. Near copies carry the square root of the rounding.</summary>
    protected virtual double FusedError => 1e-7;

    /// <summary>The largest error of fused evaluations in float32.</summary>
    protected virtual double SinglePrecisionError => 1e-3;

    /// <summary>The largest difference of the diagonal and the entry of an example with its copy; infinite for dropout.</summary>
    protected virtual double DiagonalError => 1e-6;

    /// <summary>Layers that make what this one needs before it: by default Gaussian preactivations.</summary>
    protected virtual IReadOnlyList<Layer> Before => [new Dense { WStd = 1.2, BStd = 0.3 }];

    [Fact]
    public void Layers_WithTheSameOptions_AreEqual_AndEachOptionCounts()
    {
        Layer layer = Create(), copy = Create();
        Assert.Equal(layer, copy);
        Assert.Equal(layer.GetHashCode(), copy.GetHashCode());
        Assert.StartsWith($"{layer.GetType().Name}(", layer.CanonicalText, StringComparison.Ordinal);
        foreach (PropertyInfo option in layer.GetType().GetProperties().Where(p => p.CanWrite && p.GetIndexParameters().Length == 0))
        {
            string name = option.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? option.Name;
            Assert.Contains($"{name}=", layer.CanonicalText, StringComparison.Ordinal);
            if (Another(option.GetValue(layer), option.PropertyType) is not { } other)
                continue;
            Layer changed = Create();
            option.SetValue(changed, other);
            Assert.NotEqual(layer, changed);
            Assert.NotEqual(layer.CanonicalText, changed.CanonicalText);
            option.SetValue(changed, option.GetValue(layer));
            Assert.Equal(layer, changed);
        }
    }

    [Fact]
    public void Kernels_OfAnyExamples_AreFiniteSymmetricAndPositiveSemidefinite() => ForEachInput(examples =>
    {
        foreach (double[,] matrix in Both(Evaluations.General(NetworkOn(examples), examples)))
        {
            Assert.All(matrix.Cast<double>(), value => Assert.True(double.IsFinite(value)));
            Assert.All(Enumerable.Range(0, LayerExamples.Count), i => Assert.True(matrix[i, i] >= 0));
            for (int i = 0; i < LayerExamples.Count; i++)
            {
                for (int j = 0; j < i; j++)
                    Near(matrix, matrix[i, j], matrix[j, i], i, j, 1e-12, "the transposed entry");
            }

            // Copies carry the square root of the rounding.
            PositiveSemidefinite.Require(matrix, 1e-6 * Enumerable.Range(0, matrix.GetLength(0)).Sum(i => matrix[i, i]));
        }
    });

    [Fact]
    public void Diagonal_Always_IsTheKernelOfAnExampleWithItsCopy() => ForEachInput(examples =>
    {
        foreach (double[,] matrix in Both(Evaluations.General(NetworkOn(examples), examples)))
            Near(matrix, matrix[0, 0], matrix[0, LayerExamples.Copy], 0, LayerExamples.Copy, DiagonalError, "the diagonal");
    });

    [Fact]
    public void Vectors_InBothPrecisions_AreEvaluatedAsInTheGeneralForm()
    {
        if (!Accepts.HasFlag(ExampleKinds.Vectors))
            Assert.Skip("The layer takes no vectors.");
        var examples = (VectorExamples)LayerExamples.Of(ExampleKinds.Vectors);
        Network network = NetworkOn(examples);
        var general = Evaluations.General(network, examples);
        Compare(general, Evaluations.Vectors<double>(network, examples), FusedError);
        Compare(general, Evaluations.Vectors<float>(network, examples), SinglePrecisionError);
    }

    [Theory]
    [InlineData(ExampleKinds.Images)]
    [InlineData(ExampleKinds.Sequences)]
    public void Planes_InBothPrecisions_AreEvaluatedAsInTheGeneralForm(ExampleKinds kind)
    {
        if (!Accepts.HasFlag(kind) || !HasPlanes)
            Assert.Skip($"The layer has no planes on {kind}.");
        Examples examples = LayerExamples.Of(kind);
        Network network = NetworkOn(examples);
        var general = Evaluations.General(network, examples);
        Compare(general, Evaluations.Planes<double>(network, examples) ?? throw new InvalidOperationException("No planes: see HasPlanes."), FusedError);
        Compare(general, Evaluations.Planes<float>(network, examples)!.Value, SinglePrecisionError);
    }

    [Fact]
    public void Repeat_OfTheLayer_IsTheLayerTwice()
    {
        if (!KeepsShape)
            Assert.Skip("The layer changes the shape.");
        ForEachInput(examples =>
        {
            Layer[] unit = [.. Before, Create()];
            IReadOnlyList<Layer> end = After(examples, endsPositions: false);
            Compare(
                Evaluations.General(new Network([.. unit, .. unit, .. end]), examples),
                Evaluations.General(new Network([new Repeat { Times = 2, Layers = unit }, .. end]), examples), 0);
        });
    }

    [Fact]
    public void Residual_AroundTheLayer_AddsItsKernels()
    {
        if (!KeepsShape)
            Assert.Skip("The layer changes the shape.");
        ForEachInput(examples =>
        {
            Dense first = new(), last = new() { WStd = 1.1 };
            Layer[] branch = [.. Before, Create(), last];
            IReadOnlyList<Layer> pool = After(examples, endsPositions: false);
            var sum = Evaluations.General(new Network([first, new Residual { Branches = [new Identity(), new Serial { Layers = branch }] }, .. pool]), examples);
            var identity = Evaluations.General(new Network([first, .. pool]), examples);
            var inner = Evaluations.General(new Network([first, .. branch, .. pool]), examples);
            foreach ((double[,] total, double[,] a, double[,] b) in new[] { (sum.Nngp, identity.Nngp, inner.Nngp), (sum.Ntk, identity.Ntk, inner.Ntk) })
            {
                for (int i = 0; i < LayerExamples.Count; i++)
                {
                    for (int j = 0; j < LayerExamples.Count; j++)
                        Near(total, a[i, j] + b[i, j], total[i, j], i, j, 1e-12, "the sum");
                }
            }
        });
    }

    [Fact]
    public void NetworksOfFiniteWidth_HaveTheseKernels()
    {
        FiniteWidthCheck? check = FiniteWidth;
        if (check is null)
            Assert.Skip("The layer has no finite-width form.");
        ForEachInput(examples => check!.Run(NetworkOn(examples), LayerExamples.Few(examples)));
    }

    [Fact]
    public void NetworkOfFiniteWidth_OfALayerWithoutAFiniteForm_SaysSo()
    {
        if (FiniteWidth is not null)
            Assert.Skip("The layer has a finite-width form.");
        ForEachInput(examples =>
        {
            UserErrorException error = Assert.Throws<UserErrorException>(() => new FiniteNetwork(NetworkOn(examples), examples.Shape));
            Assert.Contains("no finite-width form", error.Message, StringComparison.Ordinal);
            Assert.NotEmpty(error.Remedy);
        });
    }

    private void ForEachInput(Action<Examples> check)
    {
        foreach (ExampleKinds kind in Kinds.Where(kind => Accepts.HasFlag(kind)))
            check(LayerExamples.Of(kind));
        if (Accepts.HasFlag(ExampleKinds.Sequences))
            check(LayerExamples.Ragged());
    }

    private Network NetworkOn(Examples examples) => new([.. Before, Create(), .. After(examples, EndsPositions)]);

    private static IReadOnlyList<Layer> After(Examples examples, bool endsPositions) =>
        examples.Shape.Kind == ExampleKinds.Vectors || endsPositions ? [] : [new GlobalAvgPool()];

    private static double[][,] Both((double[,] Nngp, double[,] Ntk) kernels) => [kernels.Nngp, kernels.Ntk];

    private static void Compare((double[,] Nngp, double[,] Ntk) expected, (double[,] Nngp, double[,] Ntk) actual, double tolerance)
    {
        for (int i = 0; i < LayerExamples.Count; i++)
        {
            for (int j = 0; j < LayerExamples.Count; j++)
            {
                Near(expected.Nngp, expected.Nngp[i, j], actual.Nngp[i, j], i, j, tolerance, "nngp");
                Near(expected.Ntk, expected.Ntk[i, j], actual.Ntk[i, j], i, j, tolerance, "ntk");
            }
        }
    }

    private static void Near(double[,] scales, double expected, double actual, int i, int j, double tolerance, string what)
    {
        double scale = Math.Sqrt(scales[i, i] * scales[j, j]);
        Assert.True(
            expected == actual || Math.Abs(actual - expected) <= tolerance * scale, $"[{i}, {j}] {what}: {actual:r} instead of {expected:r}, scale {scale:g3}");
    }

    // Another value of an option; null for types that have none here, such as layers inside a layer.
    private static object? Another(object? value, Type type) => value switch
    {
        bool truth => !truth,
        int number => number + 1,
        double number => number + 0.25,
        IReadOnlyList<int> list => (int[])[.. list, 1],
        IReadOnlyList<double> list => (double[])[.. list, 0.5],
        Enum => Enum.GetValues(type).Cast<object>().First(other => !other.Equals(value)),
        null when type == typeof(double?) => 0.5,
        null when type == typeof(int?) => 3,
        _ => null,
    };
}
