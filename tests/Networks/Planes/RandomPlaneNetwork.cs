using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>Networks drawn from all that planes take, with examples for them.</summary>
internal sealed class RandomPlaneNetwork
{
    private readonly RandomStream _random;
    private readonly List<Layer> _layers = [];
    private readonly int[] _grid;

    public RandomPlaneNetwork(int seed)
    {
        _random = new RandomStream((ulong)seed, "plane networks");
        int axes = Draw(1, 2);
        _grid = [.. Enumerable.Range(0, axes).Select(_ => Draw(2, axes == 1 ? 12 : 6))];
        int[] input = [.. _grid];

        // With one channel and filters of one tap all correlations are 1 or -1, where rounding moves the derivative by sqrt(eps) in any form.
        int channels = Draw(2, 3);
        for (int segments = Draw(1, 3); segments > 0; segments--)
        {
            for (int layers = Draw(0, 3); layers > 0; layers--)
                AddLayer();
            if (segments > 1)
                AddPooling();
        }

        _layers.Add(Draw(0, 2) switch { 0 => new Flatten(), 1 => new GlobalAvgPool(), _ => new GlobalSumPool() });
        _layers.Add(new Dense { WStd = 1.1, BStd = 0.2 });
        if (Draw(0, 1) == 0)
        {
            _layers.Add(new LayerNorm());
            _layers.Add(new Erf());
            _layers.Add(new Dense { WStd = 0.9 });
        }

        Network = new Network(_layers);
        Shape = new ExampleShape(axes == 1 ? ExampleKinds.Sequences : ExampleKinds.Images, input, channels);
    }

    public Network Network { get; }

    public ExampleShape Shape { get; }

    /// <summary>Examples with uniform features in [-1, 1).</summary>
    public Examples Examples(int count) => Examples(_random, Shape, count);

    /// <summary>Examples of a shape with uniform features in [-1, 1).</summary>
    public static Examples Examples(RandomStream random, ExampleShape shape, int count)
    {
        FeatureSource features = FeatureSource.FromArray([.. Enumerable.Range(0, count * shape.Size).Select(_ => 2 * random.NextDouble() - 1)], shape.Size);
        return shape.Kind == ExampleKinds.Sequences
            ? new SequenceExamples(features, shape.Positions[0], shape.Channels)
            : new ImageExamples(features, shape.Positions, shape.Channels);
    }

    private void AddLayer()
    {
        if (Draw(0, 4) == 0)
        {
            _layers.Add(new Dense { WStd = 1.2, BStd = 0.1, Parameterization = DrawParameterization(), Width = 3 });
        }
        else
        {
            _layers.Add(Convolution(same: false));
        }

        if (Draw(0, 4) == 0)
            _layers.Add(new LayerNorm());
        switch (Draw(0, 5))
        {
            case 0:
                _layers.Add(new Residual { Branches = [new Identity(), new Serial { Layers = [new Relu(), Convolution(same: true)] }] });
                break;
            case 1:
                _layers.Add(new Product { Branches = [new Serial { Layers = [new Erf(), Convolution(same: true)] }, new Serial { Layers = [new Relu(), new Dense { Width = 4 }] }] });
                break;
            case 2:
                _layers.Add(new Concat { Branches = [new Relu(), new Serial { Layers = [new Erf(), Convolution(same: true), new LeakyRelu { Alpha = 0.1 }] }] });
                break;
        }

        _layers.Add(new Dense { WStd = 1.3 });
        _layers.Add(Draw(0, 7) switch
        {
            0 => new Erf(),
            1 => new LeakyRelu { Alpha = 0.3 },
            2 => new Sin(),
            3 => new Rbf { Gamma = 0.7 },
            4 => new Tanh { Terms = 8, Remainder = 1 },
            5 => new Elu { Alpha = 0.5, Terms = 12, Remainder = 1 },
            _ => new Relu(),
        });
        if (Draw(0, 5) == 0)
            _layers.Add(new Dropout { Keep = 0.8 });
    }

    // After a nonlinearity directly or after other layers: both occur, since Dense comes before most nonlinearities and not all.
    private Conv Convolution(bool same)
    {
        bool valid = !same && Draw(0, 1) == 0;
        int[] filter = [.. _grid.Select(size => Draw(1, Math.Min(4, valid ? size : 4)))];
        if (Draw(0, 1) == 0 && (!valid || _grid.All(size => size >= 3)))
            Array.Fill(filter, 3);
        int[] strides = [.. _grid.Select(size => same || Draw(0, 3) > 0 ? 1 : 2)];
        for (int axis = 0; axis < _grid.Length; axis++)
            _grid[axis] = valid ? (_grid[axis] - filter[axis]) / strides[axis] + 1 : (_grid[axis] + strides[axis] - 1) / strides[axis];
        return new Conv
        {
            Filter = filter,
            Strides = strides,
            Padding = valid ? Padding.Valid : Padding.Same,
            WStd = 1.4,
            BStd = Draw(0, 1) == 0 ? null : 0.3,
            Parameterization = DrawParameterization(),
            Width = 4,
        };
    }

    private void AddPooling()
    {
        int[] window = [.. _grid.Select(size => Draw(1, Math.Min(3, size)))];
        for (int axis = 0; axis < _grid.Length; axis++)
            _grid[axis] /= window[axis];
        _layers.Add(Draw(0, 1) == 0 ? new AvgPool { Window = window, Strides = window } : new SumPool { Window = window, Strides = window });
    }

    private Parameterization DrawParameterization() => Draw(0, 3) == 0 ? Parameterization.Standard : Parameterization.Ntk;

    private int Draw(int low, int high) => low + (int)(_random.NextDouble() * (high - low + 1));
}
