using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Networks;

namespace NeuralKernels.Tests.Networks;

/// <summary>
/// Networks of affine layers that a piecewise linear nonlinearity follows directly, drawn for the loops that take both in one go: 3 x 3 filters, filters
/// along one axis, Dense on positions, in branches or not, on grids of 1 to 7 positions an axis.
/// </summary>
internal sealed class RandomRectifierNetwork
{
    private readonly RandomStream _random;
    private readonly List<Layer> _layers = [];
    private readonly int[] _grid;

    public RandomRectifierNetwork(int seed)
    {
        _random = new RandomStream((ulong)seed, "rectifier networks");
        _grid = [.. Enumerable.Range(0, Draw(1, 2)).Select(_ => Draw(1, 7))];
        int[] input = [.. _grid];
        for (int segments = Draw(1, 3); segments > 0; segments--)
        {
            for (int layers = Draw(1, 3); layers > 0; layers--)
                AddLayer();
            if (segments > 1)
                AddPooling();
        }

        _layers.Add(Draw(0, 2) switch { 0 => new Flatten(), 1 => new GlobalAvgPool(), _ => new GlobalSumPool() });
        _layers.Add(new Dense { WStd = 1.1, BStd = DrawBias() });

        // Three channels at least: with fewer, angles where the root in Kdot shows are common.
        Shape = new ExampleShape(input.Length == 1 ? ExampleKinds.Sequences : ExampleKinds.Images, input, Draw(3, 5));
        Network = new Network(_layers);
    }

    public Network Network { get; }

    public ExampleShape Shape { get; }

    /// <summary>Nonlinearities, those of all branches.</summary>
    public int Nonlinearities { get; private set; }

    /// <summary>Examples with uniform features in [-1, 1).</summary>
    public Examples Examples(int count) => RandomPlaneNetwork.Examples(_random, Shape, count);

    private void AddLayer()
    {
        _layers.Add(Affine(same: false));
        switch (Draw(0, 7))
        {
            case 0:
                _layers.Add(new Residual { Branches = [new Identity(), Serial(Nonlinearity(), Affine(same: true))] });
                break;
            case 1:
                _layers.Add(new Product { Branches = [Serial(Nonlinearity(), Affine(same: true), Nonlinearity()), Serial(Nonlinearity(), Affine(same: true))] });
                _layers.Add(Affine(same: false));
                break;
            case 2:
                _layers.Add(new Concat { Branches = [Nonlinearity(), Serial(Nonlinearity(), Affine(same: true), Nonlinearity())] });
                _layers.Add(Affine(same: false));
                break;
        }

        _layers.Add(Nonlinearity());
    }

    private static Serial Serial(params Layer[] layers) => new() { Layers = layers };

    private Layer Affine(bool same)
    {
        int axes = _grid.Length;
        return Draw(0, 5) switch
        {
            0 or 1 => Convolution([.. Enumerable.Repeat(3, axes)], same),
            2 or 3 => Convolution(axes == 1 ? [Draw(1, 7)] : [1, Draw(1, 7)], same),
            4 => Convolution([.. _grid.Select(_ => Draw(1, 5))], same),
            _ => new Dense { WStd = 1.2, BStd = DrawBias(), Parameterization = DrawParameterization(), Width = 4 },
        };
    }

    private Conv Convolution(int[] filter, bool same)
    {
        bool valid = !same && Draw(0, 1) == 0 && _grid.Zip(filter).All(axis => axis.First >= axis.Second);
        for (int axis = 0; valid && axis < filter.Length; axis++)
            _grid[axis] -= filter[axis] - 1;
        return new Conv
        {
            Filter = filter,
            Padding = valid ? Padding.Valid : Padding.Same,
            WStd = 1.4,
            BStd = DrawBias(),
            Parameterization = DrawParameterization(),
            Width = 4,
        };
    }

    private Layer Nonlinearity()
    {
        Nonlinearities++;
        return Draw(0, 5) switch
        {
            0 => new LeakyRelu { Alpha = 0.1 },
            1 => new Abs(),
            2 => new ABRelu { A = -0.4, B = 0.8 },
            3 => new ABRelu { A = 0.9, B = 0.9 },
            _ => new Relu(),
        };
    }

    private void AddPooling()
    {
        int[] window = [.. _grid.Select(size => Draw(1, Math.Min(5, size)))];
        for (int axis = 0; axis < _grid.Length; axis++)
            _grid[axis] /= window[axis];
        _layers.Add(Draw(0, 1) == 0 ? new AvgPool { Window = window, Strides = window } : new SumPool { Window = window, Strides = window });
    }

    private double? DrawBias() => Draw(0, 1) == 0 ? null : 0.3;

    private Parameterization DrawParameterization() => Draw(0, 3) == 0 ? Parameterization.Standard : Parameterization.Ntk;

    private int Draw(int low, int high) => low + (int)(_random.NextDouble() * (high - low + 1));
}
