namespace NeuralKernels.Networks;

// Notation: y = s x W + b_s b, W an m x n matrix (fan-in x outputs), x and y rows of positions; g gradient with respect to y.

/// <summary>An affine map with drawn weights.</summary>
/// <param name="Inputs">m.</param>
/// <param name="Outputs">n.</param>
/// <param name="Weights">W, row-major; several of them where positions have weights of their own.</param>
/// <param name="WeightScale">s.</param>
/// <param name="Biases">b; null for none.</param>
/// <param name="BiasScale">b_s.</param>
internal sealed record AffineMap(int Inputs, int Outputs, FiniteParameter Weights, double WeightScale, FiniteParameter? Biases, double BiasScale)
{
    /// <summary>y of some rows, with the weights of one copy.</summary>
    public void Apply(ReadOnlySpan<double> x, int rows, int copy, FiniteRun run, Span<double> y)
    {
        Matrices.Multiply(WeightScale, x, (rows, Inputs), false, WeightsOf(run, copy), (Inputs, Outputs), false, 0, y);
        if (Biases is not { } biases)
            return;
        ReadOnlySpan<double> b = run[biases].Slice(copy * Outputs, Outputs);
        for (int r = 0; r < rows; r++)
        {
            Span<double> row = y.Slice(r * Outputs, Outputs);
            for (int c = 0; c < row.Length; c++)
                row[c] += BiasScale * b[c];
        }
    }

    /// <summary>Adds the gradients of weights and biases, and writes that of x.</summary>
    public void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> g, int rows, int copy, FiniteRun run, Span<double> gradientX)
    {
        Matrices.Multiply(
            WeightScale, x, (rows, Inputs), true, g, (rows, Outputs), false, 1, run.Gradient(Weights).Slice(copy * Inputs * Outputs, Inputs * Outputs));
        Matrices.Multiply(WeightScale, g, (rows, Outputs), false, WeightsOf(run, copy), (Inputs, Outputs), true, 0, gradientX);
        if (Biases is not { } biases)
            return;
        Span<double> gradient = run.Gradient(biases).Slice(copy * Outputs, Outputs);
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<double> row = g.Slice(r * Outputs, Outputs);
            for (int c = 0; c < row.Length; c++)
                gradient[c] += BiasScale * row[c];
        }
    }

    private ReadOnlySpan<double> WeightsOf(FiniteRun run, int copy) => run[Weights].Slice(copy * Inputs * Outputs, Inputs * Outputs);
}

/// <summary>The same affine map at each position that exists.</summary>
internal sealed class AffineModule(AffineMap map) : FiniteModule
{
    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        // Rows of positions that do not exist are 0 and their gradients too, so that they add nothing to the gradients of weights and biases.
        Activations output = new(input.Positions, map.Outputs, input.Exists);
        map.Apply(input.Values, input.Positions, 0, run, output.Values);
        return new FiniteResult(output, gradient =>
        {
            Activations result = new(input.Positions, input.Channels, input.Exists);
            map.Pull(input.Values, gradient.Values, input.Positions, 0, run, result.Values);
            return result;
        });
    }
}

/// <summary>A convolution: the affine map of what the taps of each window read, side by side; taps outside read 0.</summary>
internal sealed class ConvolutionModule(WindowTable windows, AffineMap map, bool isLocal) : FiniteModule
{
    private readonly int _outputs = windows.Taps.Length;

    public override FiniteResult Apply(Activations input, FiniteRun run)
    {
        double[] patches = Gather(input);
        Activations output = new(_outputs, map.Outputs, windows.Mask(input.Exists));
        if (isLocal)
        {
            for (int o = 0; o < _outputs; o++)
                map.Apply(patches.AsSpan(o * map.Inputs, map.Inputs), 1, o, run, output.At(o));
        }
        else
        {
            map.Apply(patches, _outputs, 0, run, output.Values);
        }

        return new FiniteResult(output, gradient => Pull(input, patches, gradient, run));
    }

    private Activations Pull(Activations input, double[] patches, Activations gradient, FiniteRun run)
    {
        double[] result = new double[patches.Length];
        if (isLocal)
        {
            for (int o = 0; o < _outputs; o++)
                map.Pull(patches.AsSpan(o * map.Inputs, map.Inputs), gradient.At(o), 1, o, run, result.AsSpan(o * map.Inputs, map.Inputs));
        }
        else
        {
            map.Pull(patches, gradient.Values, _outputs, 0, run, result);
        }

        return Scatter(result, input);
    }

    private double[] Gather(Activations input)
    {
        double[] patches = new double[checked(_outputs * map.Inputs)];
        for (int o = 0; o < _outputs; o++)
        {
            int[] taps = windows.Taps[o];
            for (int d = 0; d < taps.Length; d++)
            {
                if (taps[d] >= 0)
                    input.At(taps[d]).CopyTo(patches.AsSpan(o * map.Inputs + d * input.Channels));
            }
        }

        return patches;
    }

    private Activations Scatter(double[] patches, Activations input)
    {
        Activations result = new(input.Positions, input.Channels, input.Exists);
        for (int o = 0; o < _outputs; o++)
        {
            int[] taps = windows.Taps[o];
            for (int d = 0; d < taps.Length; d++)
            {
                if (taps[d] >= 0)
                    Vectors.AddScaled(1, patches.AsSpan(o * map.Inputs + d * input.Channels, input.Channels), result.At(taps[d]));
            }
        }

        return result;
    }
}
